// @ts-check
/**
 * The system's scores beside one's own. Keys 1–5 (or the five buttons) score the dimension in focus as a
 * draft; it is saved with its reason. A score that differs from the system's needs one.
 */
import { fill, h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { keyed } from "../keyed.js";
import { trendMark } from "./marks.js";
import { humanScore, levelOfScore, scoreOfLevel, trend } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {{level: number, reason: string, saving: boolean, problem: string}} Draft */

const LEVELS = [1, 2, 3, 4, 5];
/** Half a level: an own score nearer than this to the system's needs no reason. */
const SAME = 1;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createScorecard(context, desk) {
  const { t, i18n } = context;
  const list = h("ul", { class: "card-list" });
  const element = h("section", { class: "panel scorecard", "aria-labelledby": "scores-title" },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "scores-title", text: t("scores.title") }),
      h("span", { class: "quiet scorecard__key", text: t("scores.in_focus") })),
    h("div", { class: "panel__scroll" }, list));
  /** @type {Map<string, Draft>} */
  const drafts = new Map();

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (changed.has("view") || changed.has("focus") || changed.has("scores")) draw(state);
  }

  /** @param {import("./state.js").DeskState} state */
  function draw(state) {
    keyed(list, state.view.competencies, (/** @type {Competency} */ one) => one.id, create,
      (item, one) => /** @type {any} */ (item).update(one, trend(state.scores.get(one.id) ?? [])));
  }

  /** @param {string} id */
  function competency(id) {
    return /** @type {Competency | undefined} */ (desk.state.view?.competencies.find((/** @type {Competency} */ one) => one.id === id));
  }

  /** Begin or change a draft; its reason field gets the cursor. @param {string} id @param {number} level */
  function draft(id, level) {
    if (!competency(id)) return;
    drafts.set(id, { reason: "", saving: false, problem: "", ...drafts.get(id), level });
    desk.focusOn(id);
    draw(desk.state);
    const item = row(id);
    item?.querySelector("input")?.focus();
    item?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} id @returns {HTMLElement | null} */
  const row = (id) => list.querySelector(`[data-key="${CSS.escape(id)}"]`);

  /** @param {string} id */
  async function save(id) {
    const one = competency(id);
    const kept = drafts.get(id);
    if (!one || !kept || kept.saving) return;
    if (needsReason(one, kept.level) && !kept.reason.trim()) {
      row(id)?.querySelector("input")?.focus();
      return;
    }
    kept.saving = true;
    draw(desk.state);
    const score = scoreOfLevel(kept.level);
    const problem = await desk.command("score", { competency: id, score, reason: kept.reason.trim() });
    kept.saving = false;
    kept.problem = problem ?? "";
    if (!problem) drafts.delete(id);
    context.say(problem ? t("scores.not_saved", { problem }) : t("scores.saved", { title: one.title, score: scoreText(i18n, score) }));
    draw(desk.state);
    if (!problem) row(id)?.querySelector("button")?.focus();
  }

  /** @param {string} id */
  function cancel(id) {
    drafts.delete(id);
    draw(desk.state);
    row(id)?.querySelector("button")?.focus();
  }

  /** @param {Competency} first */
  function create(first) {
    const { id } = first;
    const value = h("span", { class: "card-row__system figure" });
    const course = h("span", { class: "card-row__trend" });
    const mine = h("span", { class: "card-row__mine figure" });
    const buttons = LEVELS.map((level) => h("button", {
      type: "button", class: "level", text: String(level),
      "aria-label": t("scores.level_of", { title: first.title, level, score: scoreText(i18n, scoreOfLevel(level)) }),
      title: t("scores.level", { level, score: scoreText(i18n, scoreOfLevel(level)) }),
      on: { click: () => draft(id, level) },
    }));
    const label = h("label", { class: "card-row__label", for: `reason-${id}` });
    const reason = h("input", { class: "input input--dense", id: `reason-${id}`, type: "text", maxLength: 2000, autocomplete: "off" });
    const saveButton = h("button", { type: "submit", class: "button button--dense button--primary", text: t("scores.save") });
    const outcome = h("p", { class: "field__error", role: "alert" });
    const form = h("form", { class: "card-row__form", on: { submit: (event) => { event.preventDefault(); void save(id); } } },
      label, h("div", { class: "card-row__reason" }, reason, saveButton), outcome);
    reason.addEventListener("input", () => {
      const kept = drafts.get(id);
      if (kept) kept.reason = reason.value;
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        cancel(id);
      }
    });
    const open = h("button", { type: "button", class: "card-row__title", title: t("scores.quotes"), on: { click: () => desk.showEvidence(id) } }, first.title);
    const weight = h("span", { class: "quiet card-row__weight", text: `${t("scores.weight", { weight: first.weight })}${first.threshold ? ` · ${t("scores.threshold_short", { value: i18n.number(first.threshold) })}` : ""}` });
    if (first.threshold) weight.title = t("scores.threshold", { value: scoreText(i18n, first.threshold) });
    const item = h("li", { class: "card-row", on: { focusin: () => { if (desk.focused() !== id) desk.focusOn(id); } } },
      h("div", { class: "card-row__top" }, open, weight, course, value),
      h("div", { class: "card-row__own", role: "group", "aria-label": `${t("scores.mine")}: ${first.title}` }, h("span", { class: "quiet", text: t("scores.mine") }), buttons, mine), form);

    /** @param {Competency} one @param {"up" | "down" | "steady" | "none"} direction */
    function update_(one, direction) {
      const kept = drafts.get(id);
      const human = humanScore(one);
      const hidden = Boolean(one.hidden);
      const known = !hidden && one.score !== null && one.score !== undefined;
      const level = kept?.level ?? (human ? levelOfScore(human.score) : 0);
      item.classList.toggle("card-row--focus", desk.focused() === id);
      if (desk.focused() === id) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
      fill(value, h("span", { class: "sr-only", text: `${t("scores.system")}: ` }), known ? scoreText(i18n, /** @type {number} */ (one.score)) : t(hidden ? "scores.hidden_short" : "scores.none_short"));
      value.classList.toggle("card-row__system--none", !known);
      value.title = known ? "" : t(hidden ? "scores.hidden" : "scores.none");
      fill(course, known ? trendMark(direction) : null, known ? h("span", { class: "sr-only", text: t(`scores.trend.${direction}`) }) : null);
      buttons.forEach((button, place) => {
        button.setAttribute("aria-pressed", String(place + 1 === level));
        button.classList.toggle("level--draft", Boolean(kept) && place + 1 === level);
      });
      setText(mine, kept ? scoreText(i18n, scoreOfLevel(kept.level)) : human ? scoreText(i18n, human.score) : "");
      mine.title = human?.reason ?? "";
      show(form, Boolean(kept));
      if (!kept) {
        reason.value = "";
        return;
      }
      const needed = needsReason(one, kept.level);
      setText(label, needed ? t("scores.reason_needed", { score: scoreText(i18n, /** @type {number} */ (one.score)) }) : t("scores.reason_optional"));
      reason.required = needed;
      saveButton.disabled = kept.saving;
      setText(saveButton, t(kept.saving ? "scores.saving" : "scores.save"));
      setText(outcome, kept.problem ? t("scores.not_saved", { problem: kept.problem }) : "");
      show(outcome, Boolean(kept.problem));
    }
    return Object.assign(item, { update: update_ });
  }

  /** Move the focus by one dimension. @param {number} by */
  function step(by) {
    /** @type {string[]} */
    const ids = (desk.state.view?.competencies ?? []).map((/** @type {Competency} */ one) => one.id);
    const next = ids[(ids.indexOf(desk.focused()) + by + ids.length) % ids.length];
    if (!next) return;
    desk.focusOn(next);
    context.say(competency(next)?.title ?? "");
    row(next)?.scrollIntoView({ block: "nearest" });
  }

  return { element, update, draft, step };
}

/** @param {Competency} one @param {number} level */
function needsReason(one, level) {
  return !one.hidden && one.score !== null && one.score !== undefined && Math.abs(one.score - scoreOfLevel(level)) >= SAME;
}
