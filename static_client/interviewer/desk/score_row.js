// @ts-check
/** One dimension of the scorecard: the system's score, one's own, and while it is in focus its sub-dimensions. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { keyed } from "../keyed.js";
import { createMarkRow } from "./mark_row.js";
import { trendMark } from "./marks.js";
import { nameOf, panelOf } from "./people.js";
import { nearestLevel, reasonFor, scalesOf } from "./scorecard_targets.js";
import { humanScore, levelOfScore } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {import("./state.js").Scale} Scale */
/** @typedef {"up" | "down" | "steady" | "none"} Trend */
/**
 * @typedef {object} Card what the row asks of the scorecard it stands in
 * @property {(scale: string) => import("./mark_row.js").MarkCard} mark for a sub-dimension; "": for the whole
 * @property {() => void} showEvidence
 * @property {() => boolean} isFocused
 * @property {() => string} focusedScale
 * @property {(scale: string | null) => void} focus null: wherever it is in this dimension
 * @property {(scale: string) => string[]} anchors
 */

/** With the pointer the focus moves by the click, so that nothing moves away under a button that is being pressed. @param {FocusEvent} event */
function byKeyboard(event) {
  return event.target instanceof Element && event.target.matches(":focus-visible");
}

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk @param {Competency} first @param {Card} card */
export function createScoreRow(context, desk, first, card) {
  const { t, i18n } = context;
  const value = h("span", { class: "card-row__system figure" });
  const course = h("span", { class: "card-row__trend" });
  const own = h("button", { type: "button", class: "card-row__summary", on: { click: () => card.focus(null) } });
  const scales = h("ul", { class: "card-row__scales" });
  const others = h("p", { class: "card-row__others" });
  const asWhole = h("button", { type: "button", class: "card-row__whole", "aria-expanded": "false", text: () => t("scores.as_whole"), on: { click: () => card.focus(card.focusedScale() === "" ? null : "") } });
  const allowed = () => panelOf(desk.state.view).takes_part;
  const whole = createMarkRow(context, { id: first.id, title: first.title, anchors: () => [], allowed }, card.mark(""));
  const item = h("li", { class: "card-row", on: { focusin: (event) => { if (byKeyboard(event) && !card.isFocused()) card.focus(null); } } },
    h("div", { class: "card-row__top" },
      h("button", { type: "button", class: "card-row__title", title: () => t("scores.quotes"), dir: "auto", text: first.title, on: { click: card.showEvidence } }),
      weight(), course, value),
    h("div", { class: "card-row__sub" }, own, asWhole), scales, whole.element, others);

  function weight() {
    const { weight: share, threshold } = first;
    const words = () => [t("scores.weight", { weight: share }), threshold ? t("scores.threshold_short", { value: i18n.number(threshold) }) : ""];
    return h("span", {
      class: "quiet card-row__weight", text: () => words().filter(Boolean).join(" · "),
      title: threshold ? () => t("scores.threshold", { value: scoreText(i18n, threshold) }) : undefined,
    });
  }

  /** @param {Competency} one @param {Trend} direction */
  function update(one, direction) {
    const focused = card.isFocused();
    const parts = scalesOf(one);
    item.classList.toggle("card-row--focus", focused);
    if (focused) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
    showSystem(one, direction);
    showOwn(one, parts.length > 0);
    show(scales, focused && parts.length > 0);
    if (focused) keyed(scales, parts, (scale) => scale.id, createScale, (row, scale) => /** @type {any} */ (row).update(one, scale));
    const wholeChosen = parts.length === 0 || (focused && card.focusedScale() === "");
    show(whole.element, wholeChosen);
    show(asWhole, focused && parts.length > 0);
    asWhole.setAttribute("aria-expanded", String(wholeChosen));
    updateWhole(one, focused && wholeChosen);
    showOthers(one, focused);
  }

  /** @param {Competency} one @param {boolean} focused */
  function updateWhole(one, focused) {
    const human = humanScore(one);
    const given = human && (human.whole ?? true);
    whole.update({
      level: !given ? undefined : human.score === null ? null : levelOfScore(human.score),
      reason: human?.reason, hint: null, focused,
      text: given && scalesOf(one).length === 0 ? scoreOr(human.score) : "",
      owed: (level) => owed(reasonFor(one, "", level), one.score === null ? "" : scoreText(i18n, one.score ?? 0)),
    });
  }

  /** @param {"" | "departs" | "changes"} why @param {string} proposed */
  function owed(why, proposed) {
    return why === "departs" ? t("scores.reason_needed", { score: proposed }) : why === "changes" ? t("scores.reason_change") : "";
  }

  /** @param {Scale} scale */
  function createScale(scale) {
    const system = h("span", { class: "card-scale__system figure" });
    const title = h("span", { class: "card-scale__title", dir: "auto", text: scale.title });
    const row = createMarkRow(context, { id: `${first.id}-${scale.id}`, title: scale.title, anchors: () => card.anchors(scale.id), allowed }, card.mark(scale.id));
    const element = h("li", { class: "card-scale", on: { focusin: (event) => { if (byKeyboard(event) && card.focusedScale() !== scale.id) card.focus(scale.id); } } },
      h("div", { class: "card-scale__top" }, title, h("span", { class: "quiet card-scale__weight", text: () => t("scores.weight", { weight: scale.weight }) }), system), row.element);

    /** @param {Competency} one @param {Scale} now */
    function show_(one, now) {
      const focused = card.focusedScale() === scale.id;
      element.classList.toggle("card-scale--focus", focused);
      if (focused) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
      const words = one.hidden ? t("scores.hidden_short") : now.level === null ? t("scores.none_short") : t("scores.of_five", { level: scoreText(i18n, now.level) });
      fill(system, h("span", { class: "sr-only", text: () => `${t("scores.system")}: ` }), words);
      system.title = one.hidden ? t("scores.hidden") : t("scores.system_level");
      row.update({
        level: now.mine ? now.mine.level : undefined, reason: now.mine?.reason, focused,
        hint: now.level === null || one.hidden ? 3 : nearestLevel(now.level),
        owed: (level) => owed(reasonFor(one, scale.id, level), now.level === null ? "" : scoreText(i18n, now.level)),
      });
    }
    return Object.assign(element, { update: show_ });
  }

  /** The own score in one line; it leads to its parts. @param {Competency} one @param {boolean} hasParts */
  function showOwn(one, hasParts) {
    const human = humanScore(one);
    show(own, hasParts);
    const words = human ? `${t("scores.mine")} ${scoreOr(human.score)}${human.complete === false ? ` · ${t("scores.so_far")}` : ""}` : `${t("scores.mine")} –`;
    setText(own, words);
    own.title = human ? human.reason : t("scores.not_yet");
    own.setAttribute("aria-expanded", String(card.isFocused()));
  }

  /** @param {number | null} score */
  function scoreOr(score) {
    return score === null ? t("scores.none") : scoreText(i18n, score);
  }

  /** @param {Competency} one @param {boolean} focused */
  function showOthers(one, focused) {
    const given = one.others ?? [];
    const words = given.map((each) => `${isolated(nameOf(context, desk.state.view, each.by))} ${scoreOr(each.score)}`);
    setText(others, words.length ? t("scores.others", { scores: words.join(" · ") }) : one.hidden && focused && scalesOf(one).length ? t("scores.others_hidden") : "");
  }

  /** @param {Competency} one @param {Trend} direction */
  function showSystem(one, direction) {
    const hidden = Boolean(one.hidden);
    const score = hidden ? null : one.score ?? null;
    const words = score === null ? t(hidden ? "scores.hidden_short" : "scores.none_short") : scoreText(i18n, score);
    fill(value, h("span", { class: "sr-only", text: () => `${t("scores.system")}: ` }), words);
    value.classList.toggle("card-row__system--none", score === null);
    value.title = score === null ? t(hidden ? "scores.hidden" : "scores.none") : "";
    if (score === null) fill(course);
    else fill(course, trendMark(direction), h("span", { class: "sr-only", text: () => t(`scores.trend.${direction}`) }));
  }

  return Object.assign(item, { update });
}
