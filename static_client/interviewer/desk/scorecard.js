// @ts-check
/**
 * The system's scores beside one's own. Keys 1–5 (or the five buttons) score the dimension in focus as a
 * draft; it is saved with its reason. A score that differs from the system's needs one.
 */
import { h } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { keyed } from "../keyed.js";
import { createScoreRow, needsReason } from "./score_row.js";
import { scoreOfLevel, trend } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {import("./score_row.js").Draft} Draft */

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createScorecard(context, desk) {
  const { t, i18n } = context;
  const list = h("ul", { class: "card-list" });
  const element = h("section", { class: "panel scorecard", "aria-labelledby": "scores-title" },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "scores-title", text: t("scores.title") }),
      h("span", { class: "quiet scorecard__key", data: { needs: "score" }, text: t("scores.in_focus") })),
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
    return createScoreRow(context, first, {
      draft: () => drafts.get(first.id),
      choose: (level) => draft(first.id, level),
      save: () => void save(first.id),
      cancel: () => cancel(first.id),
      showEvidence: () => desk.showEvidence(first.id),
      isFocused: () => desk.focused() === first.id,
      focus: () => { if (desk.focused() !== first.id) desk.focusOn(first.id); },
    });
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
