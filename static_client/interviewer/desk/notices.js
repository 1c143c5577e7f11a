// @ts-check
/** What is late, missing or not connected, said in one calm line. */
import { fill, h, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { CLOSED } from "../link_state.js";
import { timeCode } from "./clock.js";

/** A refused command's sentence stays this long. */
const PROBLEM_MS = 8000;
/** A short loss is shown by the header alone. */
const LOST_LONG_MS = 4000;

/** @param {import("../context.js").Context} context */
export function createNotices(context) {
  const { t } = context;
  const element = h("div", { class: "notices", role: "status", "aria-live": "polite" });
  let lostSince = 0;
  let lostAt = "";
  let closed = "";
  let problem = "";
  let problemUntil = 0;
  let shown = "";
  /** @type {any} */
  let view = null;
  document.addEventListener("problem", told);

  /** @param {Event} event */
  function told(event) {
    if (element.isConnected) say(/** @type {CustomEvent} */ (event).detail);
  }

  /** @param {string | null} sentence */
  function say(sentence) {
    problem = sentence ? t("command.failed", { problem: sentence }) : "";
    problemUntil = performance.now() + PROBLEM_MS;
    draw(null);
  }

  /** @param {string} state @param {string} code */
  function link(state, code) {
    closed = code;
    if (state === "open") lostSince = 0;
    else if (!lostSince && view) lostSince = performance.now();
    draw(null);
  }

  /** @param {import("./state.js").DeskState} state */
  function update(state) {
    view = state.view;
    draw(null);
  }

  /** @param {number | null} now */
  function tick(now) {
    draw(now);
  }

  /** @returns {{kind: string, glyph: import("../../shared/icons.js").IconName, text: string}[]} */
  function lines() {
    /** @type {ReturnType<typeof lines>} */
    const found = [];
    const why = CLOSED[/** @type {keyof typeof CLOSED} */ (closed)];
    if (why) found.push({ kind: "alarm", glyph: "alarm", text: t(why) });
    else if (lostSince && performance.now() - lostSince > LOST_LONG_MS) {
      found.push({ kind: "caution", glyph: "wait", text: t("link.lost_long", { clock: lostAt }) });
    }
    const whole = view?.report === "ready"; // what was late is there by then
    const late = (view?.parts ?? []).filter((/** @type {any} */ part) => part.state !== "ok" && !(whole && part.state === "late"));
    if (late.length > 0) {
      const names = late.map((/** @type {any} */ part) =>
        t("app.pair", {
          name: context.word(`part.${part.part}`, part.part),
          value: context.word(`part.${part.state}`, part.state) + whyOf(part),
        }));
      found.push({ kind: "caution", glyph: "caution", text: names.join(" · ") });
    }
    if (view?.status === "paused") found.push({ kind: "plain", glyph: "pause", text: context.word(`desk.paused.${view.paused_by}`, t("phase.paused")) });
    if (problem && performance.now() < problemUntil) found.push({ kind: "alarm", glyph: "alarm", text: problem });
    return found;
  }

  /** Why a part is late or missing; a code this page does not know says nothing. @param {any} part */
  function whyOf(part) {
    const words = part.detail ? context.word(`part.why.${part.detail}`, "", { count: part.count, total: part.total }) : "";
    return words && t("app.aside", { words });
  }

  /** @param {number | null} now */
  function draw(now) {
    if (!lostSince && now !== null) lostAt = timeCode(now);
    const found = lines();
    const key = JSON.stringify(found);
    if (key === shown) return;
    shown = key;
    show(element, found.length > 0);
    fill(element, found.map(({ kind, glyph, text }) =>
      h("p", { class: `notice notice--line notice--${kind}` }, icon(glyph), h("span", { text }))));
  }

  return { element, update, tick, link, problem: say, close: () => document.removeEventListener("problem", told) };
}
