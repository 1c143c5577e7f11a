// @ts-check
/** On a narrow screen one panel shows under the picture at a time; this chooses which. Wide ones show all. */
import { h } from "../../shared/dom.js";

/** @typedef {"transcript" | "prompts" | "plan" | "scores" | "charts"} Pane */
/** @type {Pane[]} */
const PANES = ["transcript", "prompts", "scores", "plan", "charts"];

/** @param {import("../context.js").Context} context */
export function createPanes(context) {
  /** @type {HTMLElement | null} */
  let desk = null;
  const buttons = PANES.map((pane) => h("button", { type: "button", class: "panes__one", text: () => context.t(`pane.${pane}`), data: { pane }, on: { click: () => choose(pane) } }));
  const element = h("nav", { class: "panes", "aria-label": () => context.t("app.title") }, buttons);

  /** @param {Pane} pane */
  function choose(pane) {
    if (desk) desk.dataset.pane = pane;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
  }

  return {
    element, choose,
    /** @param {HTMLElement} root */
    attach(root) {
      desk = root;
      choose("transcript");
    },
  };
}
