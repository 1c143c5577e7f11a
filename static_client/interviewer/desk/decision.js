// @ts-check
/** What becomes of the candidate: one of three, with a reason, by a person, once the interview has ended. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { timeCode } from "./clock.js";
import { nameOf } from "./people.js";
import { asWords, lettersMissing, ruleOf } from "./reason_length.js";

/** @type {("advance" | "hold" | "reject")[]} */
const CHOICES = ["advance", "hold", "reject"];

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createDecision(context, desk) {
  const { t } = context;
  const standing = h("p", { class: "decision__standing" });
  const reasonStanding = h("p", { class: "decision__reason", dir: "auto" });
  const before = h("ul", { class: "decision__before" });
  const history = h("details", { class: "decision__history" }, h("summary", { text: () => t("decision.before") }), before);
  const change = h("button", { type: "button", class: "button button--dense", text: () => t("decision.change"), on: { click: () => { editing = true; draw(); reason.focus(); } } });
  const radios = CHOICES.map((choice) => h("input", { type: "radio", name: "decision", value: choice, id: `decision-${choice}` }));
  const reason = h("textarea", { class: "input input--dense decision__field", dir: "auto", id: "decision-reason", rows: 2, maxLength: 2000 });
  const label = h("label", { class: "card-row__label", for: reason.id });
  const save = h("button", { type: "submit", class: "button button--dense button--primary", text: () => t("decision.save") });
  const outcome = h("p", { class: "decision__outcome", role: "status" });
  const form = h("form", { class: "decision__form", on: { submit } },
    h("fieldset", { class: "decision__choices" }, h("legend", { class: "sr-only", text: () => t("decision.title") }),
      radios.map((radio, place) => h("label", { class: "decision__choice", for: radio.id }, radio, h("span", { text: () => t(`decision.${/** @type {"advance"} */ (CHOICES[place])}`) })))),
    label, reason,
    h("div", { class: "row" }, save));
  const withheld = h("p", { class: "quiet", text: () => t("decision.withheld"), hidden: true });
  const element = h("section", { class: "panel decision", "aria-labelledby": "decision-title", hidden: true },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "decision-title", text: () => t("decision.title") }), h("span", { class: "quiet", text: () => t("decision.why") })),
    h("div", { class: "panel__scroll decision__body" }, withheld, standing, reasonStanding, change, history, form, outcome));
  let editing = false;
  let drawn = "";

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    const { view } = state;
    const may = !view.may || view.may.includes("decide");
    show(element, view.status === "ended" && (may || (view.decisions ?? []).length > 0));
    show(withheld, Boolean(view.decisions_withheld));
    const key = JSON.stringify([view.decisions, may, view.panel?.people, context.i18n.language]);
    if (element.hidden || key === drawn) return;
    drawn = key;
    draw();
  }

  function draw() {
    const { view } = desk.state;
    const versions = view.decisions ?? [];
    const last = versions.at(-1);
    const may = !view.may || view.may.includes("decide");
    show(standing, Boolean(last));
    show(reasonStanding, Boolean(last));
    if (last) {
      setText(standing, sentence(last));
      setText(reasonStanding, last.reason);
    }
    setText(label, t("decision.reason", asWords(ruleOf(view).letters, ruleOf(view))));
    show(change, may && Boolean(last) && !editing);
    show(form, may && (!last || editing));
    show(history, versions.length > 1);
    fill(before, versions.slice(0, -1).reverse().map((/** @type {any} */ one) => h("li", {}, h("span", { class: "figure quiet", text: timeCode(one.at_ms) }), " ", t("app.pair", { name: sentence(one), value: one.reason }))));
  }

  /** @param {any} one */
  function sentence(one) {
    return t("decision.by", { decision: context.word(`decision.${one.decision}`, one.decision), name: nameOf(context, desk.state.view, one.by) });
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const chosen = radios.find((radio) => radio.checked);
    const text = reason.value.trim();
    if (!chosen) return tell(t("decision.choose"), true);
    const missing = lettersMissing(text, ruleOf(desk.state.view));
    if (missing > 0) {
      reason.focus();
      return tell(t("decision.short", asWords(missing, ruleOf(desk.state.view))), true);
    }
    save.disabled = true;
    const problem = await desk.command("decide", { decision: chosen.value, reason: text });
    save.disabled = false;
    if (problem) return tell(t("decision.failed", { problem }), true);
    editing = false;
    reason.value = "";
    draw();
    tell(t("decision.saved"), false);
    change.focus();
  }

  /** @param {string} words @param {boolean} bad */
  function tell(words, bad) {
    setText(outcome, words);
    outcome.classList.toggle("field__error", bad);
  }

  return { element, update };
}
