// @ts-check
/** Which lanes an interview has: only those of which something is known. */
import { scoreText } from "../context.js";
import { courseLane, laneFrame, momentLane, scoreLane, stretchLane } from "./lanes.js";

/** @typedef {import("./tracks.js").Tracks} Tracks */
/** @typedef {import("./tracks.js").Entry} Entry */
/** @typedef {import("./tracks.js").Sample} Sample */
/** @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {{id: string, title: string, threshold: number | null, quotes: {text: string, start_ms: number}[]}} Dimension */

/** What stands as a moment on the timeline; what lasts (a hold, a loss) stands as a stretch. */
const MOMENT_MARKS = /^mark\.(accommodation|mode|guard_rail|answer_ended|ended|extended|control)\b/;
const SERIES = 4;

/**
 * @param {import("../context.js").Context} context
 * @param {Tracks} tracks
 * @param {{from: number, to: number}} range
 * @param {{dimensions: Dimension[], gaps: {from: number, to: number}[], describe: (entry: Entry) => string}} rest
 * @returns {Lane[]}
 */
export function interviewLanes(context, tracks, range, { dimensions, gaps, describe }) {
  const { t, word, i18n } = context;
  /** @type {Lane[]} */
  const lanes = [];

  lanes.push(stretchLane(laneFrame("questions", t("review.lane.questions")), range, tracks.questions, {
    kind: (one) => (one.practice ? "practice" : "question"),
    inside: (one) => (one.practice ? "" : String(one.index)),
    text: (one) => one.text,
    value: ([one]) => (one ? (one.practice ? t("transcript.practice") : `${one.index} / ${one.total}`) : ""),
  }));
  lanes.push(stretchLane(laneFrame("speech", t("review.lane.speech")), range, tracks.speech, {
    kind: (one) => one.speaker,
    text: (one) => word(`transcript.${one.speaker}`, one.speaker),
    value: (active) => active.map((one) => word(`transcript.${one.speaker}`, one.speaker)).filter((name, place, all) => all.indexOf(name) === place).join(", "),
  }));

  const moments = tracks.entries.flatMap((entry) => {
    const kind = momentKind(entry);
    return kind ? [{ at: entry.atMs, kind, entry }] : [];
  });
  if (moments.length > 0) lanes.push(momentLane(laneFrame("events", t("review.lane.events")), range, moments, (one) => describe(one.entry)));

  const interruptions = [
    ...tracks.spans.filter((span) => span.kind !== "observation"),
    ...gaps.map((gap) => ({ ...gap, kind: /** @type {const} */ ("gap"), code: "review.gap" })),
  ].sort((a, b) => a.from - b.from);
  if (interruptions.length > 0) lanes.push(spanLane(laneFrame("breaks", t("review.lane.breaks")), interruptions));
  const seen = tracks.spans.filter((span) => span.kind === "observation");
  if (seen.length > 0) lanes.push(spanLane(laneFrame("seen", t("review.lane.seen")), seen));

  if (tracks.samples.length > 0) lanes.push(...deliveryLanes());
  dimensions.forEach((dimension, index) => {
    const points = tracks.scores.find((course) => course.competency === dimension.id)?.points ?? [];
    if (points.length === 0 && dimension.quotes.length === 0) return;
    lanes.push(scoreLane(laneFrame(`score-${index}`, dimension.title, "high"), range, {
      points, quotes: dimension.quotes, threshold: dimension.threshold, series: (index % SERIES) + 1,
      figure: (score) => scoreText(i18n, score), none: "–",
    }));
  });
  return lanes;

  /**
   * @param {ReturnType<typeof laneFrame>} frame
   * @param {{from: number, to: number, kind: string, code: string}[]} spans
   */
  function spanLane(frame, spans) {
    return stretchLane(frame, range, spans, {
      kind: (one) => one.kind,
      text: (one) => word(one.code, one.code),
      value: (active) => active.map((one) => word(one.code, one.code)).join(", "),
    });
  }

  function deliveryLanes() {
    const unit = tracks.samples[0]?.unit === "characters_per_minute" ? "charts.pace_characters" : "charts.pace_words";
    const whole = (/** @type {number} */ value) => i18n.number(Math.round(value)).replace("-", "−");
    const percent = (/** @type {number} */ value) => `${Math.round(value * 100)} %`;
    return [
      course("pace", `${t("charts.pace")}, ${t(unit)}`, (one) => one.pace, (one) => one.paceBaseline, 60, whole),
      course("volume", `${t("charts.volume")}, dBFS`, (one) => one.volume, (one) => one.volumeBaseline, 12, whole),
      course("pauses", t("charts.pauses"), (one) => one.pauses, null, 0.3, percent),
    ];
  }

  /**
   * @param {string} id @param {string} name @param {(one: Sample) => number | null} value
   * @param {((one: Sample) => number | null) | null} baseline @param {number} least @param {(value: number) => string} figure
   */
  function course(id, name, value, baseline, least, figure) {
    const points = (/** @type {(one: Sample) => number | null} */ of) => tracks.samples.map((one) => ({ at: one.at, value: of(one) }));
    return courseLane(laneFrame(id, name, "high"), range, {
      points: points(value), baseline: baseline ? points(baseline) : [], least, figure, none: "–",
    });
  }
}

/** @param {Entry} entry @returns {string | null} */
function momentKind(entry) {
  switch (entry.kind) {
    case "follow_up":
    case "note":
    case "bookmark":
    case "score": return entry.kind;
    case "said": return entry.reason === "help" ? "help" : null;
    case "mark": return MOMENT_MARKS.test(entry.code ?? "") ? "mark" : null;
    default: return null;
  }
}
