// @ts-check
/** Sign-in: name and phone number, or name and the last four of the ID, as the job says. */
import { ApiProblem } from "../../shared/api.js";
import { h, setText, show } from "../../shared/dom.js";
import { signIn as callSignIn } from "../entry.js";
import { button, stepsBar } from "../frame.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function signIn(app) {
  const { i18n, i18n: { t }, entry, choices } = app;
  const byId = entry.job.sign_in === "id4";
  const name = field(t("name"), "", { autocomplete: "name", maxLength: 80, value: choices.name }, (value) => { choices.name = value; });
  const identity = byId
    ? field(t("id4"), t("id4_hint"), { inputMode: "text", autocomplete: "off", maxLength: 4, value: choices.identity, pattern: "[0-9]{3}[0-9xX]" }, (value) => { choices.identity = value; })
    : field(t("phone"), t("phone_hint"), { type: "tel", autocomplete: "tel", maxLength: 24, value: choices.identity }, (value) => { choices.identity = value; });
  const problem = h("p", { class: "field__error", role: "alert" });
  show(problem, false);
  const submit = h("button", { type: "submit", class: "button button--primary", text: t("sign_in") });

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    const nameMissing = name.require(t("name_missing"));
    const identityMissing = identity.require(t(byId ? "id4_missing" : "phone_missing"));
    if (nameMissing) { name.input.focus(); return; }
    if (identityMissing) { identity.input.focus(); return; }
    submit.setAttribute("aria-disabled", "true");
    show(problem, false);
    try {
      app.signedIn(await callSignIn(app.entryToken, entry, choices));
    } catch (error) {
      submit.removeAttribute("aria-disabled");
      explain(error);
    }
  }

  /** @param {unknown} error */
  function explain(error) {
    const status = error instanceof ApiProblem ? error.status : 0;
    if (status === 422) { app.go("consent"); app.say(t("consent_missing")); return; }
    setText(problem, status === 403 ? t("wrong_identity") : status === 409 ? t("already_over") : app.sentence(error));
    show(problem, true);
    if (status === 403) identity.input.focus();
  }

  return {
    element: h("form", { class: "stack stack--l", noValidate: true, on: { submit: send } },
      stepsBar(i18n, 3, app.stepCount()),
      h("div", { class: "stack" },
        h("h1", { text: t("sign_in_title") }),
        h("p", { class: "lead", text: t("sign_in_lead") })),
      h("div", { class: "stack fields" }, name.element, identity.element),
      problem,
      h("div", { class: "actions" }, submit, button(t("back"), () => app.go("consent"), "quiet"))),
  };
}

let fields = 0;
/** @param {string} label @param {string} hint @param {Record<string, unknown>} props @param {(value: string) => void} changed */
function field(label, hint, props, changed) {
  fields += 1;
  const id = `field-${fields}`;
  const error = h("p", { class: "field__error", id: `${id}-error` });
  show(error, false);
  const input = h("input", { ...props, class: "input", id, required: true, "aria-describedby": `${id}-hint ${id}-error`, on: { input: () => changed(input.value) } });
  return {
    input,
    element: h("div", { class: "field" }, h("label", { htmlFor: id, text: label }), input,
      h("p", { class: "field__hint", id: `${id}-hint`, text: hint, hidden: !hint }), error),
    /** @param {string} sentence @returns {boolean} whether it is missing */
    require(sentence) {
      const missing = !input.value.trim();
      input.setAttribute("aria-invalid", String(missing));
      setText(error, missing ? sentence : "");
      show(error, missing);
      return missing;
    },
  };
}
