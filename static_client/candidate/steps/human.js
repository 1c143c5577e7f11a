// @ts-check
/** "Talk to a person instead": asked for at any step of the way in, without a reason. */
import { h, setText, uid } from "../../shared/dom.js";
import { askForHuman } from "../entry.js";
import { button, openDialog } from "../frame.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {string} [kind] */
export function humanButton(app, kind = "quiet") {
  return button(app.i18n.t("human_instead"), () => askPerson(app), kind, "person");
}

/** @param {App} app */
export function askPerson(app) {
  const { i18n: { t }, entry } = app;
  const id = uid("contact");
  const error = h("p", { class: "field__error", id: `${id}-error`, role: "alert" });
  const input = h("input", { class: "input", id, autocomplete: "email", maxLength: 200, "aria-describedby": `${id}-hint ${id}-error` });
  const body = h("div", { class: "field" },
    h("label", { htmlFor: id, text: t("human_contact") }), input,
    h("p", { class: "field__hint", id: `${id}-hint`, text: t("human_contact_hint") }), error);
  openDialog({
    title: t("human_title"), text: t("human_text", { company: entry.job.company }), body,
    cancel: t("back"), yes: t("human_send"),
    confirm: async () => {
      if (!input.value.trim()) {
        setText(error, t("human_missing"));
        input.setAttribute("aria-invalid", "true");
        input.focus();
        return false;
      }
      try {
        await askForHuman(app.entryToken, input.value.trim());
      } catch (problem) {
        setText(error, app.sentence(problem));
        return false;
      }
      app.finish("declined");
      return true;
    },
  });
  input.focus();
}
