// @ts-check
/**
 * The log of one interview folded into tracks on one clock. Pure: no DOM, no clock, no network.
 *
 * All times are session milliseconds. A span that was never closed lasts to the end. What happened before the
 * first or after the last moment shown (a score given a day later) keeps its own time; drawing clamps it.
 */
import { Timeline } from "../desk/timeline.js";

/** @typedef {{seq: number, at_ms: number, event: any}} LogRecord one line of the log, as in docs/protocol.md */
/** @typedef {import("../desk/timeline.js").Entry} Entry */
/** @typedef {{text: string, start_ms: number, end_ms: number}} Word */
/** @typedef {{from: number, to: number}} Stretch */
/** @typedef {Stretch & {id: string, index: number, total: number, text: string, practice: boolean}} AskedQuestion */
/** @typedef {Stretch & {speaker: "candidate" | "system" | "interviewer"}} Speech */
/** @typedef {"observation" | "lost" | "paused" | "hold" | "degraded"} SpanKind */
/** @typedef {Stretch & {kind: SpanKind, code: string}} Span `code`: which sentence of the word list */
/** @typedef {{at: number, pace: number | null, paceBaseline: number | null, volume: number | null, volumeBaseline: number | null, pauses: number | null, unit: string}} Sample */
/** @typedef {{competency: string, points: {at: number, score: number | null, confidence: number}[]}} Course */
/**
 * @typedef {object} Tracks
 * @property {number} from
 * @property {number} to
 * @property {boolean} ended
 * @property {string} candidate as signed in; "" if nobody has
 * @property {string} language
 * @property {number | null} openedUnixMs the wall clock at session time zero
 * @property {Entry[]} entries the transcript with everything that happened, in order of time
 * @property {Map<string, Word[]>} words of an entry, by its key
 * @property {AskedQuestion[]} questions
 * @property {Speech[]} speech
 * @property {Span[]} spans
 * @property {Sample[]} samples
 * @property {Course[]} scores
 */

/** @param {LogRecord[]} records in the order of `seq` @returns {Tracks} */
export function foldTracks(records) {
  const timeline = new Timeline();
  const spans = new OpenSpans();
  /** @type {Map<string, Word[]>} */
  const words = new Map();
  /** @type {AskedQuestion[]} */
  const questions = [];
  /** @type {Speech[]} */
  const speech = [];
  /** @type {Map<string, Speech>} the system's voice while it speaks */
  const speaking = new Map();
  /** @type {Sample[]} */
  const samples = [];
  /** @type {Map<string, Course>} */
  const scores = new Map();
  /** @type {number | null} */
  let endedAt = null;
  let candidate = "";
  let language = "";
  /** @type {number | null} */
  let openedUnixMs = null;
  let lastMs = 0;

  for (const record of records) {
    const { event, at_ms: at } = record;
    if (endedAt === null) lastMs = Math.max(lastMs, at);
    timeline.apply(record);
    spans.apply(record);
    switch (event.type) {
      case "interview_created": language = event.language; break;
      case "interview_opened": openedUnixMs = event.unix_ms; break;
      case "candidate_signed_in": candidate = event.display_name; break;
      case "question_asked":
        closeQuestion(at);
        questions.push({ id: event.question, index: event.index, total: event.total, text: event.text, practice: event.practice, from: at, to: NaN });
        break;
      case "interview_ended":
        closeQuestion(at);
        endedAt = at;
        break;
      case "transcript_final":
        if (!event.text) break;
        if (event.words?.length) words.set(`u${event.utterance}`, event.words);
        speech.push({ speaker: event.speaker, from: event.start_ms, to: Math.max(event.start_ms, event.end_ms) });
        lastMs = Math.max(lastMs, endedAt === null ? event.end_ms : 0);
        break;
      case "speech_out_started": {
        /** @type {Speech} */
        const said = { speaker: "system", from: at, to: NaN };
        speaking.set(event.utterance, said);
        speech.push(said);
        break;
      }
      case "speech_out_ended": {
        const said = speaking.get(event.utterance);
        if (said) said.to = at;
        break;
      }
      case "delivery_measured": samples.push(sampleOf(event, at)); break;
      case "score_proposed": {
        /** @type {Course} */
        const course = scores.get(event.competency) ?? { competency: event.competency, points: [] };
        course.points.push({ at, score: event.score, confidence: event.confidence });
        scores.set(event.competency, course);
        break;
      }
      default:
    }
  }

  const to = endedAt ?? lastMs;
  closeQuestion(to);
  for (const said of speech) if (Number.isNaN(said.to)) said.to = to;
  speech.sort((a, b) => a.from - b.from);
  const begun = [...questions.map((one) => one.from), ...speech.map((one) => one.from)];
  const found = spans.close(to);
  return {
    from: begun.length > 0 ? Math.max(0, Math.min(...begun)) : 0,
    to, ended: endedAt !== null, candidate, language, openedUnixMs,
    entries: withObservations(timeline.entries, found),
    words, questions, speech, spans: found, samples, scores: [...scores.values()],
  };

  /** @param {number} at */
  function closeQuestion(at) {
    const last = questions[questions.length - 1];
    if (last && Number.isNaN(last.to)) last.to = at;
  }
}

/** Spans that are still open, by what will close them. */
class OpenSpans {
  /** @type {Map<string, Span>} */
  open = new Map();
  /** @type {Span[]} */
  all = [];

  /** @param {LogRecord} record */
  apply({ at_ms: at, event }) {
    switch (event.type) {
      case "connection_changed": {
        const key = `lost.${event.channel}`;
        if (event.state === "lost") this.#begin(key, "lost", `mark.connection.${event.channel}.lost`, at);
        else this.#end(key, at);
        break;
      }
      case "interview_paused": this.#begin("paused", "paused", `mark.paused.${event.by}`, at); break;
      case "interview_resumed": this.#end("paused", at); break;
      case "hold_started": this.#begin("hold", "hold", "mark.hold", at); break;
      case "hold_ended":
      case "answer_ended": this.#end("hold", at); break;
      case "observation_changed": {
        const key = `seen.${event.kind}`;
        if (event.active) this.#begin(key, "observation", `observation.${event.kind}`, event.since_ms ?? at);
        else this.#end(key, at);
        break;
      }
      case "part_degraded": {
        const key = `part.${event.part}`;
        this.#end(key, at);
        if (event.state !== "ok") this.#begin(key, "degraded", `mark.part.${event.part}.${event.state}`, at);
        break;
      }
      case "interview_ended": for (const key of [...this.open.keys()]) this.#end(key, at); break;
      default:
    }
  }

  /** @param {string} key @param {SpanKind} kind @param {string} code @param {number} at */
  #begin(key, kind, code, at) {
    if (this.open.has(key)) return;
    const span = { kind, code, from: at, to: at };
    this.open.set(key, span);
    this.all.push(span);
  }

  /** @param {string} key @param {number} at */
  #end(key, at) {
    const span = this.open.get(key);
    if (!span) return;
    span.to = Math.max(span.from, at);
    this.open.delete(key);
  }

  /** @param {number} at @returns {Span[]} */
  close(at) {
    for (const key of [...this.open.keys()]) this.#end(key, at);
    return this.all.sort((a, b) => a.from - b.from);
  }
}

/** What was seen stands in the transcript as well, so that everything on the timeline can be read. @param {Entry[]} entries @param {Span[]} spans @returns {Entry[]} */
function withObservations(entries, spans) {
  const seen = spans.filter((span) => span.kind === "observation").map((span, place) => /** @type {Entry} */ ({
    key: `seen${place}`, kind: "mark", atMs: span.from, code: span.code, version: 0,
  }));
  // Sorting is stable: what has the same time keeps the order of the log.
  return [...entries, ...seen].sort((a, b) => a.atMs - b.atMs);
}

/** @param {any} event @param {number} at @returns {Sample} */
function sampleOf(event, at) {
  return {
    at, pace: event.pace, paceBaseline: event.pace_baseline, volume: event.volume_dbfs,
    volumeBaseline: event.volume_baseline_dbfs, pauses: event.pause_share, unit: event.pace_unit,
  };
}

/**
 * A course of values with at most `count` points: the mean of what is known in each stretch, null where nothing is.
 * @param {{at: number, value: number | null}[]} points in order of time
 * @param {number} from @param {number} to @param {number} count
 * @returns {{at: number, value: number | null}[]}
 */
export function thinned(points, from, to, count) {
  if (points.length <= count || to <= from) return points;
  const width = (to - from) / count;
  /** @type {{sum: number, known: number, any: boolean}[]} */
  const buckets = Array.from({ length: count }, () => ({ sum: 0, known: 0, any: false }));
  for (const { at, value } of points) {
    const bucket = buckets[Math.min(count - 1, Math.max(0, Math.floor((at - from) / width)))];
    if (!bucket) continue;
    bucket.any = true;
    if (value === null) continue;
    bucket.sum += value;
    bucket.known += 1;
  }
  return buckets.flatMap(({ sum, known, any }, place) => (any ? [{ at: from + (place + 0.5) * width, value: known > 0 ? sum / known : null }] : []));
}

/** The last item that began at or before `ms`; -1 before the first. @template T @param {T[]} items in order of time @param {number} ms @param {(item: T) => number} startOf */
export function lastBegun(items, ms, startOf) {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(/** @type {T} */ (items[middle])) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Spoken or written by somebody, so a place where playback can stand. @param {Entry} entry */
export function isUtterance(entry) {
  return entry.kind === "said" || entry.kind === "question" || entry.kind === "follow_up" || entry.kind === "system";
}

/** Going back from the first second of an utterance means the one before it. */
const JUST_BEGUN_MS = 1000;

/**
 * Where the next or the previous utterance begins; null where there is none.
 * @param {Entry[]} entries @param {number} ms @param {1 | -1} direction
 */
export function stepUtterance(entries, ms, direction) {
  const starts = entries.filter(isUtterance).map((entry) => entry.atMs);
  if (direction > 0) return starts.find((at) => at > ms + 20) ?? null;
  return starts.findLast((at) => at < ms - JUST_BEGUN_MS) ?? starts.findLast((at) => at < ms - 20) ?? null;
}

/**
 * Where each word stands in the text it came from. A word that is not found there (the text was tidied after
 * recognition) is left out; the others keep their places.
 * @param {string} text @param {Word[]} words
 * @returns {{from: number, to: number, start_ms: number, end_ms: number}[]} characters and session time
 */
export function wordPlaces(text, words) {
  const found = [];
  let after = 0;
  for (const { text: word, start_ms, end_ms } of words) {
    const wanted = word.trim();
    const from = wanted ? text.indexOf(wanted, after) : -1;
    if (from < 0) continue;
    after = from + wanted.length;
    found.push({ from, to: after, start_ms, end_ms });
  }
  return found;
}
