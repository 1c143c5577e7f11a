// @ts-check
/**
 * The network, measured over a real WebRTC connection that echoes what is sent and keeps nothing
 * (`POST /api/v1/whip?purpose=loopback`).
 */
import { WhipClient } from "../shared/whip.js";

/** @typedef {{rttMs: number | null, lossShare: number | null, jitterMs: number | null}} Figures */
/** @typedef {"good" | "fair" | "poor" | "failed"} Verdict */

const MEASURE_MS = 5000;
const CONNECT_MS = 10000;

/**
 * Limits from ITU-T G.114 (one way below 150 ms is felt as immediate) and from what Opus conceals well.
 * @param {Figures | null} figures @returns {Verdict}
 */
export function verdictOf(figures) {
  if (!figures) return "failed";
  const rtt = figures.rttMs ?? 0;
  const loss = figures.lossShare ?? 0;
  if (rtt > 600 || loss > 0.1) return "poor";
  if (rtt > 300 || loss > 0.03 || (figures.jitterMs ?? 0) > 60) return "fair";
  return "good";
}

/**
 * Round-trip time of the chosen path, loss in both directions, jitter.
 * @param {Iterable<any>} reports of `getStats`
 * @returns {Figures}
 */
export function figuresOf(reports) {
  /** @type {Figures} */
  const figures = { rttMs: null, lossShare: null, jitterMs: null };
  let sent = 0;
  let received = 0;
  let lost = 0;
  for (const report of reports) {
    if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined) {
      figures.rttMs = Math.round(report.currentRoundTripTime * 1000);
    } else if (report.type === "inbound-rtp" && report.kind === "audio") {
      received += report.packetsReceived ?? 0;
      lost += Math.max(0, report.packetsLost ?? 0);
      figures.jitterMs = Math.round((report.jitter ?? 0) * 1000);
    } else if (report.type === "remote-inbound-rtp" && report.kind === "audio") {
      lost += Math.max(0, report.packetsLost ?? 0);
      sent += Math.max(0, report.packetsReceived ?? 0);
    }
  }
  const all = received + sent + lost;
  if (all > 0) figures.lossShare = lost / all;
  return figures;
}

/**
 * @param {string} token @param {MediaStreamTrack} audio
 * @param {AbortSignal} signal
 * @returns {Promise<Figures | null>} null: no connection could be made
 */
export function measureNetwork(token, audio, signal) {
  return new Promise((resolve) => {
    const whip = new WhipClient({
      token,
      url: "/api/v1/whip?purpose=loopback",
      on: {
        state(state, why) {
          if (state === "connected") timer = restart(() => finish(true), MEASURE_MS);
          else if (state === "closed" && why.code !== "done") finish(false);
        },
      },
    });
    let over = false;
    let timer = window.setTimeout(() => finish(false), CONNECT_MS);
    /** @param {() => void} then @param {number} ms */
    function restart(then, ms) {
      clearTimeout(timer);
      return window.setTimeout(then, ms);
    }
    /** @param {boolean} connected */
    async function finish(connected) {
      if (over) return;
      over = true;
      clearTimeout(timer);
      const reports = connected ? await whip.stats() : null;
      whip.close();
      resolve(reports ? figuresOf(reports.values()) : null);
    }
    signal.addEventListener("abort", () => finish(false), { once: true });
    whip.start({ audio, video: null });
  });
}
