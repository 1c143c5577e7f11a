// @ts-check
/**
 * What was heard: finals and committed words solid, tentative words lighter. Follows the newest words unless
 * the candidate has scrolled up to read. Not read aloud: nobody wants their own words repeated over them.
 */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { isThinking } from "../view.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../conversation.js").Partial} Partial */

export class Captions {
  #shown = "";

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.title = h("h2", { class: "eyebrow", id: "captions-title" });
    this.lateText = h("span", {});
    this.late = h("p", { class: "status captions__late" }, icon("wait"), this.lateText);
    this.empty = h("p", { class: "captions__empty" });
    this.lines = h("div", { class: "captions__lines" });
    this.committed = h("span", { class: "captions__committed" });
    this.tentative = h("span", { class: "captions__tentative" });
    this.partial = h("p", { dir: "auto" }, this.committed, this.tentative);
    this.beside = h("p", { class: "captions__beside" });
    this.scroll = h("div", { class: "captions__scroll", tabindex: "0", role: "log", "aria-live": "off", "aria-labelledby": "captions-title" },
      this.empty, this.lines, this.beside, this.partial);
    this.element = h("section", { class: "captions" }, h("div", { class: "captions__head" }, this.title, this.late), this.scroll);
  }

  rename() { this.#shown = ""; }
  reset() { this.scroll.scrollTop = 0; }

  /** Somebody else's words, with who said them. @param {string} text @returns {Node[]} */
  #named(text) {
    return [h("span", { class: "captions__who", text: this.app.i18n.t("interviewer_says") }), h("span", { dir: "auto", text })];
  }

  /** @param {import("../view.js").View} view @param {Partial | null} partial @param {boolean} late */
  update(view, partial, late) {
    const { t } = this.app.i18n;
    const typing = view.mode === "text";
    setText(this.title, t(typing ? "captions_text_title" : "captions_title"));
    setText(this.lateText, t("net_late"));
    show(this.late, late && !typing);
    const atEnd = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 48;
    const key = view.said.map((said) => said.utterance + said.text).join("\n");
    if (key !== this.#shown) {
      this.#shown = key;
      const lang = view.language === "zh" ? "zh-CN" : "en";
      this.scroll.lang = lang;
      fill(this.lines, view.said.map((said) => (said.speaker === "interviewer"
        ? h("p", { class: "captions__beside" }, ...this.#named(said.text)) : h("p", { dir: "auto", text: said.text }))));
    }
    const heard = partial && !typing ? partial : null;
    setText(this.committed, heard?.committed ?? "");
    const gap = heard?.committed && heard.tentative && view.language === "en" ? " " : "";
    setText(this.tentative, heard ? gap + heard.tentative : "");
    show(this.partial, heard !== null);
    const other = this.app.conversation?.partialBeside ?? null;
    fill(this.beside, other ? this.#named(`${other.committed} ${other.tentative}`.trim()) : null);
    show(this.beside, other !== null);
    const nothing = !view.said.length && !heard && !other;
    setText(this.empty, t(typing ? "captions_text_empty" : isThinking(view) ? "captions_thinking" : "captions_empty"));
    show(this.empty, nothing);
    if (atEnd) this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
