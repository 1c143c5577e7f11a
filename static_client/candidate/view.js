// @ts-check
/** The candidate's view of docs/protocol.md, and what the page reads out of it: pure functions. */

/** @typedef {"waiting" | "practice" | "thinking" | "answering" | "candidate_questions" | "paused" | "ended"} Phase */
/** @typedef {{id: string, index: number, total: number, text: string, rephrased: string | null, stage: string}} Question */
/** @typedef {{utterance: string, text: string, spoken_by: "server" | "browser" | "captions"}} Speaking */
/** @typedef {{utterance: string, text: string, question: string | null, speaker?: "candidate" | "interviewer"}} Said */
/** @typedef {{asked: string, answer: string | null, passage: string | null}} HelpItem */
/** @typedef {{kind: "think" | "answer", ends_at_ms: number, length_ms: number}} Deadline */
/**
 * @typedef {object} View
 * @property {Phase} phase
 * @property {boolean} practice
 * @property {"video" | "voice" | "text"} mode
 * @property {"en" | "zh"} language
 * @property {Question | null} question
 * @property {{id: string, text: string, quote: string} | null} follow_up
 * @property {Deadline | null} deadline
 * @property {{seconds: number, at_ms: number} | null} added more time given on the running clock, and when
 * @property {"none" | "soon" | "reached"} guard_rail
 * @property {{until_ms: number} | null} hold
 * @property {string | null} nudge
 * @property {Speaking | null} speaking
 * @property {boolean} recording what is seen and heard is being kept
 * @property {Record<string, boolean>} consents what is agreed to now, by purpose
 * @property {{name: string} | null} on_air an interviewer speaks in person; an empty name is not known
 * @property {Said[]} said
 * @property {HelpItem[]} help
 * @property {Record<string, boolean>} can
 * @property {string | null} closing
 * @property {string | null} end_reason
 * @property {string | null} paused_by
 * @property {"here" | "asked" | "away"} presence whether the candidate is asked if they are there, or their place was given up
 * @property {number} server_now_ms
 */

/** Fills in what an older server leaves out. @param {any} raw @returns {View} */
export function readView(raw) {
  return {
    phase: "waiting", practice: false, mode: "video", language: "en", question: null, follow_up: null,
    deadline: null, added: null, guard_rail: "none", hold: null, nudge: null, speaking: null, recording: false, consents: {}, on_air: null, said: [], help: [], can: {},
    closing: null, end_reason: null, paused_by: null, presence: "here", server_now_ms: 0, ...raw,
  };
}

/** Which screen the view asks for. @param {View} view @returns {"waiting" | "interview" | "questions" | "end"} */
export function screenOf(view) {
  if (view.phase === "ended") return "end";
  if (view.phase === "candidate_questions") return "questions";
  if (view.phase === "paused" && !view.question) return "questions";
  return view.question ? "interview" : "waiting";
}

/** Whether time to think is running or about to. @param {View} view */
export function isThinking(view) {
  return view.phase === "thinking" || Boolean(view.can.skip_thinking);
}

/**
 * What is being said, or was "said" without a voice, and stands nowhere else on the screen.
 * @param {View} view @param {string[]} asides @returns {string | null}
 */
export function extraCaption(view, asides) {
  const said = view.speaking ? [...asides, view.speaking.text] : isThinking(view) ? asides : [];
  const shown = [view.question?.text, view.question?.rephrased, view.follow_up?.text, view.nudge, ...view.help.map((item) => item.answer)];
  const extra = said.filter((text) => !shown.some((line) => line && text.includes(line)));
  return extra.length ? [...new Set(extra)].join(" ") : null;
}

/**
 * How added time is called: in minutes where it is whole ones.
 * @param {number} seconds
 * @returns {{word: "more_time_minute" | "more_time_minutes" | "more_time_seconds", n: number}}
 */
export function addedTime(seconds) {
  if (seconds === 60) return { word: "more_time_minute", n: 1 };
  return seconds % 60 === 0 ? { word: "more_time_minutes", n: seconds / 60 } : { word: "more_time_seconds", n: seconds };
}

/** Where typed text belongs: one draft for each question. @param {View} view */
export function placeOf(view) {
  return view.question ? `answer:${view.question.id}` : "ask";
}

/**
 * The connection in plain words: one state for the badge, at most one notice.
 * @param {{control: string, media: string, mode: string, wasOpen: boolean}} line
 * @returns {{tone: "ok" | "wait" | "bad", badge: import("./words.js").Word, notice: import("./words.js").Word | null, retry: boolean}}
 */
export function connectionWords({ control, media, mode, wasOpen }) {
  if (control === "lost" || (control === "connecting" && wasOpen)) {
    return { tone: "bad", badge: control === "lost" ? "net_lost" : "net_again", notice: "net_lost_text", retry: true };
  }
  if (control !== "open") return { tone: "wait", badge: "net_connecting", notice: null, retry: false };
  if (mode !== "text") {
    if (media === "refused") return { tone: "bad", badge: "net_media_lost", notice: "net_media_refused", retry: false };
    if (media === "interrupted") return { tone: "bad", badge: "net_media_lost", notice: "net_media_lost_text", retry: false };
    if (media === "connecting" || media === "off") return { tone: "wait", badge: "net_connecting", notice: null, retry: false };
  }
  return { tone: "ok", badge: "net_connected", notice: null, retry: false };
}

/** The words a follow-up refers to, unless it says them itself. @param {{text: string, quote: string}} followUp */
export function quoteBeside(followUp) {
  const plain = (/** @type {string} */ text) => text.toLowerCase().replace(/[\s.,;:!?，。；：！？“”"'’]+/gu, "");
  return plain(followUp.text).includes(plain(followUp.quote)) ? "" : followUp.quote;
}
