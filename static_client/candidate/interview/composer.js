// @ts-check
/**
 * The field for typed answers. What is typed is kept on this device until the server has taken it, so a lost
 * connection or a killed tab loses nothing.
 */
import { h, setText, show } from "../../shared/dom.js";
import { button } from "../frame.js";
import { placeOf } from "../view.js";
import { draft } from "../visit.js";

/** @typedef {import("../app.js").App} App */

/** Below the 16 KiB of a control message, with room for JSON and for three bytes a character. */
const LONGEST = 4000;

export class Composer {
  #place = "";
  #sending = false;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.label = h("label", { class: "sr-only", htmlFor: "compose" });
    this.field = h("textarea", {
      class: "input composer__field", id: "compose", rows: 3, maxLength: LONGEST, "aria-describedby": "compose-hint",
      on: { input: () => this.#typed() },
    });
    this.hint = h("p", { class: "quiet", id: "compose-hint" });
    this.sendText = h("span", {});
    this.send = button("", () => this.flush(), "small", "send");
    this.send.querySelector("span")?.replaceWith(this.sendText);
    this.element = h("section", { class: "composer" }, this.label, this.field, h("div", { class: "spread" }, this.hint, this.send));
    this.rename();
  }

  rename() {
    const { t } = this.app.i18n;
    setText(this.label, t("compose_label"));
    setText(this.hint, t("compose_hint"));
    setText(this.sendText, t("compose_send"));
    this.field.placeholder = t("compose_placeholder");
  }

  /** @param {import("../view.js").View} view */
  update(view) {
    this.field.lang = view.language === "zh" ? "zh-CN" : "en";
    const place = placeOf(view);
    if (place !== this.#place) {
      this.#place = place;
      this.field.value = draft.get(place);
    }
    show(this.send, this.field.value.trim() !== "");
    if (this.app.typesNext && view.mode === "text") {
      this.app.typesNext = false;
      this.field.focus();
    }
  }

  /** Sends what stands in the field. @returns {Promise<boolean>} false: it could not be sent and still stands there */
  async flush() {
    const text = this.field.value.trim();
    const { conversation } = this.app;
    if (!text || !conversation || conversation.view?.mode !== "text") return true;
    if (this.#sending) return false;
    this.#sending = true;
    const place = this.#place;
    const sent = await conversation.command("text", { text });
    this.#sending = false;
    if (!sent) return this.#keep();
    draft.set(place, "");
    if (place === this.#place && this.field.value.trim() === text) this.field.value = "";
    show(this.send, this.field.value.trim() !== "");
    return true;
  }

  #keep() {
    const said = this.app.conversation?.view?.said ?? [];
    // The answer to the command was lost, but the words had arrived.
    if (said.some((line) => line.text === this.field.value.trim())) { this.field.value = ""; this.#typed(); return true; }
    this.app.say(this.app.i18n.t("not_sent"));
    return false;
  }

  #typed() {
    draft.set(this.#place, this.field.value);
    show(this.send, this.field.value.trim() !== "");
  }
}
