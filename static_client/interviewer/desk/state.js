// @ts-check
/**
 * Everything one desk shows, folded from the server's messages. No DOM, no clock, no socket.
 *
 * `view` is the server's own fold and always wins; records add what a view has no room for: the
 * transcript, the course of the scores and of the delivery metrics, notes.
 */
import { Timeline } from "./timeline.js";

/** @typedef {{text: string, start_ms: number, end_ms: number, question: string}} Quote */
/** @typedef {{score: number | null, reason: string, by?: string, whole?: boolean, complete?: boolean}} HumanScore null: insufficient evidence */
/** @typedef {{id: string, title: string, weight: number, level: number | null, mine: {level: number | null, reason: string} | null, others?: {by: string, level: number | null}[]}} Scale */
/**
 * @typedef {object} Competency
 * @property {string} id
 * @property {string} title
 * @property {number} weight
 * @property {number | null} [threshold]
 * @property {number | null} score
 * @property {number | null} confidence
 * @property {string} reason
 * @property {Quote[]} quotes
 * @property {HumanScore | number | null} human one's own
 * @property {{by: string, score: number | null, complete: boolean}[]} [others] the colleagues'
 * @property {Scale[]} [sub_dimensions]
 * @property {boolean} [hidden] blind: withheld until this interviewer has scored
 */
/**
 * @typedef {object} PlanItem
 * @property {string} id
 * @property {string} text
 * @property {string} stage
 * @property {"open" | "asked" | "answering" | "done" | "skipped"} state
 * @property {number} follow_ups_left
 * @property {string[]} covered
 * @property {string[]} missing
 */
/**
 * @typedef {object} FollowUp
 * @property {string} id
 * @property {string} question
 * @property {string} kind
 * @property {string} text
 * @property {string} quote
 * @property {string} reason
 * @property {"proposed" | "asked" | "withdrawn"} state
 * @property {number} at_ms
 * @property {string | null} [withdrawn_because]
 */
/** @typedef {{at_ms: number, score: number | null, confidence: number | null}} ScorePoint */
/** @typedef {{seq: number, at_ms: number, by: string, text: string}} ChatMessage */
/** @typedef {any} View as in docs/protocol.md, "Interviewer: view" */

/** Delivery samples kept for the charts: an hour at one every two seconds. */
const KEPT_SAMPLES = 1800;
/** Places of the face kept for the usual one: about half a minute, at 2–4 a second. */
const KEPT_BOXES = 90;
const FEWEST_BOXES = 20;
/** Score changes kept for one competency's trend. */
const KEPT_SCORES = 240;

export class DeskState {
  constructor() {
    /** @type {View | null} */
    this.view = null;
    this.seq = 0;
    this.timeline = new Timeline();
    /** @type {{at_ms: number, [field: string]: any}[]} */
    this.delivery = [];
    /** @type {Map<string, ScorePoint[]>} */
    this.scores = new Map();
    /** @type {any} latest face values; null before any */
    this.face = null;
    this.faceReceivedAt = 0;
    /** Where the face was lately, oldest first. @type {number[][]} */
    this.boxes = [];
    /** @type {number | null} */
    this.levelDbfs = null;
    this.speaking = false;
    /** The words of each level, by competency and sub-dimension. @type {Record<string, Record<string, string[]>>} */
    this.scales = {};
    /** @type {ChatMessage[]} */
    this.chat = [];
    /** @type {Set<string>} which slices changed since the last look */
    this.changed = new Set(["view", "timeline", "delivery", "scores", "live"]);
  }

  /** @param {View} view @param {number} seq */
  applyView(view, seq) {
    this.view = view;
    this.seq = Math.max(this.seq, seq);
    this.changed.add("view");
    if (view.delivery && this.delivery.length === 0) {
      this.#addDelivery(view.delivery, view.delivery.at_ms ?? view.server_now_ms);
    }
  }

  /**
   * Apply one record; one already applied (a resumed connection repeats the last) is ignored.
   * @param {{seq: number, at_ms: number, event: any}} record
   */
  applyRecord(record) {
    if (record.seq <= this.lastRecord) return;
    this.lastRecord = record.seq;
    this.seq = Math.max(this.seq, record.seq);
    const { event } = record;
    if (event.type === "delivery_measured") this.#addDelivery(event, record.at_ms);
    if (event.type === "panel_message") {
      this.chat.push({ seq: record.seq, at_ms: record.at_ms, by: event.by, text: event.text });
      this.changed.add("chat");
    }
    if (event.type === "score_proposed") this.#addScore(event, record.at_ms);
    const before = this.timeline.version;
    this.timeline.apply(record);
    if (this.timeline.version !== before) this.changed.add("timeline");
  }

  lastRecord = 0;

  /** @param {any} message @param {number} receivedAt milliseconds on the page's clock */
  applyLive(message, receivedAt) {
    if (message.face !== undefined) {
      this.face = message.face;
      this.faceReceivedAt = receivedAt;
      if (message.face?.box) this.boxes = [...this.boxes.slice(1 - KEPT_BOXES), message.face.box];
    }
    if (message.level_dbfs !== undefined) this.levelDbfs = message.level_dbfs;
    if (message.speaking !== undefined) this.speaking = message.speaking;
    this.changed.add("live");
  }

  /** @returns {Set<string>} what changed since the last call */
  takeChanges() {
    const changed = this.changed;
    this.changed = new Set();
    return changed;
  }

  /** @param {any} event @param {number} atMs */
  #addDelivery(event, atMs) {
    this.delivery.push({ ...event, at_ms: atMs });
    if (this.delivery.length > KEPT_SAMPLES) this.delivery = thinned(this.delivery);
    this.changed.add("delivery");
  }

  /** @param {any} event @param {number} atMs */
  #addScore(event, atMs) {
    const points = this.scores.get(event.competency) ?? [];
    points.push({ at_ms: atMs, score: event.score, confidence: event.confidence });
    if (points.length > KEPT_SCORES) points.splice(0, points.length - KEPT_SCORES);
    this.scores.set(event.competency, points);
    this.changed.add("scores");
  }
}

/**
 * Every second sample of the older half dropped, the newer half kept whole.
 * @template T @param {T[]} samples @returns {T[]}
 */
export function thinned(samples) {
  const half = Math.floor(samples.length / 2);
  return samples.filter((_, place) => place >= half || place % 2 === 0);
}

/**
 * Where a score is going: its last two different known values compared.
 * @param {ScorePoint[]} points
 * @returns {"up" | "down" | "steady" | "none"}
 */
export function trend(points) {
  const known = points.filter((point) => point.score !== null).map((point) => /** @type {number} */ (point.score));
  if (known.length === 0) return "none";
  const last = /** @type {number} */ (known[known.length - 1]);
  const before = known.findLast((score) => Math.abs(score - last) >= 0.05);
  if (before === undefined) return "steady";
  return last > before ? "up" : "down";
}

/**
 * The quote said last of all that scores rest on, and the first dimension that rests on it.
 * @param {Competency[]} competencies @returns {{competency: Competency, quote: Quote} | null}
 */
export function newestEvidence(competencies) {
  /** @type {{competency: Competency, quote: Quote} | null} */
  let newest = null;
  for (const competency of competencies) {
    for (const quote of competency.quotes) {
      if (!newest || quote.start_ms > newest.quote.start_ms) newest = { competency, quote };
    }
  }
  return newest;
}

/**
 * Where the face usually is: the median of each side over the latest boxes; null before there are enough.
 * @param {number[][]} boxes left, top, width and height as shares of the picture @returns {number[] | null}
 */
export function usualPlace(boxes) {
  if (boxes.length < FEWEST_BOXES) return null;
  return [0, 1, 2, 3].map((side) => {
    const values = boxes.map((box) => box[side] ?? 0).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? 0;
  });
}

/** The follow-ups waiting for a decision, newest first. @param {View} view @returns {FollowUp[]} */
export function openPrompts(view) {
  return (view?.follow_ups ?? [])
    .filter((/** @type {FollowUp} */ one) => one.state === "proposed")
    .sort((/** @type {FollowUp} */ a, /** @type {FollowUp} */ b) => b.at_ms - a.at_ms);
}

/** A level of 1–5 on the 0–10 scale, as scoring does it: level 4, "good", is 8.0. @param {number} level */
export function scoreOfLevel(level) {
  return level * 2;
}

/** @param {number} score 0–10 @returns {number} the nearest level, 1–5 */
export function levelOfScore(score) {
  return Math.min(5, Math.max(1, Math.round(score / 2)));
}

/** @param {Competency} competency @returns {HumanScore | null} */
export function humanScore(competency) {
  if (competency.human === null || competency.human === undefined) return null;
  return typeof competency.human === "number" ? { score: competency.human, reason: "" } : competency.human;
}
