// @ts-check
/** A page with one thing to say: a broken link, another tab, one moment. */
import { h } from "../shared/dom.js";
import { button } from "./frame.js";

/**
 * @param {import("./app.js").Words} i18n
 * @param {import("./words.js").Word} title @param {import("./words.js").Word | null} text
 * @param {(() => void) | undefined} action @param {import("./words.js").Word} label
 */
export function messagePage(i18n, title, text, action, label) {
  return {
    element: h("div", { class: "stack message" },
      h("h1", { class: text ? "" : "message__wait", text: i18n.t(title) }),
      text ? h("p", { class: "lead", text: i18n.t(text) }) : null,
      action ? h("div", { class: "actions" }, button(i18n.t(label), action, "primary")) : null),
  };
}
