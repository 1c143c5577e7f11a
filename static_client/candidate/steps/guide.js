// @ts-check
/** One minute to read, a practice question if wanted, then the interview. */
import { h } from "../../shared/dom.js";
import { button, stepsBar } from "../frame.js";
import { doneKey } from "../keys.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function guide(app) {
  const { i18n, i18n: { t } } = app;
  /** @type {[string, string][]} */
  const points = [
    [t("guide_1_title"), t("guide_1")],
    [t("guide_2_title"), t("guide_2")],
    [t("guide_3_title"), t("guide_3")],
    [t("guide_4_title"), t("guide_4")],
    [t("guide_5_title"), t("guide_5")],
  ];
  const begin = button(t("begin"), () => app.begin(), "primary");
  const practise = button(t(app.practised ? "practice_again" : "practice_start"), () => app.practise());
  return {
    element: h("div", { class: "stack stack--l" },
      stepsBar(i18n, app.stepCount(), app.stepCount()),
      h("div", { class: "stack" },
        h("h1", { text: t("guide_title") }),
        h("p", { class: "lead", text: t(app.practised ? "practised" : "guide_lead") })),
      h("ol", { class: "guide" }, points.map(([title, text]) => h("li", {},
        h("h2", { class: "h-small", text: title }), h("p", { class: "soft", text })))),
      h("p", { class: "quiet key-line", text: t("guide_key", { key: doneKey }) }),
      h("div", { class: "actions" }, app.practised ? [begin, practise] : [practise, begin])),
  };
}
