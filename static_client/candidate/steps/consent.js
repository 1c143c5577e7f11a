// @ts-check
/** Consent, purpose by purpose, with the alternatives beside it. Nothing is ticked beforehand. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { button, notice, stepsBar } from "../frame.js";
import { humanButton } from "./human.js";
import { extraTime } from "./welcome.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function consent(app) {
  const { i18n, i18n: { t }, entry, choices } = app;
  const rows = entry.consents.map((item) => purposeRow(app, item));
  const alternatives = h("aside", { class: "card stack", "aria-label": t("other_ways_title") });

  function drawAlternatives() {
    const chosen = choices.mode === "text"
      ? notice("good", t("text_only_on"))
      : button(t("text_only"), () => { choices.mode = "text"; drawAlternatives(); app.say(t("text_only_on")); }, "small", "keyboard");
    fill(alternatives,
      h("div", { class: "stack stack--s" },
        h("h2", { class: "h-small", text: t("other_ways_title") }),
        h("p", { class: "small soft", text: t("other_ways_text") })),
      h("div", { class: "row" }, chosen, humanButton(app, "small")),
      extraTime(app));
  }
  drawAlternatives();

  const refused = h("div", {});
  function submit() {
    const missing = rows.filter((row) => row.check());
    fill(refused, missing.length ? notice("caution", t("consent_missing")) : null);
    if (missing[0]) { missing[0].input.focus(); app.say(t("consent_missing")); return; }
    app.go("sign_in");
  }

  return {
    element: h("div", { class: "stack stack--l" },
      stepsBar(i18n, 2, app.stepCount()),
      h("div", { class: "stack" },
        h("h1", { text: t("consent_title") }),
        h("p", { class: "lead", text: t("consent_lead") })),
      h("div", { class: "stack", role: "group", "aria-label": t("consent_title") }, rows.map((row) => row.element)),
      alternatives,
      refused,
      h("div", { class: "actions" },
        button(t("go_on"), submit, "primary"),
        button(t("back"), () => app.go("welcome"), "quiet"))),
  };
}

/** @param {App} app @param {import("../entry.js").Consent} item */
function purposeRow(app, item) {
  const { i18n: { t }, choices } = app;
  const id = `consent-${item.purpose}`;
  const error = h("p", { class: "field__error", id: `${id}-error` });
  const input = h("input", {
    type: "checkbox", id, checked: Boolean(choices.consents[item.purpose]), "aria-describedby": `${id}-text ${id}-error`,
    on: { change: () => { choices.consents[item.purpose] = input.checked; if (input.checked) check(); } },
  });

  /** @returns {boolean} whether it is missing */
  function check() {
    const missing = item.required && !input.checked;
    input.setAttribute("aria-invalid", String(missing));
    setText(error, missing ? t("consent_missing_short") : "");
    show(error, missing);
    return missing;
  }
  show(error, false);

  const element = h("div", { class: "purpose" },
    h("label", { class: "choice" }, input,
      h("span", { class: "stack stack--s" },
        h("span", { class: "spread" },
          h("span", { class: "choice__title", dir: "auto", text: item.title }),
          h("span", { class: "tag", text: t(item.required ? "consent_required" : "consent_optional") })),
        h("span", { class: "choice__text", id: `${id}-text`, dir: "auto", text: item.text }))),
    error);
  return { element, input, check };
}
