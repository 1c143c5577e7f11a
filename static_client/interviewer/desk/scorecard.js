// @ts-check
/**
 * The system's scores beside one's own. Keys 1–5 (0: insufficient evidence) mark the sub-dimension in focus
 * as a draft; it is saved with its reason, and the focus goes on to the next.
 */
import { isolated } from "../../shared/bidi.js";
import { h } from "../../shared/dom.js";
import { keyed } from "../keyed.js";
import { panelOf } from "./people.js";
import { createScoreRow } from "./score_row.js";
import { keyOf, reasonFor, scalesOf, stepped, targetsOf } from "./scorecard_targets.js";
import { scoreOfLevel, trend } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {import("./mark_row.js").Draft} Draft */
/** @typedef {import("./scorecard_targets.js").Target} Target */

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createScorecard(context, desk) {
  const { t } = context;
  const list = h("ul", { class: "card-list" });
  const element = h("section", { class: "panel scorecard", "aria-labelledby": "scores-title" },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "scores-title", text: () => t("scores.title") }),
      h("span", { class: "quiet scorecard__key", data: { needs: "score" }, text: () => t("scores.in_focus") })),
    h("div", { class: "panel__scroll" }, list));
  list.addEventListener("keydown", byArrows);
  /** @type {Map<string, Draft>} */
  const drafts = new Map();
  /** The sub-dimension last in focus, by competency; "": the whole. @type {Map<string, string>} */
  const places = new Map();

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (changed.has("view") || changed.has("focus") || changed.has("scores")) draw(state);
  }

  /** @param {import("./state.js").DeskState} state */
  function draw(state) {
    keyed(list, state.view.competencies, (/** @type {Competency} */ one) => one.id, create,
      (item, one) => /** @type {any} */ (item).update(one, trend(state.scores.get(one.id) ?? [])));
  }

  /** @returns {Competency[]} */
  const competencies = () => desk.state.view?.competencies ?? [];
  /** @param {string} id */
  const competency = (id) => competencies().find((one) => one.id === id);

  /** @param {string} id @returns {string} */
  function scaleIn(id) {
    const kept = places.get(id);
    const parts = scalesOf(competency(id));
    if (kept !== undefined && (kept === "" || parts.some((one) => one.id === kept))) return kept;
    return (parts.find((one) => !one.mine) ?? parts[0])?.id ?? "";
  }

  /** @returns {Target} */
  const current = () => ({ competency: desk.focused(), scale: scaleIn(desk.focused()) });

  /** @param {Target} target */
  function focusOn(target) {
    places.set(target.competency, target.scale);
    desk.focusOn(target.competency);
    draw(desk.state);
  }

  /** Begin or change the draft of what is in focus; its reason field gets the cursor. @param {number} level */
  function draft(level) {
    const target = current();
    if (!competency(target.competency) || !panelOf(desk.state.view).takes_part) return;
    drafts.set(keyOf(target), { reason: "", saving: false, problem: "", ...drafts.get(keyOf(target)), level });
    focusOn(target);
    fieldOf(target)?.focus();
    row(target.competency)?.scrollIntoView({ block: "nearest" });
    fieldOf(target)?.closest("form")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} id @returns {HTMLElement | null} */
  const row = (id) => list.querySelector(`[data-key="${CSS.escape(id)}"]`);
  /** @param {Target} target @returns {HTMLInputElement | null} */
  const fieldOf = ({ competency: id, scale }) => list.querySelector(`#${CSS.escape(`reason-${scale ? `${id}-${scale}` : id}`)}`);

  /** @param {Target} target */
  async function save(target) {
    const one = competency(target.competency);
    const kept = drafts.get(keyOf(target));
    if (!one || !kept || kept.saving) return;
    if (reasonFor(one, target.scale, kept.level) && !kept.reason.trim()) {
      fieldOf(target)?.focus();
      return;
    }
    kept.saving = true;
    draw(desk.state);
    const problem = await send(target, kept);
    kept.saving = false;
    kept.problem = problem ?? "";
    if (!problem) drafts.delete(keyOf(target));
    const title = scalesOf(one).find((scale) => scale.id === target.scale)?.title ?? one.title;
    context.say(problem ? t("scores.not_saved", { problem }) : t("scores.saved", { title, score: kept.level ? kept.level : t("scores.insufficient") }));
    draw(desk.state);
    if (!problem) goOn(target);
  }

  /** @param {Target} target @param {Draft} kept */
  function send({ competency: id, scale }, kept) {
    const reason = kept.reason.trim();
    if (scale) return desk.command("level", { competency: id, sub_dimension: scale, level: kept.level || null, reason });
    return desk.command("score", { competency: id, score: kept.level ? scoreOfLevel(kept.level) : null, reason });
  }

  /** On to the next that has no mark yet, ready for its key. @param {Target} from */
  function goOn(from) {
    const targets = targetsOf(competencies());
    const next = from.scale ? stepped(targets, from, 1) ?? from : from;
    focusOn(next);
    buttonOf(next)?.focus();
  }

  /** @param {Target} target @returns {HTMLElement | null} */
  function buttonOf({ competency: id, scale }) {
    return (scale ? row(id)?.querySelector(`[data-key="${CSS.escape(scale)}"] .level`) : row(id)?.querySelector("button")) ?? null;
  }

  /** @param {Target} target */
  function cancel(target) {
    drafts.delete(keyOf(target));
    draw(desk.state);
    buttonOf(target)?.focus();
  }

  /** @param {Competency} first */
  function create(first) {
    return createScoreRow(context, desk, first, {
      mark: (scale) => {
        const target = { competency: first.id, scale };
        return {
          draft: () => drafts.get(keyOf(target)),
          choose: (level) => { focusOn(target); draft(level); },
          save: () => void save(target),
          cancel: () => cancel(target),
        };
      },
      showEvidence: () => desk.showEvidence(first.id),
      isFocused: () => desk.focused() === first.id,
      focusedScale: () => (desk.focused() === first.id ? scaleIn(first.id) : ""),
      focus: (scale) => {
        if (scale === null && scaleIn(first.id) === "") places.delete(first.id);
        focusOn({ competency: first.id, scale: scale ?? scaleIn(first.id) });
      },
      anchors: (scale) => desk.state.scales[first.id]?.[scale] ?? [],
    });
  }

  /** Move the focus by one dimension. @param {number} by */
  function step(by) {
    const ids = competencies().map((one) => one.id);
    const next = ids[(ids.indexOf(desk.focused()) + by + ids.length) % ids.length];
    if (next) arrive({ competency: next, scale: scaleIn(next) });
  }

  /** Move the focus by one sub-dimension. @param {number} by */
  function stepScale(by) {
    const next = stepped(targetsOf(competencies()), current(), by);
    if (next) arrive(next);
  }

  /** @param {Target} target */
  function arrive(target) {
    focusOn(target);
    const one = competency(target.competency);
    const scale = scalesOf(one).find((each) => each.id === target.scale);
    context.say([one?.title, scale?.title].filter(Boolean).map((title) => isolated(title ?? "")).join(": "));
    const shown = row(target.competency);
    shown?.scrollIntoView({ block: "nearest" });
    if (target.scale) shown?.querySelector(`[data-key="${CSS.escape(target.scale)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  /** Up and down among the marks, while one of them has the focus. @param {KeyboardEvent} event */
  function byArrows(event) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    stepScale(by);
    buttonOf(current())?.focus();
  }

  return { element, update, draft, step, stepScale };
}
