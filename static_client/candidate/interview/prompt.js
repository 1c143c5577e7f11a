// @ts-check
/** What is asked: the question, its other wording, a follow-up with the words it refers to, a gentle line. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { button, notice } from "../frame.js";
import { extraCaption, quoteBeside } from "../view.js";

/** @typedef {import("../app.js").App} App */

export class Prompt {
  #shown = "";

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.asked = h("div", { class: "prompt__asked" });
    this.caption = h("p", { class: "prompt__caption", dir: "auto" });
    this.nudge = h("div", {});
    this.element = h("section", { class: "prompt" }, this.asked, this.caption, this.nudge);
  }

  /** @param {import("../view.js").View} view */
  update(view) {
    const { language } = this.app.i18n;
    const key = JSON.stringify([view.question, view.follow_up, view.practice, view.nudge, language]);
    if (key !== this.#shown) {
      this.#shown = key;
      this.#draw(view);
    }
    const caption = extraCaption(view, this.app.conversation?.asides ?? []);
    setText(this.caption, caption ?? "");
    show(this.caption, caption !== null);
  }

  /** @param {import("../view.js").View} view */
  #draw(view) {
    const { t } = this.app.i18n;
    const { question, follow_up: followUp } = view;
    const lang = view.language === "zh" ? "zh-CN" : "en";
    fill(this.nudge, view.nudge ? notice("good", isolated(view.nudge)) : null);
    if (!question) { fill(this.asked); return; }
    const wording = question.rephrased ?? question.text;
    const practice = view.practice ? notice("", t("practice_note"),
      button(t("practice_end"), () => this.app.conversation?.command("end_practice"), "small")) : null;
    if (followUp) {
      const quote = quoteBeside(followUp);
      fill(this.asked, practice,
        h("p", { class: "prompt__earlier", lang, dir: "auto", text: wording }),
        h("div", { class: "follow-up" },
          h("p", { class: "eyebrow", text: t("follow_up") }),
          quote ? h("blockquote", { class: "follow-up__quote", lang },
            h("span", { class: "sr-only", text: `${t("you_said")}: ` }), `“${isolated(quote)}”`) : null,
          h("h1", { class: sizeOf(followUp.text), lang, dir: "auto", text: followUp.text })));
      return;
    }
    const rephrased = question.rephrased !== null && question.rephrased !== question.text;
    fill(this.asked, practice,
      rephrased ? h("p", { class: "eyebrow", text: t("in_other_words") }) : null,
      h("h1", { class: sizeOf(wording), lang, dir: "auto", text: wording }),
      rephrased ? h("details", { class: "prompt__original" }, h("summary", { text: t("original_question") }), h("p", { class: "soft", lang, dir: "auto", text: question.text })) : null);
  }
}

/** A long question in smaller letters, so that the answer still fits on a phone. Chinese is denser. @param {string} text */
function sizeOf(text) {
  const width = [...text].reduce((sum, character) => sum + (character > "\u2e7f" ? 2 : 1), 0);
  return width > 220 ? "prompt__text prompt__text--longest" : width > 90 ? "prompt__text prompt__text--long" : "prompt__text";
}
