// @ts-check
/** Who is interviewed, how both connections are, and the commands that steer the interview. */
import { dotted } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { languageSwitch, themeSwitch } from "../../shared/theme.js";
import { createLinkState } from "../link_state.js";
import { timeCode } from "./clock.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../context.js").Context} Context */

/**
 * @param {Context} context @param {Desk} desk
 * @param {{ask: (words: {title: string, text: string, yes: string}, then: () => void) => void}} confirm
 * @param {string} interview
 */
export function createHeader(context, desk, confirm, interview) {
  const { t } = context;
  const link = createLinkState(context);
  const name = h("h1", { class: "head__name", dir: "auto" });
  const job = h("span", { class: "head__job" });
  const phase = h("span", { class: "head__phase" });
  const connection = h("span", { class: "status head__connection" });
  const elapsed = h("span", { class: "figure head__elapsed" });
  const pauseIcon = h("span");
  const pauseWord = h("span");
  const pause = control("pause", pauseOrResume, pauseIcon, pauseWord);
  const skipButton = control("skip", skip, () => t("header.skip"));
  const endButton = control("end", end, () => t("header.end"));
  const keysButton = h("button", { type: "button", class: "button button--dense button--quiet", "aria-keyshortcuts": "?", "aria-label": () => t("header.keys"), title: () => t("header.keys") }, icon("keyboard"), h("span", { class: "head__keys-word", text: () => t("header.keys") }));
  const report = h("a", { class: "button button--dense button--primary", href: `#/interview/${encodeURIComponent(interview)}/report`, text: () => t("header.report"), hidden: true });
  const reportWait = h("span", { class: "status status--wait", hidden: true }, icon("wait"), () => t("header.report_wait"));
  const element = h("header", { class: "head" },
    h("a", { class: "button button--dense button--quiet button--icon head__back", href: "#/", "aria-label": () => t("header.back"), title: () => t("header.back") }, icon("leave")),
    h("div", { class: "head__who" }, name, job),
    h("div", { class: "head__state" }, phase, elapsed, connection),
    h("div", { class: "head__steer" }, reportWait, report, pause, skipButton, endButton),
    h("div", { class: "head__page" }, link.element, keysButton, languageSwitch(context.i18n), themeSwitch(context.i18n)));
  let announced = "";

  /** @param {string} command @param {() => void} act @param {...(Node | (() => string))} content */
  function control(command, act, ...content) {
    return h("button", { type: "button", class: "button button--dense", data: { command, needs: "control" }, on: { click: act } }, ...content);
  }

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    const { view } = state;
    const called = view.candidate || t("header.candidate");
    document.title = dotted([called, "Viva"]);
    setText(name, called);
    const language = view.language === "zh" ? "中文" : "English";
    setText(job, dotted([view.job.title, language, context.word(`mode.${view.mode}`, view.mode)]));
    const paused = view.status === "paused";
    const phaseCode = view.status === "ended" ? "ended" : paused ? "paused" : view.phase;
    setText(phase, context.word(`phase.${phaseCode}`, phaseCode));
    phase.dataset.phase = phaseCode;
    fill(pauseIcon, icon(paused ? "play" : "pause"));
    setText(pauseWord, t(paused ? "header.resume" : "header.pause"));
    const alive = view.status === "running" || paused;
    show(pause, alive);
    show(skipButton, alive && Boolean(view.question));
    show(endButton, view.status !== "ended");
    show(report, view.report === "ready");
    show(reportWait, view.status === "ended" && view.report !== "ready");
    announce(phaseCode);
  }

  /** @param {number | null} now */
  function tick(now) {
    const { view } = desk.state;
    if (!view) return;
    setText(elapsed, now === null || view.status === "waiting" || view.status === "ended" ? "" : timeCode(now));
    elapsed.title = t("header.elapsed");
    showConnection(view, now);
  }

  let shownConnection = "";
  /** @param {any} view @param {number | null} now */
  function showConnection(view, now) {
    const { media, control: page, since_ms: since } = view.connection;
    const clock = timeCode((now ?? since) - since);
    /** @type {[string, import("../../shared/icons.js").IconName, string]} */
    let [kind, glyph, words] = ["ok", "network", t(view.mode === "text" ? "connection.text" : "connection.connected")];
    if (view.status === "ended") [kind, glyph, words] = ["none", "circle", ""];
    else if (page !== "connected" && media !== "connected") {
      const never = page === "none" && media === "none";
      [kind, glyph, words] = never ? ["none", "circle", t("connection.none")] : ["bad", "alarm", t("connection.lost_for", { clock })];
    } else if (media === "lost" && view.mode !== "text") [kind, glyph, words] = ["bad", "alarm", t("connection.media_lost", { clock })];
    if (words === shownConnection) return;
    shownConnection = words;
    connection.className = `status head__connection status--${kind}`;
    fill(connection, words ? icon(glyph) : null, words);
  }

  /** @param {string} phaseCode */
  function announce(phaseCode) {
    if (announced && announced !== phaseCode) context.say(context.word(`phase.${phaseCode}`, phaseCode));
    announced = phaseCode;
  }

  /** @param {string} name_ @param {HTMLButtonElement} button */
  async function send(name_, button) {
    button.disabled = true;
    const problem = await desk.command(name_);
    button.disabled = false;
    if (problem) context.say(t("command.failed", { problem }));
    element.dispatchEvent(new CustomEvent("problem", { detail: problem, bubbles: true }));
  }

  function pauseOrResume() {
    const status = desk.state.view?.status;
    if (status === "running" || status === "paused") void send(status === "paused" ? "resume" : "pause", pause);
  }
  function skip() {
    if (skipButton.hidden) return;
    confirm.ask({ title: t("skip.title"), text: t("skip.text"), yes: t("skip.confirm") }, () => void send("skip", skipButton));
  }
  function end() {
    if (endButton.hidden) return;
    confirm.ask({ title: t("end.title"), text: t("end.text"), yes: t("end.confirm") }, () => void send("end", endButton));
  }

  return {
    element, update, tick, pauseOrResume, skip, end,
    link: link.update,
    /** @param {() => void} open */
    onKeys(open) { keysButton.addEventListener("click", open); },
  };
}
