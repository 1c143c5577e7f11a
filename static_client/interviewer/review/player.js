// @ts-check
/**
 * Playback on the session's clock: one element plays the parts of the recording in turn.
 *
 * The playhead is a session time and exists without a recording too; then it only moves when somebody moves
 * it. In a gap it stands still until playing is asked for, which goes on at the next part.
 */
import { h, setText, show } from "../../shared/dom.js";
import { gaps, holes, inOrder, locate } from "./parts.js";

/** @typedef {import("./parts.js").Part} Part */
/**
 * @typedef {object} PlayerEvents
 * @property {() => void} moved the playhead is elsewhere
 * @property {() => void} changed playing, rate, sound or message changed
 * @property {(from: number, to: number) => void} skipped a stretch without recording was passed over
 * @property {() => Promise<void>} renew the right to fetch the parts has run out
 */

export const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];

export class Player {
  /** @type {Part[]} */
  #parts = [];
  /** @type {Part | null} */
  #current = null;
  /** Where the playhead is while no part is there to tell. */
  #ms = 0;
  #from = 0;
  #to = 0;
  #frame = 0;
  #renewed = false;
  #wantsToPlay = false;

  /** @param {PlayerEvents} events */
  constructor(events) {
    this.events = events;
    this.failed = false;
    this.video = h("video", { class: "player__video", playsInline: true, preload: "metadata", disableRemotePlayback: true });
    for (const name of ["play", "ratechange", "volumechange", "loadedmetadata", "waiting", "playing"]) {
      this.video.addEventListener(name, () => this.#changed());
    }
    for (const name of ["timeupdate", "seeked"]) this.video.addEventListener(name, () => this.#moved());
    this.video.addEventListener("pause", () => this.#paused());
    this.video.addEventListener("ended", () => this.#partEnded());
    this.video.addEventListener("error", () => void this.#broken());
  }

  /** @param {Part[]} parts @param {number} from @param {number} to what can be shown at all */
  load(parts, from, to) {
    this.#parts = inOrder(parts);
    this.#from = from;
    this.#to = to;
  }

  get recorded() { return this.#parts.length > 0; }
  get playing() { return this.#wantsToPlay; }
  get waiting() { return this.#wantsToPlay && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA; }
  get rate() { return this.video.defaultPlaybackRate; }
  get muted() { return this.video.muted; }
  get pictured() { return this.#current !== null && this.video.videoWidth > 0; }

  /** The stretches without recording, and what is missing within a part. */
  get gaps() { return this.recorded ? [...gaps(this.#parts, this.#from, this.#to), ...holes(this.#parts)] : []; }
  /** The gap in which the playhead stands. */
  get gap() { return this.gaps.find((gap) => this.#current === null && this.#ms >= gap.from && this.#ms < gap.to) ?? null; }

  /** The playhead, session milliseconds. */
  get ms() {
    const { video } = this;
    if (!this.#current || video.seeking || video.readyState === HTMLMediaElement.HAVE_NOTHING) return this.#ms;
    return this.#current.start_ms + video.currentTime * 1000;
  }

  /** @param {number} ms */
  seek(ms) {
    this.#ms = Math.min(this.#to, Math.max(this.#from, ms));
    const { part, offsetMs, next } = locate(this.#parts, this.#ms);
    if (part) this.#show(part, offsetMs);
    else if (this.#wantsToPlay && next) this.#skipTo(next);
    else {
      this.#wantsToPlay = false;
      this.video.pause();
      this.#current = null;
    }
    this.#changed();
    this.#moved();
  }

  /** @returns {boolean} whether there is anything to play */
  toggle() {
    if (!this.recorded) return false;
    if (this.#wantsToPlay) this.pause();
    else this.play();
    return true;
  }

  play() {
    this.#wantsToPlay = true;
    const last = this.#parts[this.#parts.length - 1];
    const { part, offsetMs, next } = locate(this.#parts, last && this.ms >= last.end_ms - 50 ? this.#from : this.ms);
    if (part) this.#show(part, offsetMs);
    else if (next) this.#skipTo(next);
    else this.#wantsToPlay = false;
    this.#changed();
  }

  pause() {
    this.#ms = this.ms;
    this.#wantsToPlay = false;
    this.video.pause();
    this.#changed();
  }

  /** @param {number} rate */
  setRate(rate) {
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
    this.#changed();
  }

  /** @param {1 | -1} direction */
  stepRate(direction) {
    const next = RATES[RATES.indexOf(this.rate) + direction];
    if (next) this.setRate(next);
  }

  toggleSound() {
    this.video.muted = !this.video.muted;
  }

  /** Fetch the part that could not be played once more. */
  async again() {
    this.failed = false;
    this.#renewed = false;
    await this.#broken();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#wantsToPlay = false;
    this.#parts = [];
    this.#current = null;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** @param {Part} part @param {number} offsetMs */
  #show(part, offsetMs) {
    this.#ms = part.start_ms + offsetMs;
    const seconds = offsetMs / 1000;
    if (part !== this.#current) {
      this.#current = part;
      this.failed = false;
      this.video.src = part.url;
      this.video.currentTime = seconds; // before anything is loaded: where it will begin
    } else if (Math.abs(this.video.currentTime - seconds) > 0.001) this.video.currentTime = seconds;
    if (this.#wantsToPlay) this.#start();
  }

  #start() {
    this.video.play().catch((problem) => {
      // A new source interrupts the request to play the old one; only a refusal is one.
      if (problem.name === "NotAllowedError") this.pause();
    });
    this.#run();
  }

  #run() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#wantsToPlay) return;
      this.#moved();
      this.#run();
    });
  }

  /** Paused from elsewhere: a key of the keyboard, the system. */
  #paused() {
    const { video } = this;
    if (this.#wantsToPlay && video.paused && !video.ended && !video.seeking) this.pause();
  }

  /** @param {Part} next */
  #skipTo(next) {
    this.events.skipped(this.#ms, next.start_ms);
    this.#show(next, 0);
  }

  #partEnded() {
    if (!this.#current) return;
    const end = this.#current.end_ms;
    const next = this.#parts.find((part) => part.start_ms >= end);
    this.#ms = end;
    if (next && this.#wantsToPlay) {
      if (next.start_ms > end) this.#skipTo(next);
      else this.#show(next, 0);
      return;
    }
    this.#wantsToPlay = false;
    this.#changed();
    this.#moved();
  }

  /** A part may be refused because the ticket has run out: one new ticket, then the same place again. */
  async #broken() {
    const part = this.#current;
    if (!part || !this.video.hasAttribute("src")) return;
    const at = this.#ms;
    if (this.#renewed) {
      this.failed = true;
      this.#wantsToPlay = false;
      this.#changed();
      return;
    }
    this.#renewed = true;
    const resume = this.#wantsToPlay;
    try {
      await this.events.renew();
    } catch {
      // The part is tried all the same; it says by itself whether it can be had.
    }
    if (this.#current !== part) return;
    this.#current = null;
    this.#wantsToPlay = resume;
    this.#show(part, at - part.start_ms);
  }

  #changed() {
    if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#renewed = false;
    this.events.changed();
  }

  #moved() {
    if (!this.video.seeking && this.#current && this.video.readyState > HTMLMediaElement.HAVE_NOTHING) {
      this.#ms = this.#current.start_ms + this.video.currentTime * 1000;
    }
    this.events.moved();
  }
}

/**
 * What stands over the picture instead of it, in words.
 * @param {import("../context.js").Context} context
 */
export function createMessage(context) {
  const words = h("p", { class: "player__words" });
  const again = h("button", { type: "button", class: "button button--dense", text: context.t("app.retry"), hidden: true });
  const element = h("div", { class: "player__message", role: "status" }, words, again);
  /** @type {() => void} */
  let act = () => {};
  again.addEventListener("click", () => act());
  return {
    element,
    /** @param {string} text "" for none @param {(() => void) | null} [retry] */
    say(text, retry = null) {
      setText(words, text);
      act = retry ?? act;
      show(again, retry !== null);
      show(element, text !== "");
    },
  };
}
