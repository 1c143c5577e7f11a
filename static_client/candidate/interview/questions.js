// @ts-check
/** The candidate's turn to ask: typed or spoken questions and their answers, then the end. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { openDialog } from "../frame.js";
import { askForm, exchange } from "./help.js";

/** @typedef {import("../app.js").App} App */

export class Questions {
  #shown = "";

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.title = h("h1", { class: "prompt__text" });
    this.lead = h("p", { class: "lead" });
    this.list = h("div", { class: "exchange", tabindex: "0", role: "log", "aria-live": "polite" });
    this.heard = h("p", { class: "quiet", dir: "auto" });
    this.form = askForm(app, "ask", "", "");
    this.element = h("section", { class: "questions" }, this.title, this.lead, this.list, this.heard, this.form.element);
    this.rename();
  }

  rename() {
    const { t } = this.app.i18n;
    setText(this.title, t("your_questions"));
    setText(this.lead, t("ask_lead"));
    this.list.setAttribute("aria-label", t("your_questions"));
    this.form.rename(t("ask_label"), t("ask_send"));
    this.#shown = "";
  }

  /** @param {import("../view.js").View} view @param {import("../conversation.js").Partial | null} partial */
  update(view, partial) {
    if (view.phase !== "candidate_questions") return;
    // A spoken question stands among the finals; once it is answered it stands in `help` and is not shown twice.
    const spoken = view.said.filter((said) => !view.help.some((item) => item.asked === said.text));
    const key = JSON.stringify([view.help, spoken]);
    if (key !== this.#shown) {
      this.#shown = key;
      fill(this.list, exchange(this.app, view.help), spoken.map((said) => h("p", { class: "exchange__asked", dir: "auto" }, said.speaker === "interviewer" ? this.app.i18n.t("interviewer_says") : null, isolated(said.text))));
      requestAnimationFrame(() => { this.list.scrollTop = this.list.scrollHeight; }); // once it is to be seen
      this.element.classList.toggle("has-items", view.help.length + spoken.length > 0);
    }
    show(this.list, view.help.length + spoken.length > 0);
    setText(this.heard, partial ? `${partial.committed} ${partial.tentative}`.trim() : "");
    show(this.heard, partial !== null);
  }

  finish() {
    const { i18n: { t }, conversation } = this.app;
    openDialog({
      title: t("finish_title"), text: t("finish_text"), cancel: t("cancel"), yes: t("finish_yes"),
      confirm: async () => { await conversation?.command("finish"); },
    });
  }
}
