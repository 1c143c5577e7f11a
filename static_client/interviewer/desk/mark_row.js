// @ts-check
/** Five levels and "insufficient evidence" for one target, what the level in question means, and the reason. */
import { h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { scoreOfLevel } from "./state.js";

/** @typedef {{level: number, reason: string, saving: boolean, problem: string}} Draft an own mark that is not saved yet; level 0: insufficient evidence */
/**
 * @typedef {object} MarkCard what a row asks of the scorecard it stands in
 * @property {() => Draft | undefined} draft
 * @property {(level: number) => void} choose
 * @property {() => void} save
 * @property {() => void} cancel
 */

const LEVELS = [1, 2, 3, 4, 5];

/**
 * @param {import("../context.js").Context} context
 * @param {{id: string, title: string, anchors: () => string[], allowed: () => boolean}} target
 * @param {MarkCard} card
 */
export function createMarkRow(context, target, card) {
  const { t, i18n } = context;
  const levels = LEVELS.map(levelButton);
  const insufficient = h("button", { type: "button", class: "level level--none", text: "–", title: () => t("scores.insufficient"), "aria-label": () => t("scores.insufficient_of", { title: target.title }), on: { click: () => choose(0), mouseenter: () => explain(0), focus: () => explain(0) } });
  const mine = h("span", { class: "card-row__mine figure" });
  const anchor = h("p", { class: "card-row__anchor" });
  const form = createReasonForm(context, target.id, card);
  const own = h("div", { class: "card-row__own", role: "group", "aria-label": () => t("app.pair", { name: t("scores.mine"), value: target.title }), on: { mouseleave: () => explain(null) } },
    h("span", { class: "quiet", text: () => t("scores.mine") }), levels, insufficient, mine);
  const element = h("div", { class: "mark", data: { needs: "score" } }, own, anchor, form.element);
  /** @type {number | null} */
  let pointed = null;
  /** @type {number | null} */
  let standing = null;

  /** @param {number} level */
  function levelButton(level) {
    const score = scoreText(i18n, scoreOfLevel(level));
    return h("button", {
      type: "button", class: "level", text: String(level), title: () => t("scores.level", { level, score }),
      "aria-label": () => t("scores.level_of", { title: target.title, level, score }),
      on: { click: () => choose(level), mouseenter: () => explain(level), focus: () => explain(level) },
    });
  }

  /** @param {number} level */
  function choose(level) {
    if (target.allowed()) card.choose(level);
  }

  /** The words of a level: the one pointed at, else the one that stands. @param {number | null} level */
  function explain(level) {
    pointed = level;
    const shown = pointed ?? standing;
    const words = shown ? target.anchors()[shown - 1] : undefined;
    setText(anchor, words ? t("scores.anchor", { level: shown ?? 0, words }) : "");
    anchor.title = words ?? "";
  }

  /**
   * @param {{level: number | null | undefined, reason?: string, owed: (level: number) => string, hint: number | null, focused: boolean, text?: string}} now
   *   level: the saved own one, null for "insufficient", undefined for none; hint: the level explained while none is chosen
   */
  function update(now) {
    const draft = card.draft();
    const level = draft ? draft.level : now.level === undefined ? undefined : now.level ?? 0;
    const anchors = target.anchors();
    for (const [place, button] of [insufficient, ...levels].entries()) {
      const words = anchors[place - 1];
      if (words) button.title = t("scores.anchor", { level: place, words });
      button.setAttribute("aria-pressed", String(place === level));
      button.classList.toggle("level--draft", Boolean(draft) && place === level);
      button.disabled = !target.allowed();
    }
    setText(mine, now.text ?? "");
    mine.title = now.reason ?? "";
    standing = level || now.hint;
    show(anchor, now.focused && target.anchors().length > 0);
    explain(pointed);
    form.update(draft, draft ? now.owed(draft.level) : "");
  }

  return { element, own, update };
}

/** Where a draft is given its reason and saved. @param {import("../context.js").Context} context @param {string} id @param {MarkCard} card */
function createReasonForm(context, id, card) {
  const { t } = context;
  const label = h("label", { class: "card-row__label", for: `reason-${id}` });
  const reason = h("input", { class: "input input--dense", dir: "auto", id: `reason-${id}`, type: "text", maxLength: 2000, autocomplete: "off" });
  const save = h("button", { type: "submit", class: "button button--dense button--primary" });
  const outcome = h("p", { class: "field__error", role: "alert" });
  const element = h("form", { class: "card-row__form", on: { submit, keydown: pressed } },
    label, h("div", { class: "card-row__reason" }, reason, save), outcome);
  reason.addEventListener("input", () => {
    const draft = card.draft();
    if (draft) draft.reason = reason.value;
  });

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    card.save();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    card.cancel();
  }

  /** @param {Draft | undefined} draft @param {string} owed why a reason is needed; "": it is not */
  function update(draft, owed) {
    show(element, Boolean(draft));
    if (!draft) {
      reason.value = "";
      return;
    }
    setText(label, owed || t("scores.reason_optional"));
    reason.required = Boolean(owed);
    save.disabled = draft.saving;
    setText(save, t(draft.saving ? "scores.saving" : "scores.save"));
    setText(outcome, draft.problem ? t("scores.not_saved", { problem: draft.problem }) : "");
    show(outcome, Boolean(draft.problem));
  }

  return { element, update };
}
