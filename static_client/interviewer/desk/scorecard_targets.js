// @ts-check
/** What can be scored: each sub-dimension, or a competency as a whole; and when a reason is owed. Pure. */
import { scoreOfLevel } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */
/** @typedef {import("./state.js").Scale} Scale */
/** @typedef {{competency: string, scale: string}} Target scale "": the whole */

/** Where a key's draft and its row are kept. @param {Target} target */
export function keyOf({ competency, scale }) {
  return `${competency}/${scale}`;
}

/** The sub-dimensions in their order; the whole where there are none. @param {Competency[]} competencies @returns {Target[]} */
export function targetsOf(competencies) {
  return competencies.flatMap((one) => scalesOf(one).length
    ? scalesOf(one).map((scale) => ({ competency: one.id, scale: scale.id }))
    : [{ competency: one.id, scale: "" }]);
}

/** @param {Competency | undefined} one @returns {Scale[]} */
export function scalesOf(one) {
  return one?.sub_dimensions ?? [];
}

/** The level nearest to a proposed one, a half rounded up, as the server does it. @param {number} level */
export function nearestLevel(level) {
  return Math.min(5, Math.max(1, Math.floor(level + 0.5)));
}

/**
 * Whether the server will ask for a reason: the mark departs from what is proposed, or changes an own one.
 * @param {Competency} one @param {string} scale "": the whole @param {number} level 0: insufficient evidence
 * @returns {"" | "departs" | "changes"}
 */
export function reasonFor(one, scale, level) {
  if (!scale) return reasonForWhole(one, level);
  const known = scalesOf(one).find((each) => each.id === scale);
  if (!known) return "";
  if (known.mine && (known.mine.level ?? 0) !== level) return "changes";
  const { level: proposed } = known;
  return !one.hidden && proposed !== null && proposed !== undefined && nearestLevel(proposed) !== level ? "departs" : "";
}

/** @param {Competency} one @param {number} level @returns {"" | "departs" | "changes"} */
function reasonForWhole(one, level) {
  const score = level ? scoreOfLevel(level) : null;
  const own = typeof one.human === "object" && one.human?.whole ? one.human : null;
  if (own && own.score !== score) return "changes";
  if (one.hidden || one.score === null || one.score === undefined) return "";
  // Nearer than half a level is the same judgement in other figures.
  return score === null || Math.abs(one.score - score) >= 1 ? "departs" : "";
}

/** The next target after one, round and round. @param {Target[]} targets @param {Target} from @param {number} by @returns {Target | undefined} */
export function stepped(targets, from, by) {
  const place = targets.findIndex((one) => keyOf(one) === keyOf(from));
  const start = place >= 0 ? place : targets.findIndex((one) => one.competency === from.competency) - (by > 0 ? 1 : 0);
  return targets[(start + by + targets.length) % targets.length];
}
