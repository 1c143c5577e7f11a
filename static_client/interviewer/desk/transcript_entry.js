// @ts-check
/** One entry of the running transcript as an element. */
import { dotted, isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { timeCode } from "./clock.js";
import { nameOf, speakerOf } from "./people.js";

/** @typedef {import("./timeline.js").Entry} Entry */

/**
 * @param {import("../context.js").Context} context
 * @param {{state: {view: any}}} desk where the interview's language and the titles of its dimensions stand
 * @param {() => string} query what is searched for now
 * @param {() => HTMLElement} [createTime] what shows the time, where it is more than text
 */
export function createEntryMaker(context, desk, query, createTime = () => h("span", { class: "entry__time figure" })) {
  const { t, i18n } = context;

  /** @param {Entry} first */
  return function create(first) {
    const time = createTime();
    const who = h("span", { class: "entry__who" });
    const text = h("p", { class: "entry__text", dir: "auto" });
    const small = h("p", { class: "entry__small" });
    const element = h("div", { class: `entry entry--${first.kind}` }, time, h("div", { class: "entry__body" }, who, text, small));

    /** @param {Entry} entry @param {Entry | undefined} before */
    function update(entry, before) {
      const continued = entry.kind === "said" && before?.kind === "said" && before.speaker === entry.speaker && before.by === entry.by;
      element.classList.toggle("entry--continued", continued);
      element.classList.toggle("entry--partial", Boolean(entry.partial));
      element.classList.toggle("entry--overlap", Boolean(entry.overlap));
      element.dataset.speaker = entry.speaker ?? "";
      setText(time, timeCode(entry.atMs));
      const name = speakerName(entry);
      setText(who, name);
      show(who, !continued && name !== "");
      element.setAttribute("aria-label", t("transcript.entry", { who: name || t("transcript.title"), clock: timeCode(entry.atMs) }));
      text.lang = spoken(entry) ? (desk.state.view?.language === "zh" ? "zh-CN" : "en") : "";
      if (!text.lang) text.removeAttribute("lang");
      fill(text, marked(words(entry), query()), entry.tentative ? h("span", { class: "entry__tentative" }, spaced(entry), marked(entry.tentative, query())) : null);
      const details = smallPrint(entry);
      fill(small, details);
      show(small, details.length > 0);
    }
    return Object.assign(element, { update });
  };

  /** @param {Entry} entry */
  function spoken(entry) {
    return entry.kind === "said" || entry.kind === "question" || entry.kind === "follow_up" || entry.kind === "system";
  }

  /** English words are parted by a space, Chinese ones are not. @param {Entry} entry */
  function spaced(entry) {
    return entry.text && desk.state.view?.language !== "zh" && !/\s$/.test(entry.text) && !/^\s/.test(entry.tentative ?? "") ? " " : "";
  }

  /** @param {Entry} entry @returns {string} */
  function words(entry) {
    if (entry.kind === "mark") {
      const { person, ...values } = /** @type {any} */ (entry.values ?? {});
      return context.word(entry.code ?? "", entry.code ?? "", person ? { ...values, name: nameOf(context, desk.state.view, person) } : values);
    }
    if (entry.kind !== "score") return entry.text ?? "";
    const { competency, score } = /** @type {{competency: string, score: number | null}} */ (entry.values);
    const title = desk.state.view?.competencies.find((/** @type {any} */ one) => one.id === competency)?.title ?? competency;
    return t("transcript.score_text", { title, score: score === null ? t("scores.none") : scoreText(i18n, score) });
  }

  /** @param {Entry} entry @returns {string} */
  function speakerName(entry) {
    switch (entry.kind) {
      case "said": return entry.reason === "help" ? `${t("transcript.candidate")} · ${t("transcript.help")}` : speakerOf(context, desk.state.view, entry);
      case "question": {
        const { index, total, practice } = /** @type {any} */ (entry.values);
        return practice ? t("transcript.practice") : t("transcript.question", { index, total });
      }
      case "follow_up": return `${t("transcript.follow_up")} · ${entry.by === "system" ? t("transcript.by.system") : entry.by === "interviewer" ? t("transcript.by.interviewer") : t("transcript.by.person", { name: nameOf(context, desk.state.view, entry.by ?? "") })}`;
      case "note": return dotted([t("transcript.note"), author(entry)]);
      case "bookmark": return dotted([t("transcript.bookmark"), author(entry)]);
      case "score": return dotted([t("transcript.score"), author(entry)]);
      case "system": return entry.reason === "rephrased" ? `${t("transcript.system")} · ${t("transcript.rephrased")}` : t("transcript.system");
      default: return "";
    }
  }

  /** Who wrote it. @param {Entry} entry */
  function author(entry) {
    return entry.by ? nameOf(context, desk.state.view, entry.by) : "";
  }

  /** @param {Entry} entry @returns {(Node | string)[]} */
  function smallPrint(entry) {
    /** @type {(Node | string)[]} */
    const found = [];
    if (entry.kind === "follow_up" && entry.reason) found.push(t("transcript.because", { reason: entry.reason }));
    if (entry.closing) found.push(t("transcript.closing"));
    if (entry.kind === "follow_up" && entry.quote) found.push(h("q", { dir: "auto", text: entry.quote }));
    if (entry.kind === "system" && entry.quote) found.push(h("q", { dir: "auto", text: entry.quote }));
    if (entry.kind === "score" && entry.reason) found.push(isolated(entry.reason));
    if (entry.overlap) found.push(t("transcript.overlap"));
    if (entry.typed) found.push(t("transcript.typed"));
    if (entry.interrupted) found.push(t("transcript.interrupted"));
    if (entry.partial) found.push(h("span", { class: "sr-only", text: () => t("transcript.still_speaking") }));
    return found.flatMap((one, place) => (place === 0 || one instanceof HTMLSpanElement ? [one] : [" · ", one]));
  }
}

/** Text with what is searched for in <mark>. @param {string} text @param {string} query @returns {(Node | string)[]} */
export function marked(text, query) {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return [text];
  const lower = text.toLocaleLowerCase();
  if (lower.length !== text.length) return [text]; // folding moved the places: show it unmarked rather than wrong
  /** @type {(Node | string)[]} */
  const found = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    found.push(text.slice(from, at), h("mark", { text: text.slice(at, at + wanted.length) }));
    from = at + wanted.length;
  }
  found.push(text.slice(from));
  return found;
}
