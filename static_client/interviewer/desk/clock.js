// @ts-check
/** The session's clock as this desk knows it, and how far behind it the desk is. */

const KEPT_SAMPLES = 64;

/**
 * Each sample is (page time − server time). The least delayed message gives the smallest, so the smallest
 * recent sample is the best estimate of the offset, and whatever a message has above it is its delay.
 */
export class DeskClock {
  /** @param {() => number} pageNow milliseconds, monotonic */
  constructor(pageNow = () => performance.now()) {
    this.pageNow = pageNow;
    /** @type {number[]} */
    this.samples = [];
    this.lagMs = 0;
  }

  /** @param {number} serverMs session time at which the message that just arrived was made */
  sample(serverMs) {
    const difference = this.pageNow() - serverMs;
    this.samples.push(difference);
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift();
    this.lagMs = difference - Math.min(...this.samples);
  }

  /** Forget everything: a new connection may have another delay. */
  reset() {
    this.samples = [];
    this.lagMs = 0;
  }

  /** @returns {number | null} session milliseconds now; null before the first message */
  now() {
    if (this.samples.length === 0) return null;
    return this.pageNow() - Math.min(...this.samples);
  }
}

/**
 * A place in the interview: `m:ss`, from an hour on `h:mm:ss`; never negative, never rounded up.
 * @param {number} ms
 */
export function timeCode(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
