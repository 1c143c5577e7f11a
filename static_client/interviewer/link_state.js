// @ts-check
/** The page's own connection, in words: live, catching up, reconnecting. Never only a colour. */
import { fill, h, setText } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

/** @typedef {import("../shared/control.js").ControlState} ControlState */

/** Less delay than this is not worth a word. */
const BEHIND_MS = 2000;

/** Why the socket was closed for good, as a sentence. */
export const CLOSED = /** @type {const} */ ({
  refused: "app.refused",
  forbidden: "app.not_allowed",
  taken_over: "app.taken_over",
});

/** @param {import("./context.js").Context} context */
export function createLinkState(context) {
  const words = h("span");
  const glyph = h("span", { class: "status__glyph" });
  const element = h("span", { class: "status link-state" }, glyph, words);
  let shown = "";

  /** @param {ControlState} state @param {number} lagMs */
  function update(state, lagMs) {
    const behind = state === "open" && lagMs > BEHIND_MS;
    const kind = state === "open" ? (behind ? "behind" : "live") : state === "lost" ? "lost" : "connecting";
    setText(words, behind
      ? context.t("link.catching_up", { seconds: Math.round(lagMs / 1000) })
      : context.t(kind === "live" ? "link.live" : kind === "lost" ? "link.lost" : "link.connecting"));
    if (kind === shown) return;
    shown = kind;
    element.className = `status link-state ${kind === "live" ? "status--ok" : kind === "lost" ? "status--bad" : "status--wait"}`;
    fill(glyph, icon(kind === "live" ? "ok" : kind === "lost" ? "alarm" : "wait"));
  }

  return { element, update };
}
