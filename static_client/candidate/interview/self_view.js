// @ts-check
/** The candidate's own picture (small, can be hidden) and whether they are heard. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { selfViewHidden } from "../visit.js";

/** @typedef {import("../app.js").App} App */

export class SelfView {
  hidden = selfViewHidden.get();

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.video = h("video", { class: "self-view__video", muted: true, autoplay: true, playsInline: true });
    this.toggle = h("button", { type: "button", class: "self-view__toggle", on: { click: () => this.flip() } });
    this.bar = h("span", { class: "self-view__level", "aria-hidden": "true" });
    this.heardText = h("span", {});
    this.heard = h("p", { class: "status self-view__heard" }, icon("mic"), this.bar, this.heardText);
    this.element = h("div", { class: "self-view" }, this.video, h("div", { class: "self-view__line" }, this.heard, this.toggle));
    this.rename();
  }

  leave() { this.video.srcObject = null; }

  rename() {
    const { t } = this.app.i18n;
    this.video.setAttribute("aria-label", t("self_view"));
    const label = t(this.hidden ? "self_show" : "self_hide");
    fill(this.toggle, icon(this.hidden ? "eye" : "eyeOff"), h("span", { class: "sr-only", text: label }));
    this.toggle.title = label;
    show(this.video, !this.hidden && this.video.srcObject !== null);
  }

  flip() {
    this.hidden = !this.hidden;
    selfViewHidden.set(this.hidden);
    this.rename();
    if (this.hidden) this.app.say(this.app.i18n.t("self_hidden"));
  }

  /** @param {import("../view.js").View} view */
  update(view) {
    const { media, conversation, i18n: { t } } = this.app;
    const stream = view.mode === "video" && media.camera ? media.stream : null;
    if (this.video.srcObject !== stream) this.video.srcObject = stream;
    show(this.video, stream !== null && !this.hidden);
    show(this.toggle, stream !== null);
    const sound = view.mode !== "text" && media.microphone !== null;
    show(this.heard, sound);
    setText(this.heardText, t(conversation?.heard ? "hearing_you" : "hearing_quiet"));
    this.heard.classList.toggle("is-heard", Boolean(conversation?.heard));
    show(this.element, stream !== null || sound);
  }

  level() {
    this.bar.style.setProperty("--value", this.app.media.level.toFixed(3));
  }
}
