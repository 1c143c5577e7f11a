// @ts-check
/** One dimension of the scorecard: the system's score, the five levels, and the reason for one's own. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { trendMark } from "./marks.js";
import { humanScore, levelOfScore, scoreOfLevel } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {{level: number, reason: string, saving: boolean, problem: string}} Draft an own score that is not saved yet */
/** @typedef {"up" | "down" | "steady" | "none"} Trend */
/**
 * @typedef {object} Card what the row asks of the scorecard it stands in
 * @property {() => Draft | undefined} draft
 * @property {(level: number) => void} choose
 * @property {() => void} save
 * @property {() => void} cancel
 * @property {() => void} showEvidence
 * @property {() => boolean} isFocused
 * @property {() => void} focus
 */

const LEVELS = [1, 2, 3, 4, 5];
/** Half a level: an own score nearer than this to the system's needs no reason. */
const SAME = 1;

/** @param {Competency} one @param {number} level */
export function needsReason(one, level) {
  return !one.hidden && one.score !== null && one.score !== undefined && Math.abs(one.score - scoreOfLevel(level)) >= SAME;
}

/** @param {import("../context.js").Context} context @param {Competency} first @param {Card} card */
export function createScoreRow(context, first, card) {
  const { t, i18n } = context;
  const value = h("span", { class: "card-row__system figure" });
  const course = h("span", { class: "card-row__trend" });
  const mine = h("span", { class: "card-row__mine figure" });
  const levels = LEVELS.map((level) => levelButton(level));
  const reasonForm = createReasonForm(context, first.id, card);
  const item = h("li", { class: "card-row", on: { focusin: card.focus } },
    h("div", { class: "card-row__top" },
      h("button", { type: "button", class: "card-row__title", title: t("scores.quotes"), text: first.title, on: { click: card.showEvidence } }),
      weight(), course, value),
    h("div", { class: "card-row__own", data: { needs: "score" }, role: "group", "aria-label": `${t("scores.mine")}: ${first.title}` },
      h("span", { class: "quiet", text: t("scores.mine") }), levels, mine),
    reasonForm.element);

  /** @param {number} level */
  function levelButton(level) {
    const score = scoreText(i18n, scoreOfLevel(level));
    return h("button", {
      type: "button", class: "level", text: String(level), title: t("scores.level", { level, score }),
      "aria-label": t("scores.level_of", { title: first.title, level, score }), on: { click: () => card.choose(level) },
    });
  }

  function weight() {
    const words = [t("scores.weight", { weight: first.weight })];
    if (first.threshold) words.push(t("scores.threshold_short", { value: i18n.number(first.threshold) }));
    const title = first.threshold ? t("scores.threshold", { value: scoreText(i18n, first.threshold) }) : undefined;
    return h("span", { class: "quiet card-row__weight", text: words.join(" · "), title });
  }

  /** @param {Competency} one @param {Trend} direction */
  function update(one, direction) {
    const draft = card.draft();
    const human = humanScore(one);
    item.classList.toggle("card-row--focus", card.isFocused());
    if (card.isFocused()) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
    showSystem(one, direction);
    const level = draft?.level ?? (human ? levelOfScore(human.score) : 0);
    levels.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(place + 1 === level));
      button.classList.toggle("level--draft", Boolean(draft) && place + 1 === level);
    });
    setText(mine, draft ? scoreText(i18n, scoreOfLevel(draft.level)) : human ? scoreText(i18n, human.score) : "");
    mine.title = human?.reason ?? "";
    reasonForm.update(one, draft);
  }

  /** @param {Competency} one @param {Trend} direction */
  function showSystem(one, direction) {
    const hidden = Boolean(one.hidden);
    const score = hidden ? null : one.score ?? null;
    const words = score === null ? t(hidden ? "scores.hidden_short" : "scores.none_short") : scoreText(i18n, score);
    fill(value, h("span", { class: "sr-only", text: `${t("scores.system")}: ` }), words);
    value.classList.toggle("card-row__system--none", score === null);
    value.title = score === null ? t(hidden ? "scores.hidden" : "scores.none") : "";
    if (score === null) fill(course);
    else fill(course, trendMark(direction), h("span", { class: "sr-only", text: t(`scores.trend.${direction}`) }));
  }

  return Object.assign(item, { update });
}

/** Where a draft is given its reason and saved. @param {import("../context.js").Context} context @param {string} id @param {Card} card */
function createReasonForm(context, id, card) {
  const { t, i18n } = context;
  const label = h("label", { class: "card-row__label", for: `reason-${id}` });
  const reason = h("input", { class: "input input--dense", id: `reason-${id}`, type: "text", maxLength: 2000, autocomplete: "off" });
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

  /** @param {Competency} one @param {Draft | undefined} draft */
  function update(one, draft) {
    show(element, Boolean(draft));
    if (!draft) {
      reason.value = "";
      return;
    }
    const needed = needsReason(one, draft.level);
    setText(label, needed ? t("scores.reason_needed", { score: scoreText(i18n, one.score ?? 0) }) : t("scores.reason_optional"));
    reason.required = needed;
    save.disabled = draft.saving;
    setText(save, t(draft.saving ? "scores.saving" : "scores.save"));
    setText(outcome, draft.problem ? t("scores.not_saved", { problem: draft.problem }) : "");
    show(outcome, Boolean(draft.problem));
  }

  return { element, update };
}
