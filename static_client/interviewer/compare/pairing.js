// @ts-check
/**
 * Two reports for one job laid beside each other. Pure.
 *
 * Nothing here ranks: a difference has a size and no direction, and what has no evidence is unknown, never lower.
 */

/** @typedef {{text: string, start_ms: number, end_ms: number, question: string}} Quote */
/** @typedef {any} Report as in scoring/report.schema.json, with what the server adds */
/**
 * @template T
 * @typedef {[T, T]} Both
 */
/**
 * @typedef {{kind: "unknown", missing: "first" | "second" | "both"}
 *   | {kind: "same" | "apart", difference: number, margin: number}} Verdict
 *   `same`: the difference is within the margin; `apart`: it is more
 */
/** @typedef {{score: number | null, confidence: number, margin: number | null, threshold_met: boolean | null, reason: string, quotes: Quote[], human: {by: string, name?: string, score: number | null, reason: string}[]}} Judged */
/** @typedef {{level: number | null, anchor: string | null, reason: string, quotes: Quote[]}} Scale */
/** @typedef {{id: string, title: string, weight: number, sides: Both<Scale | null>, verdict: Verdict}} ScaleRow */
/** @typedef {{id: string, title: string, weight: number, threshold: number | null, sides: Both<Judged | null>, verdict: Verdict, scales: ScaleRow[]}} Row */
/** @typedef {{state: string, star: Record<string, Quote | null>, points: {id: string, text: string, quote: Quote | null}[]}} Covered */
/** @typedef {{id: string, text: string, sides: Both<Covered | null>}} QuestionRow */
/** @typedef {{dimensions: string[], scales: string[], notAnswered: string[], notAsked: string[], limits: string[]}} Unknown */
/**
 * @typedef {object} Pairing
 * @property {boolean} sameJob
 * @property {boolean} sameVersion of the job and of the judgement
 * @property {Row[]} rows
 * @property {QuestionRow[]} questions
 * @property {Both<{score: number | null, weight: number}>} totals
 * @property {Verdict} total
 * @property {boolean} sameWeights the totals stand on the same share of the job
 * @property {Both<Unknown>} unknown
 * @property {string[]} limits sentences that stand in both reports
 */

/** Mean error of a level where it was measured (docs/scoring.md, held-out half), in levels of 1–5. */
const MEAN_ERROR_LEVELS = 0.47;
/** A level is two points of a score. */
const POINTS_PER_LEVEL = 2;
const LEAST_CONFIDENCE = 0.05;

/**
 * Within what a score is known: the judgement's measured mean error, wider the less sure this score is.
 * @param {number | null} score @param {number} confidence 0–1 @returns {number | null} points of 0–10
 */
export function marginOf(score, confidence) {
  if (score === null) return null;
  return Math.min(10, (MEAN_ERROR_LEVELS * POINTS_PER_LEVEL) / Math.max(LEAST_CONFIDENCE, confidence));
}

/**
 * What can be said of two values, each known within a margin. Independent errors add by their squares.
 * @param {Both<number | null>} values @param {Both<number | null>} margins @returns {Verdict}
 */
export function verdictOf([first, second], [firstMargin, secondMargin]) {
  if (first === null && second === null) return { kind: "unknown", missing: "both" };
  if (first === null) return { kind: "unknown", missing: "first" };
  if (second === null) return { kind: "unknown", missing: "second" };
  const difference = Math.round(Math.abs(first - second) * 10) / 10;
  const margin = Math.hypot(firstMargin ?? 0, secondMargin ?? 0);
  return { kind: difference > margin ? "apart" : "same", difference, margin };
}

/** @param {Report} first @param {Report} second @returns {Pairing} */
export function pairReports(first, second) {
  const reports = /** @type {Both<Report>} */ ([first, second]);
  const rows = joined(reports, (report) => report.competencies).map(([id, one, other]) => competencyRow(reports, id, one, other));
  const [a, b] = both(reports, (report) => report.versions);
  const limits = first.limits.filter((/** @type {string} */ one) => second.limits.includes(one));
  const totals = both(reports, ({ total }) => ({ score: total.score, weight: total.weight_covered }));
  return {
    sameJob: a.job === b.job,
    sameVersion: a.job_version === b.job_version && a.judgement === b.judgement,
    rows,
    questions: joined(reports, (report) => report.questions).map(([id, one, other]) => ({
      id, text: (one ?? other).text, sides: [covered(one), covered(other)],
    })),
    totals,
    total: verdictOf([totals[0].score, totals[1].score], both(reports, totalMargin)),
    sameWeights: sameCompetencies(first, second),
    unknown: both(reports, (report) => unknownOf(report, limits)), limits,
  };
}

/** @param {Both<Report>} reports @param {string} id @param {any} one @param {any} other @returns {Row} */
function competencyRow(reports, id, one, other) {
  const { title, weight, threshold } = one ?? other;
  const sides = /** @type {Both<Judged | null>} */ ([judged(reports[0], one), judged(reports[1], other)]);
  const scales = joined([one, other], (each) => each?.sub_dimensions ?? []);
  return {
    id, title, weight, threshold, sides,
    verdict: verdictOf(both(sides, (side) => side?.score ?? null), both(sides, (side) => side?.margin ?? null)),
    scales: scales.map(([scale, left, right]) => {
      const levels = /** @type {Both<number | null>} */ ([left?.level ?? null, right?.level ?? null]);
      const margins = both(sides, (side) => (side && side.margin !== null ? side.margin / POINTS_PER_LEVEL : null));
      return {
        id: scale, title: (left ?? right).title, weight: (left ?? right).weight,
        sides: [left, right], verdict: verdictOf(levels, margins),
      };
    }),
  };
}

/** @param {Report} report @param {any} one @returns {Judged | null} */
function judged(report, one) {
  if (!one) return null;
  const human = (report.human_scores ?? []).filter((/** @type {any} */ score) => score.competency === one.id);
  return { ...one, margin: marginOf(one.score, one.confidence), human };
}

/** @param {any} question @returns {Covered | null} */
function covered(question) {
  return question ? { state: question.state, star: question.star, points: question.points } : null;
}

/** The margin of a weighed mean. @param {Report} report @returns {number | null} */
function totalMargin(report) {
  const known = report.competencies.filter((/** @type {any} */ one) => one.score !== null);
  const weight = known.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.weight, 0);
  if (weight === 0) return null;
  return Math.hypot(...known.map((/** @type {any} */ one) => one.weight * (marginOf(one.score, one.confidence) ?? 0))) / weight;
}

/** @param {Report} first @param {Report} second */
function sameCompetencies(first, second) {
  const known = (/** @type {Report} */ report) => report.competencies
    .filter((/** @type {any} */ one) => one.score !== null).map((/** @type {any} */ one) => one.id).sort().join();
  return known(first) === known(second);
}

/** @param {Report} report @param {string[]} shared limits of both @returns {Unknown} */
function unknownOf(report, shared) {
  const without = report.competencies.filter((/** @type {any} */ one) => one.score === null);
  const scales = report.competencies.filter((/** @type {any} */ one) => one.score !== null)
    .flatMap((/** @type {any} */ one) => one.sub_dimensions.filter((/** @type {any} */ scale) => scale.level === null))
    .map((/** @type {any} */ scale) => scale.title);
  const questions = (/** @type {string} */ state) => report.questions
    .filter((/** @type {any} */ one) => one.state === state).map((/** @type {any} */ one) => one.text);
  return {
    dimensions: without.map((/** @type {any} */ one) => one.title), scales,
    notAnswered: questions("not_answered"), notAsked: questions("not_asked"),
    limits: report.limits.filter((/** @type {string} */ one) => !shared.includes(one)),
  };
}

/**
 * What either side has, by id, in the order of the first.
 * @template T @param {Both<T>} sides @param {(side: T) => any[]} listOf @returns {[string, any, any][]}
 */
function joined(sides, listOf) {
  const lists = both(sides, (side) => new Map(listOf(side).map((one) => [one.id, one])));
  const ids = new Set([...lists[0].keys(), ...lists[1].keys()]);
  return [...ids].map((id) => [id, lists[0].get(id) ?? null, lists[1].get(id) ?? null]);
}

/** @template A, B @param {Both<A>} sides @param {(side: A) => B} of @returns {Both<B>} */
function both(sides, of) {
  return [of(sides[0]), of(sides[1])];
}
