// @ts-check
/** Small parts of the action bar. */
import { fill, h, setText } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { openDialog } from "../frame.js";

/** @typedef {import("../app.js").App} App */

/** A small button with its word under the icon. @param {import("../../shared/icons.js").IconName} glyph @param {() => void} click */
export function tool(glyph, click) {
  const text = h("span", { class: "tool__text" });
  const slot = h("span", { class: "tool__icon" }, icon(glyph));
  let shown = glyph;
  const element = h("button", { type: "button", class: "tool", on: { click: () => { if (element.getAttribute("aria-disabled") !== "true") click(); } } }, slot, text);
  return {
    element,
    /** @param {string} word */
    name(word) { setText(text, word); },
    /** @param {import("../../shared/icons.js").IconName} next */
    glyph(next) { if (next !== shown) { shown = next; fill(slot, icon(next)); } },
    /** @param {boolean} on */
    pressed(on) { element.setAttribute("aria-pressed", String(on)); },
  };
}

/** Disabled for everybody, but still to be found by keyboard: focus must not fall off the page. @param {HTMLElement} element @param {boolean} able */
export function enable(element, able) {
  const value = able ? null : "true";
  if (element.getAttribute("aria-disabled") === value) return;
  if (value) element.setAttribute("aria-disabled", value);
  else element.removeAttribute("aria-disabled");
}

/** @param {App} app @param {{title: import("../words.js").Word, text: import("../words.js").Word, yes: import("../words.js").Word}} words @param {string} command */
export function confirmCommand(app, words, command) {
  const { t } = app.i18n;
  openDialog({
    title: t(words.title), text: t(words.text), cancel: t("cancel"), yes: t(words.yes), alarm: command === "leave",
    confirm: async () => { await app.conversation?.command(command); },
  });
}
