// @ts-check
/** What the candidate has agreed to, point by point, to be taken back as easily as it was given. */
import { fill, h, setText } from "../../shared/dom.js";
import { changeAgreement } from "../entry.js";
import { button, notice, openDialog } from "../frame.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../entry.js").Consent} Consent */

/** @param {App} app */
export function openAgreement(app) {
  const { t } = app.i18n;
  const rows = app.entry.consents.map((item) => point(app, item, () => dialog.close()));
  const dialog = openDialog({
    title: t("agreement"), text: t("agreement_lead"), cancel: t("close"),
    body: h("div", { class: "stack", role: "group", "aria-label": t("agreement") }, rows),
  });
}

/** @param {App} app @param {Consent} item @param {() => void} close */
function point(app, item, close) {
  const { t } = app.i18n;
  const { company } = app.entry.job;
  const id = `agreement-${item.purpose}`;
  const lang = app.entry.language === "zh" ? "zh-CN" : "en";
  const warning = h("div", {});
  const outcome = h("p", { class: "small agreement__outcome", role: "status" });
  const box = h("input", { type: "checkbox", id, checked: agreed(), "aria-describedby": `${id}-text`, on: { change: changed } });

  function agreed() {
    return Boolean(app.conversation?.view?.consents[item.purpose]);
  }

  function changed() {
    if (!item.required || box.checked) {
      void send(box.checked);
      return;
    }
    box.checked = true; // until it is certain what that means
    const end = button(t("agreement_end"), () => void send(false), "alarm small");
    const keep = button(t("agreement_keep"), () => { fill(warning); box.focus(); }, "small");
    fill(warning, notice("caution", t("agreement_ends", { company }), keep, end));
    app.say(t("agreement_ends", { company }));
    keep.focus({ preventScroll: true });
    warning.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} granted */
  async function send(granted) {
    box.disabled = true;
    fill(warning);
    try {
      await changeAgreement(app.sessionToken, item.purpose, granted);
      box.checked = granted;
      if (item.required && !granted) close();
      else setText(outcome, sentence(granted));
    } catch {
      box.checked = !granted;
      setText(outcome, t("agreement_failed"));
    }
    box.disabled = false;
    if (box.isConnected) box.focus();
  }

  /** @param {boolean} granted */
  function sentence(granted) {
    if (granted) return t("agreement_given");
    return item.purpose === "recording" ? t("agreement_recording", { company }) : t("agreement_withdrawn");
  }

  return h("div", { class: "stack stack--s" },
    h("label", { class: "choice" }, box,
      h("span", { class: "stack stack--s" },
        h("span", { class: "choice__title", lang, dir: "auto", text: item.title }),
        h("span", { class: "choice__text", id: `${id}-text`, lang, dir: "auto", text: item.text }))),
    outcome, warning);
}
