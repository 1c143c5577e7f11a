// @ts-check
/**
 * A WHIP client (RFC 9725) that keeps one candidate connected.
 *
 * One connection is one RTCPeerConnection: POST of the offer, PATCH of trickled candidates, DELETE to leave.
 * The audio line is sendrecv (the interviewer's voice comes back on it), the video line sendonly. When ICE
 * fails, or stays disconnected for more than 2 s, a new peer connection is made under the same token; the
 * server lets the newer one replace the older one, so the interview goes on where it was.
 *
 * STABLE API
 *   const whip = new WhipClient({ token, url?, on: { state, track } })
 *     on.state(state, why)   "connecting" | "connected" | "interrupted" | "closed"
 *                            why.code for "closed": "done", "refused" (401, 403), "gone" (404, 409, 410),
 *                            "bad_offer" (other 4xx); why.retryMs for "interrupted"
 *     on.track(track, stream)  the voice that comes back
 *   whip.start({audio, video})   MediaStreamTracks or null; connects and stays connected
 *   whip.setAudio(track) · whip.setVideo(track | null)   no gap in the sound where the line exists
 *   whip.close()                 DELETE with keepalive: also right in `pagehide`
 *   whip.stats()                 Promise of RTCStatsReport or null
 *   whip.connection              the server's name of the connection, "" before there is one
 */
import { retryDelayMs } from "./control.js";

/** @typedef {"connecting" | "connected" | "interrupted" | "closed"} WhipState */
/** @typedef {{code?: string, status?: number, retryMs?: number}} WhipWhy */
/**
 * @typedef {object} WhipOptions
 * @property {string} token
 * @property {string} [url]
 * @property {RTCIceServer[]} [iceServers]   none by default: nothing is asked outside this origin
 * @property {{state?: (state: WhipState, why: WhipWhy) => void, track?: (track: MediaStreamTrack, stream: MediaStream) => void}} on
 * @property {() => number} [random]
 */
/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks */

const PATIENCE_DISCONNECTED_MS = 2000;
const PATIENCE_CONNECTING_MS = 12000;
const CANDIDATE_BATCH_MS = 40;
const GOODBYE_MS = 800;
/** 640×360 at 15 frames: plenty for framing and a small window, little for a phone's uplink. */
const VIDEO_ENCODING = { maxBitrate: 500_000, maxFramerate: 15 };

/** One attempt: a peer connection and the resource the server made for it. */
class Connection {
  /** @type {string | null} */ location = null;
  /** @type {string | null} */ etag = null;
  /** @type {RTCIceCandidate[]} */ pending = [];
  patchTimer = 0;
  patchRefused = false;
  gone = false;
  /**
   * Aborted when it is dropped: Chromium may keep a peer connection that was closed while it gathered addresses
   * for ever, and with its listeners the whole page that opened it.
   */
  listening = new AbortController();

  /** @param {RTCIceServer[]} iceServers */
  constructor(iceServers) {
    this.peer = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
  }
}

export class WhipClient {
  /** @type {Connection | null} */ #current = null;
  /** @type {Tracks} */ #tracks = { audio: null, video: null };
  #attempt = 0;
  #retryTimer = 0;
  #patienceTimer = 0;
  #wanted = false;
  #online = () => { if (this.#wanted && this.state === "interrupted") this.#connect(); };

  /** @param {WhipOptions} options */
  constructor(options) {
    this.options = { url: "/api/v1/whip", iceServers: [], random: Math.random, ...options };
    /** @type {WhipState} */
    this.state = "closed";
  }

  /** @param {Tracks} tracks */
  start(tracks) {
    this.#tracks = { ...tracks };
    this.#wanted = true;
    this.#attempt = 0;
    addEventListener("online", this.#online);
    this.#connect();
  }

  /** @param {MediaStreamTrack | null} track */
  async setAudio(track) {
    this.#tracks.audio = track;
    await this.#sender("audio")?.replaceTrack(track);
  }

  /** @param {MediaStreamTrack | null} track */
  async setVideo(track) {
    this.#tracks.video = track;
    const sender = this.#sender("video");
    if (sender) await sender.replaceTrack(track);
    else if (track && this.#wanted) this.#connect();
  }

  close() {
    this.#wanted = false;
    removeEventListener("online", this.#online);
    this.#drop(this.#current);
    this.#current = null;
    this.#setState("closed", { code: "done" });
  }

  /** @returns {Promise<RTCStatsReport | null>} */
  async stats() {
    return this.#current ? this.#current.peer.getStats() : null;
  }

  /** The server's name of the connection, the last part of its `Location`; "" before there is one. */
  get connection() {
    return this.#current?.location?.split("/").pop() ?? "";
  }

  /** @param {"audio" | "video"} kind @returns {RTCRtpSender | undefined} */
  #sender(kind) {
    return this.#current?.peer.getTransceivers().find((line) => line.receiver.track.kind === kind)?.sender;
  }

  async #connect() {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#patienceTimer);
    this.#drop(this.#current);
    const connection = new Connection(this.options.iceServers);
    this.#current = connection;
    if (this.state !== "interrupted") this.#setState("connecting", {});
    this.#watch(connection);
    this.#patienceTimer = window.setTimeout(() => this.#again(connection), PATIENCE_CONNECTING_MS);
    try {
      addLines(connection.peer, this.#tracks);
      await connection.peer.setLocalDescription(await connection.peer.createOffer());
      const answer = await this.#post(connection);
      if (connection.gone || answer === null) return;
      await connection.peer.setRemoteDescription({ type: "answer", sdp: answer });
      this.#sendCandidates(connection);
    } catch {
      this.#again(connection);
    }
  }

  /** @param {Connection} connection @returns {Promise<string | null>} the answer; null when there is to be no other try */
  async #post(connection) {
    const response = await fetch(this.options.url, {
      method: "POST", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(10_000),
      headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${this.options.token}` },
      body: connection.peer.localDescription?.sdp ?? "",
    });
    const location = response.headers.get("Location");
    if (response.status === 201 && location) {
      connection.location = new URL(location, response.url).href;
      connection.etag = response.headers.get("ETag");
      const answer = await response.text();
      if (connection.gone) this.#delete(connection); // replaced while the answer was on its way
      return answer;
    }
    if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
      if (!connection.gone) this.#refused(response.status);
      return null;
    }
    this.#again(connection, retryAfterMs(response));
    return null;
  }

  /** @param {Connection} connection */
  #watch(connection) {
    const { peer, listening } = connection;
    const { signal } = listening;
    peer.addEventListener("track", (event) => this.options.on.track?.(event.track, event.streams[0] ?? new MediaStream([event.track])), { signal });
    peer.addEventListener("icecandidate", (event) => {
      if (event.candidate) connection.pending.push(event.candidate);
      clearTimeout(connection.patchTimer);
      connection.patchTimer = window.setTimeout(() => this.#sendCandidates(connection), CANDIDATE_BATCH_MS);
    }, { signal });
    peer.addEventListener("connectionstatechange", () => {
      if (connection !== this.#current) return;
      clearTimeout(this.#patienceTimer);
      if (peer.connectionState === "connected") {
        this.#attempt = 0;
        this.#setState("connected", {});
      } else if (peer.connectionState === "failed" || peer.connectionState === "closed") {
        this.#again(connection);
      } else {
        const patience = peer.connectionState === "disconnected" ? PATIENCE_DISCONNECTED_MS : PATIENCE_CONNECTING_MS;
        this.#patienceTimer = window.setTimeout(() => this.#again(connection), patience);
      }
    }, { signal });
  }

  /** Trickle (RFC 9725 §4.3.1): what has been gathered so far, in one fragment. @param {Connection} connection */
  async #sendCandidates(connection) {
    if (!connection.location || connection.patchRefused || connection.gone) return;
    const complete = connection.peer.iceGatheringState === "complete";
    if (!connection.pending.length && !complete) return;
    const body = sdpFragment(connection.peer, connection.pending.splice(0), complete);
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/trickle-ice-sdpfrag", Authorization: `Bearer ${this.options.token}` };
    if (connection.etag) headers["If-Match"] = connection.etag;
    try {
      const response = await fetch(connection.location, { method: "PATCH", headers, body, cache: "no-store", credentials: "omit" });
      // 405, 422, 501: this server does not trickle; it finds our address from our checks.
      if (response.status >= 400) connection.patchRefused = true;
    } catch { /* the connection's own state tells whether it matters */ }
  }

  /** @param {Connection} connection @param {number} [waitMs] */
  #again(connection, waitMs) {
    if (connection !== this.#current || !this.#wanted) return;
    this.#drop(connection);
    const delay = waitMs ?? retryDelayMs(this.#attempt, this.options.random());
    this.#attempt += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = window.setTimeout(() => this.#connect(), delay);
    this.#setState("interrupted", { retryMs: delay });
  }

  /** @param {number} status */
  #refused(status) {
    this.#wanted = false;
    this.#drop(this.#current);
    this.#current = null;
    const code = status === 401 || status === 403 ? "refused" : [404, 409, 410].includes(status) ? "gone" : "bad_offer";
    this.#setState("closed", { code, status });
  }

  /** @param {Connection | null} connection */
  #drop(connection) {
    clearTimeout(this.#patienceTimer);
    clearTimeout(this.#retryTimer);
    if (!connection || connection.gone) return;
    connection.gone = true;
    connection.listening.abort();
    clearTimeout(connection.patchTimer);
    // DELETE first: the goodbye of a closed peer would overtake it, and the server would find nothing to delete.
    const deleted = this.#delete(connection);
    Promise.race([deleted, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS))]).then(() => connection.peer.close());
  }

  /** @param {Connection} connection @returns {Promise<void>} */
  #delete(connection) {
    if (!connection.location) return Promise.resolve();
    const location = connection.location;
    connection.location = null;
    return fetch(location, {
      method: "DELETE", keepalive: true, credentials: "omit", headers: { Authorization: `Bearer ${this.options.token}` },
    }).then(() => undefined, () => undefined); // unreached, the server notices the silence by itself
  }

  /** @param {WhipState} state @param {WhipWhy} why */
  #setState(state, why) {
    if (state === this.state && state !== "interrupted") return;
    this.state = state;
    this.options.on.state?.(state, why);
  }
}

/** @param {RTCPeerConnection} peer @param {Tracks} tracks */
function addLines(peer, tracks) {
  peer.addTransceiver(tracks.audio ?? "audio", { direction: "sendrecv" });
  if (!tracks.video) return;
  const line = addVideoLine(peer, tracks.video);
  const codecs = RTCRtpReceiver.getCapabilities?.("video")?.codecs ?? [];
  const vp8First = [...codecs].sort((a, b) => Number(b.mimeType === "video/VP8") - Number(a.mimeType === "video/VP8"));
  if (vp8First.length) line.setCodecPreferences?.(vp8First);
}

/**
 * With three temporal layers where the browser offers them: the server may then drop frames without decoding.
 * @param {RTCPeerConnection} peer @param {MediaStreamTrack} track
 */
function addVideoLine(peer, track) {
  try {
    const layered = /** @type {RTCRtpEncodingParameters} */ ({ ...VIDEO_ENCODING, scalabilityMode: "L1T3" });
    return peer.addTransceiver(track, { direction: "sendonly", sendEncodings: [layered] });
  } catch {
    return peer.addTransceiver(track, { direction: "sendonly", sendEncodings: [VIDEO_ENCODING] });
  }
}

/** @param {Response} response @returns {number | undefined} */
function retryAfterMs(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? Math.min(seconds, 30) * 1000 : undefined;
}

/**
 * The body of a trickle PATCH (RFC 8840): the ICE user and password, then candidates by media line.
 * @param {RTCPeerConnection} peer @param {RTCIceCandidate[]} candidates @param {boolean} complete
 */
export function sdpFragment(peer, candidates, complete) {
  const offer = peer.localDescription?.sdp ?? "";
  const lines = [attribute(offer, "ice-ufrag"), attribute(offer, "ice-pwd")];
  const mids = new Set(candidates.map((candidate) => candidate.sdpMid ?? "0"));
  if (!mids.size) mids.add("0");
  for (const mid of mids) {
    lines.push(mediaLine(offer, mid), `a=mid:${mid}`);
    for (const candidate of candidates) {
      if ((candidate.sdpMid ?? "0") === mid && candidate.candidate) lines.push(`a=${candidate.candidate}`);
    }
    if (complete) lines.push("a=end-of-candidates");
  }
  return `${lines.filter(Boolean).join("\r\n")}\r\n`;
}

/** @param {string} sdp @param {string} name */
function attribute(sdp, name) {
  return sdp.match(new RegExp(`^a=${name}:.*$`, "m"))?.[0].trim() ?? "";
}

/** The m= line of the section with this mid. @param {string} sdp @param {string} mid */
function mediaLine(sdp, mid) {
  const section = sdp.split(/\r?\n(?=m=)/).find((part) => part.split(/\r?\n/).includes(`a=mid:${mid}`));
  return section?.split(/\r?\n/)[0] ?? "m=audio 9 UDP/TLS/RTP/SAVPF 0";
}
