// @ts-check
/** Lines above the question: the connection in plain words, sound held back, a microphone that stopped. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { button, notice } from "../frame.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../words.js").Word} Word */
/** @typedef {ReturnType<typeof import("../view.js").connectionWords>} ConnectionWords */

const TOLD_MS = 6000;

export class Notices {
  #badgeKey = "";
  #lineKey = "";
  #deviceKey = "";
  #airKey = "";
  #announced = "";
  #timer = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.line = h("div", {});
    this.device = h("div", {});
    this.told = h("div", {});
    this.air = h("div", {});
    this.element = h("div", { class: "notices" }, this.line, this.device, this.air, this.told);
    for (const part of [this.line, this.device, this.air, this.told]) show(part, false);
  }

  rename() {
    this.#badgeKey = this.#lineKey = this.#deviceKey = this.#airKey = "";
    show(this.told, false);
  }

  /** A passing word: back again, not possible just now. Said aloud by the caller. @param {Word} word */
  tell(word) {
    this.#pass(word === "net_back" ? "good" : "caution", this.app.i18n.t(word));
  }

  /** Good news that passes. @param {string} sentence */
  good(sentence) {
    this.#pass("good", sentence);
  }

  /** @param {"good" | "caution"} tone @param {string} sentence */
  #pass(tone, sentence) {
    fill(this.told, notice(tone, sentence));
    show(this.told, true);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => show(this.told, false), TOLD_MS);
  }

  /** @param {ConnectionWords} said @param {HTMLElement} badge @param {string} text */
  connection(said, badge, text) {
    const { i18n: { t }, conversation } = this.app;
    const badgeKey = `${said.tone}${text}`;
    if (badgeKey !== this.#badgeKey) {
      this.#badgeKey = badgeKey;
      badge.className = `status status--${said.tone}`;
      badge.setAttribute("aria-label", text);
      fill(badge, icon(said.tone === "ok" ? "ok" : said.tone === "wait" ? "wait" : "caution"), h("span", { class: "status__text", text }));
    }
    const lineKey = `${said.notice}${said.retry}`;
    if (lineKey === this.#lineKey) return;
    this.#lineKey = lineKey;
    show(this.line, said.notice !== null);
    if (!said.notice) { fill(this.line); this.#announced = ""; return; }
    const sentence = t(said.notice);
    const retry = said.retry ? button(t("try_now"), () => conversation?.retryNow(), "small", "again") : null;
    const type = said.notice === "net_media_refused" ? button(t("go_text"), () => this.app.changeMode("text"), "small", "keyboard") : null;
    fill(this.line, notice(said.tone === "bad" ? "alarm" : "caution", said.tone === "bad" ? [text, sentence] : sentence, retry, type));
    if (sentence !== this.#announced) this.app.say(`${text}. ${sentence}`);
    this.#announced = sentence;
  }

  /** Somebody speaks with the candidate in person. @param {import("../view.js").View} view */
  #onAir(view) {
    const { i18n: { t } } = this.app;
    const words = !view.on_air ? "" : view.on_air.name ? t("on_air_named", { name: view.on_air.name }) : t("on_air");
    if (words === this.#airKey) return;
    this.#airKey = words;
    show(this.air, words !== "");
    fill(this.air, words ? h("div", { class: "notice notice--good" }, icon("mic"), h("p", { text: words })) : null);
    this.app.say(words || t("on_air_over"));
  }

  /** Who speaks in person, sound and microphone. @param {import("../view.js").View} view */
  update(view) {
    this.#onAir(view);
    const { media, i18n: { t } } = this.app;
    const speaking = view.mode !== "text";
    const key = !speaking ? "" : media.problem ? `problem:${media.problem}` : media.microphoneLost ? "lost" : media.soundBlocked ? "blocked" : "";
    if (key === this.#deviceKey) return;
    this.#deviceKey = key;
    show(this.device, key !== "");
    if (key === "") { fill(this.device); return; }
    const typeInstead = () => button(t("go_text"), () => this.app.changeMode("text"), "small", "keyboard");
    if (key === "blocked") {
      fill(this.device, notice("caution", t("sound_blocked"), button(t("sound_on"), () => media.unblockSound(), "small", "speaker")));
    } else if (key === "lost") {
      fill(this.device, notice("alarm", t("mic_lost"), button(t("mic_again"), () => media.choose({}), "small", "mic"), typeInstead()));
    } else {
      const word = /** @type {Word} */ (media.problem);
      const again = media.problem === "insecure" ? null : button(t("try_again"), () => this.app.retryMedia(), "small", "mic");
      fill(this.device, notice("alarm", t(word), again, typeInstead()));
    }
    this.app.say(this.device.querySelector("p")?.textContent ?? "");
    setText(this.told, "");
  }
}
