// @ts-check
/**
 * A WHEP client (draft-ietf-wish-whep) that keeps one candidate's picture and sound coming.
 *
 * One POST of an offer to receive, sent before our own addresses are known: our checks show them to the
 * server, and a PATCH (RFC 9725 §4.3.1) names them where that is not enough. DELETE to leave. While there is
 * nothing to receive (404, 409), and whenever a connection is lost, it asks again, ever more slowly. A token
 * without the right (401, 403) is not tried again.
 *
 * STABLE API
 *   const whep = new WhepClient({ token, url, on: { state, stream } })
 *     on.state(state)     "connecting" | "connected" | "interrupted" (asks again by itself) | "closed"
 *     on.stream(stream)   what is received; null when it is no longer
 *   whep.start()          at once, also in the middle of a wait; nothing happens while it is connected
 *   whep.close()          DELETE with keepalive: also right in `pagehide`; `start` may follow
 */
import { sdpFragment } from "./whip.js";

/** @typedef {"connecting" | "connected" | "interrupted" | "closed"} WhepState */
/**
 * @typedef {object} WhepOptions
 * @property {string} token
 * @property {string} url
 * @property {{state?: (state: WhepState) => void, stream?: (stream: MediaStream | null) => void}} on
 * @property {() => number} [random]
 */
/**
 * @typedef {object} Attempt one peer connection and the resource the server made for it
 * @property {RTCPeerConnection} peer
 * @property {AbortController} listening aborted when it is left: Chromium may keep a peer connection that was
 *   closed while it gathered addresses for ever, and with its listeners the whole page that opened it
 * @property {string | null} location
 * @property {string} etag
 * @property {RTCIceCandidate[]} addresses
 * @property {boolean} gone
 */

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
const PATIENCE_CONNECTING_MS = 12_000;
const PATIENCE_DISCONNECTED_MS = 3000;

export class WhepClient {
  /** @type {Attempt | null} */ #current = null;
  #failed = 0;
  #retryTimer = 0;
  #patienceTimer = 0;

  /** @param {WhepOptions} options */
  constructor(options) {
    this.options = { random: Math.random, ...options };
    /** @type {WhepState} */
    this.state = "closed";
  }

  start() {
    if (this.#current) return;
    this.#failed = 0;
    this.#connect();
  }

  close() {
    this.#leave();
    this.#setState("closed");
  }

  async #connect() {
    this.#leave();
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    /** @type {Attempt} */
    const attempt = { peer, listening: new AbortController(), location: null, etag: "", addresses: [], gone: false };
    this.#current = attempt;
    if (this.state !== "interrupted") this.#setState("connecting");
    this.#waitAtMost(attempt, PATIENCE_CONNECTING_MS);
    this.#watch(attempt);
    try {
      for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "recvonly" });
      await peer.setLocalDescription();
      const answer = await this.#post(attempt);
      if (answer === null || attempt.gone) return;
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
      this.#sendAddresses(attempt);
    } catch {
      this.#again(attempt);
    }
  }

  /** @param {Attempt} attempt @returns {Promise<string | null>} the answer; null where there is none */
  async #post(attempt) {
    const response = await fetch(this.options.url, {
      method: "POST", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(10_000),
      headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${this.options.token}` },
      body: attempt.peer.localDescription?.sdp ?? "",
    });
    const location = response.headers.get("Location");
    if (response.status === 201 && location) {
      attempt.location = new URL(location, response.url).href;
      attempt.etag = response.headers.get("ETag") ?? "*";
      const answer = await response.text();
      if (attempt.gone) this.#delete(attempt); // left while the answer was on its way
      return answer;
    }
    if (attempt.gone) return null;
    if (response.status === 401 || response.status === 403) this.close();
    else this.#again(attempt, Number(response.headers.get("Retry-After")) * 1000);
    return null;
  }

  /** @param {Attempt} attempt */
  #watch(attempt) {
    const { peer, listening } = attempt;
    const { signal } = listening;
    const stream = new MediaStream();
    peer.addEventListener("track", (event) => stream.addTrack(event.track), { signal });
    peer.addEventListener("icecandidate", (event) => {
      if (event.candidate) attempt.addresses.push(event.candidate);
      else this.#sendAddresses(attempt);
    }, { signal });
    peer.addEventListener("connectionstatechange", () => {
      if (attempt !== this.#current) return;
      clearTimeout(this.#patienceTimer);
      if (peer.connectionState === "connected") {
        this.#failed = 0;
        if (this.state !== "connected") this.options.on.stream?.(stream);
        this.#setState("connected");
      } else if (peer.connectionState === "failed" || peer.connectionState === "closed") {
        this.#again(attempt);
      } else {
        this.#waitAtMost(attempt, peer.connectionState === "disconnected" ? PATIENCE_DISCONNECTED_MS : PATIENCE_CONNECTING_MS);
      }
    }, { signal });
  }

  /** All of them at once, when both sides are ready; how it went shows in the connection. @param {Attempt} attempt */
  #sendAddresses(attempt) {
    const { peer, location } = attempt;
    if (!location || attempt.gone || peer.iceGatheringState !== "complete" || !peer.remoteDescription) return;
    fetch(location, {
      method: "PATCH", cache: "no-store", credentials: "omit",
      headers: { "Content-Type": "application/trickle-ice-sdpfrag", Authorization: `Bearer ${this.options.token}`, "If-Match": attempt.etag },
      body: sdpFragment(peer, attempt.addresses.splice(0), true),
    }).catch(() => undefined);
  }

  /** @param {Attempt} attempt @param {number} patienceMs */
  #waitAtMost(attempt, patienceMs) {
    clearTimeout(this.#patienceTimer);
    this.#patienceTimer = window.setTimeout(() => this.#again(attempt), patienceMs);
  }

  /** @param {Attempt} attempt @param {number} [atLeastMs] what the server asked for */
  #again(attempt, atLeastMs = 0) {
    if (attempt !== this.#current) return;
    this.#leave();
    const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failed);
    this.#failed += 1;
    const wait = Math.max(atLeastMs, ceiling / 2 + (ceiling / 2) * this.options.random());
    this.#retryTimer = window.setTimeout(() => this.#connect(), wait);
    this.#setState("interrupted");
  }

  #leave() {
    clearTimeout(this.#patienceTimer);
    clearTimeout(this.#retryTimer);
    const attempt = this.#current;
    this.#current = null;
    if (!attempt) return;
    attempt.gone = true;
    attempt.listening.abort();
    this.#delete(attempt);
    attempt.peer.close();
    if (this.state === "connected") this.options.on.stream?.(null);
  }

  /** @param {Attempt} attempt */
  #delete(attempt) {
    if (!attempt.location) return;
    fetch(attempt.location, {
      method: "DELETE", keepalive: true, credentials: "omit", headers: { Authorization: `Bearer ${this.options.token}` },
    }).catch(() => undefined); // unreached, the server notices the silence by itself
    attempt.location = null;
  }

  /** @param {WhepState} state */
  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.options.on.state?.(state);
  }
}
