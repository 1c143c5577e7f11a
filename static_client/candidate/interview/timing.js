// @ts-check
/**
 * Time to think, and the suggested time to answer. Both only inform: the server owns every timer, and the
 * answer's guard-rail warns and never cuts. The screen reader is told at the limits, not every second.
 */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { clock } from "../../shared/i18n.js";
import { isThinking } from "../view.js";

/** @typedef {import("../app.js").App} App */

export class Timing {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.text = h("span", {});
    this.label = h("span", { class: "timing__label status" }, icon("speaker"), this.text);
    this.figure = h("span", { class: "timing__figure figure" });
    this.bar = h("div", { class: "meter__fill" });
    this.meter = h("div", { class: "meter", "aria-hidden": "true" }, this.bar);
    this.element = h("div", { class: "timing", role: "timer", "aria-live": "off" },
      h("p", { class: "timing__line" }, this.label, this.figure), this.meter);
  }

  /** @param {import("../view.js").View} view */
  update(view) {
    const { i18n: { t }, conversation } = this.app;
    if (conversation?.line !== "open" && this.text.textContent) return; // nobody knows the time while the line is down
    const now = conversation?.clock.nowMs() ?? view.server_now_ms;
    const { deadline } = view;
    const thinking = isThinking(view);
    const left = deadline ? deadline.ends_at_ms - now : 0;
    const share = deadline ? Math.min(1, Math.max(0, left / deadline.length_ms)) : thinking ? 1 : 0;
    const warned = !thinking && view.guard_rail !== "none";
    this.meter.classList.toggle("meter--caution", warned);
    this.element.classList.toggle("timing--think", thinking);
    this.element.classList.toggle("timing--warned", warned);
    this.bar.style.setProperty("--value", share.toFixed(4));
    show(this.meter, deadline !== null && left > 0 && !view.on_air);
    this.label.classList.toggle("is-speaking", view.speaking !== null);
    if (view.on_air) {
      setText(this.text, t("on_air_time"));
      setText(this.figure, "");
    } else if (view.hold) {
      setText(this.text, t("hold_on"));
      setText(this.figure, clock(view.hold.until_ms - now));
    } else if (thinking) {
      setText(this.text, t(deadline ? "think_label" : "listen_first"));
      setText(this.figure, deadline ? clock(left) : "");
    } else {
      const limit = view.guard_rail === "soon" && left > 0 ? "answer_soon" : "answer_reached";
      setText(this.text, view.speaking ? t("now_speaking") : warned ? t(limit) : t("answer_label"));
      setText(this.figure, deadline && left > 0 ? clock(left) : "");
    }
    show(this.element, view.on_air !== null || view.hold !== null || thinking || deadline !== null || view.speaking !== null);
  }
}
