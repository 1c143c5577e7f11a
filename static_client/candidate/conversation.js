// @ts-check
/**
 * The running interview as the page knows it: the server's view, the words being heard, the connection.
 * Everything shown is read from here; everything the candidate does goes through `command`.
 */
import { BrowserVoice } from "../shared/browser_voice.js";
import { SessionClock } from "../shared/clock.js";
import { Control, ControlProblem } from "../shared/control.js";
import { readView } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {{utterance: string, committed: string, tentative: string}} Partial */
/**
 * @typedef {object} Listeners
 * @property {() => void} changed                something shown has changed
 * @property {(code: string) => void} closed     "refused", "forbidden", "taken_over"
 * @property {(word: "not_done" | "refused_here" | "net_back") => void} tell
 */

export class Conversation {
  /** @type {View | null} */ view = null;
  /** @type {Partial | null} */ partial = null;
  /** What an interviewer is saying in person. @type {Partial | null} */ partialBeside = null;
  /** @type {"connecting" | "open" | "lost" | "closed"} */ line = "closed";
  wasOpen = false;
  captionsLate = false;
  heard = false;
  /** What was "said" to this question without any voice: it stays on the screen, or nobody would know of it. @type {string[]} */
  asides = [];
  clock = new SessionClock();
  #voice = new BrowserVoice();
  #viewSeq = 0;
  /** The utterance the browser is saying or has said. @type {string | null} */ #said = null;
  /** @type {Set<string>} */ #ended = new Set();
  /** Utterances that are final: a partial of one may still come after them. @type {Set<string>} */ #finals = new Set();

  /** @param {string} token @param {Listeners} on @param {{url?: string}} [options] */
  constructor(token, on, options = {}) {
    this.on = on;
    this.control = new Control({
      token,
      ...options,
      on: {
        view: (view, seq) => this.#takeView(readView(view), seq),
        record: (record) => this.#takeRecord(record),
        live: (live) => { this.heard = Boolean(live.speaking); this.on.changed(); },
        state: (state, why) => this.#lineChanged(state, why.code),
      },
    });
  }

  connect() { this.control.connect(); }
  retryNow() { this.control.retryNow(); }

  /** "I'm here". @returns {Promise<string>} "" when taken, else why not: the server's code. */
  async here() {
    try {
      await this.control.command("here");
      return "";
    } catch (error) {
      return error instanceof ControlProblem ? error.code : "unknown";
    }
  }

  close() {
    this.#voice.stop();
    this.control.close();
  }

  /**
   * @param {string} name @param {Record<string, unknown>} [fields]
   * @returns {Promise<boolean>} whether the server has taken it
   */
  async command(name, fields = {}) {
    try {
      await this.control.command(name, fields);
      return true;
    } catch (error) {
      const code = error instanceof ControlProblem ? error.code : "";
      const unreachable = ["not_connected", "connection_lost", "timeout"].includes(code);
      this.on.tell(unreachable ? "not_done" : "refused_here");
      return false;
    }
  }

  /** @param {View} view @param {number} seq */
  #takeView(view, seq) {
    const before = this.view;
    this.view = view;
    this.#viewSeq = seq;
    this.clock.sync(view.server_now_ms);
    for (const said of view.said) this.#finals.add(said.utterance);
    if (before?.question?.id !== view.question?.id) {
      this.partial = null;
      this.partialBeside = null;
      this.asides = [];
    }
    if (this.partialBeside && this.#finals.has(this.partialBeside.utterance)) this.partialBeside = null;
    if (this.partial && this.#finals.has(this.partial.utterance)) this.partial = null;
    this.#speakAsAsked(view);
    this.on.changed();
  }

  /** @param {import("../shared/control.js").LogRecord} record */
  #takeRecord({ seq, event }) {
    if (!this.view || seq <= this.#viewSeq) return; // history: the view holds what came of it
    if (event.type === "transcript_partial") {
      if (this.#finals.has(event.utterance)) return;
      const partial = { utterance: event.utterance, committed: event.committed, tentative: event.tentative };
      if (event.speaker === "interviewer") this.partialBeside = partial;
      else this.partial = partial;
    } else if (event.type === "transcript_final" && event.speaker !== "system") {
      this.#takeFinal(this.view, event);
    } else if (event.type === "speech_out_started" && event.spoken_by === "captions") {
      this.asides = [...this.asides, event.text];
    } else if (event.type === "part_degraded" && event.part === "recognition") {
      this.captionsLate = event.state !== "ok";
    } else {
      return;
    }
    this.on.changed();
  }

  /** A final is shown at once, before the view that holds it. @param {View} view @param {any} event */
  #takeFinal(view, event) {
    this.#finals.add(event.utterance);
    if (this.partial?.utterance === event.utterance) this.partial = null;
    if (this.partialBeside?.utterance === event.utterance) this.partialBeside = null;
    const here = event.speaker === "interviewer" || (view.question ? event.question === view.question.id : event.question === null);
    if (!here || view.said.some((said) => said.utterance === event.utterance)) return;
    view.said = [...view.said, { utterance: event.utterance, text: event.text, question: event.question, speaker: event.speaker }];
  }

  /** Where the server has no voice the browser speaks and says where it is. @param {View} view */
  #speakAsAsked(view) {
    const speaking = view.speaking;
    if (!speaking || speaking.spoken_by !== "browser" || view.mode === "text") {
      if (this.#said !== null) { this.#voice.stop(); this.#said = null; }
      if (speaking?.spoken_by === "browser") this.#reportEnded(speaking.utterance);
      return;
    }
    if (this.#ended.has(speaking.utterance)) { this.#reportEnded(speaking.utterance); return; }
    if (this.#said === speaking.utterance) return;
    this.#said = speaking.utterance;
    this.#voice.speak(speaking.text, view.language, {
      started: () => this.#report(speaking.utterance, "started"),
      ended: (heard) => {
        if (!heard) this.asides = [...this.asides, speaking.text];
        this.#reportEnded(speaking.utterance);
      },
    });
  }

  /** @param {string} utterance */
  #reportEnded(utterance) {
    this.#ended.add(utterance);
    if (this.#said === utterance) this.#said = null;
    this.#report(utterance, "ended");
  }

  /** Told again with the next view if it was lost on the way. @param {string} utterance @param {"started" | "ended"} state */
  #report(utterance, state) {
    this.control.command("spoken", { utterance, state }).catch(() => undefined);
  }

  /** @param {"connecting" | "open" | "lost" | "closed"} state @param {string | undefined} code */
  #lineChanged(state, code) {
    const back = state === "open" && this.wasOpen && this.line !== "open";
    this.line = state;
    if (state === "open") this.wasOpen = true;
    if (state === "lost") this.heard = false;
    if (back) this.on.tell("net_back");
    if (state === "closed" && code && code !== "done") this.on.closed(code);
    this.on.changed();
  }
}
