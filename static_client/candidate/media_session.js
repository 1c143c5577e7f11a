// @ts-check
/**
 * The candidate's devices and their one media connection, whichever way they take part. A change of the way
 * (video, voice, text) changes only what has to: going from video to voice leaves the sound untouched.
 */
import { levelMeter, MediaProblem, openMedia, stopTracks } from "../shared/devices.js";
import { h } from "../shared/dom.js";
import { WhipClient } from "../shared/whip.js";

/** @typedef {import("./entry.js").Mode} Mode */
/** @typedef {"off" | "connecting" | "connected" | "interrupted" | "refused"} MediaState */

/** A microphone that has said nothing at all for so long after being muted by the system is reported. */
const MUTED_MS = 1500;

export class MediaSession {
  /** @type {MediaStream | null} */ stream = null;
  /** @type {MediaState} */ state = "off";
  /** Why no devices could be had: "denied", "missing", "busy", "insecure", or null. @type {string | null} */
  problem = null;
  /** The camera alone could not be had; the sound goes on without it. */
  cameraMissing = false;
  soundBlocked = false;
  microphoneLost = false;
  level = 0;
  /** @type {Mode} */ mode = "text";
  /** @type {{microphone?: string, camera?: string}} */ chosen = {};
  /** @type {WhipClient | null} */ #whip = null;
  /** @type {(() => void) | null} */ #stopMeter = null;
  #muteTimer = 0;
  #work = Promise.resolve();

  /** @param {{changed: () => void}} on */
  constructor(on) {
    this.on = on;
    this.sound = h("audio", { autoplay: true });
    this.sound.setAttribute("playsinline", "");
  }

  get camera() { return this.stream?.getVideoTracks()[0] ?? null; }
  get microphone() { return this.stream?.getAudioTracks()[0] ?? null; }

  /** Opens what the mode needs; what is open already stays. @param {Mode} mode */
  async open(mode) {
    this.mode = mode;
    this.problem = null;
    this.cameraMissing = false;
    if (mode === "text") { this.#closeDevices(); return; }
    const wantsCamera = mode === "video";
    if (!wantsCamera) this.#stopCamera();
    const live = this.microphone?.readyState === "live";
    if (live && (!wantsCamera || this.camera?.readyState === "live")) return;
    try {
      this.#take(await openMedia({ audio: !live, video: wantsCamera, ...this.chosen }));
    } catch (error) {
      const code = error instanceof MediaProblem ? error.code : "busy";
      if (wantsCamera) await this.#openWithoutCamera(live, code);
      else this.problem = code;
    }
    this.on.changed();
  }

  /** @param {boolean} hasSound @param {string} code why the camera and the microphone were not had together */
  async #openWithoutCamera(hasSound, code) {
    this.cameraMissing = true;
    if (hasSound) return;
    try {
      this.#take(await openMedia({ audio: true, video: false, ...this.chosen }));
    } catch {
      this.problem = code;
    }
  }

  /** Another microphone or camera, chosen by hand. @param {{microphone?: string, camera?: string}} chosen */
  async choose(chosen) {
    this.chosen = { ...this.chosen, ...chosen };
    this.#closeDevices();
    await this.open(this.mode);
    await this.#whip?.setAudio(this.microphone);
    await this.#whip?.setVideo(this.camera);
  }

  /**
   * Connects under the session token, or changes what goes over the connection. One change at a time.
   * @param {string} token @param {Mode} mode
   */
  join(token, mode) {
    this.#work = this.#work.then(() => this.#join(token, mode)).catch(() => undefined);
    return this.#work;
  }

  /** @param {string} token @param {Mode} mode */
  async #join(token, mode) {
    if (mode === this.mode && this.problem) return; // asked once; again only when the candidate says so
    if (mode === this.mode && (mode === "text" ? !this.#whip : this.#whip && this.state !== "off")) return;
    await this.open(mode);
    if (mode === "text") { this.leave(); return; }
    if (!this.microphone) return;
    if (this.#whip) {
      await this.#whip.setAudio(this.microphone);
      await this.#whip.setVideo(this.camera);
      return;
    }
    this.#whip = new WhipClient({
      token,
      on: {
        state: (state, why) => {
          this.state = state === "closed" ? (why.code === "done" ? "off" : "refused") : state;
          this.on.changed();
        },
        track: (track, stream) => {
          if (track.kind !== "audio") return;
          this.sound.srcObject = stream;
          this.unblockSound();
        },
      },
    });
    this.#whip.start({ audio: this.microphone, video: this.camera });
  }

  /** Browsers hold sound back until a gesture; the page then shows a button that calls this. */
  unblockSound() {
    this.sound.play().then(
      () => { this.soundBlocked = false; this.on.changed(); },
      (error) => { if (error?.name === "NotAllowedError") { this.soundBlocked = true; this.on.changed(); } },
    );
  }

  /** Ends the connection; the devices stay open. */
  leave() {
    this.#whip?.close();
    this.#whip = null;
    this.sound.srcObject = null;
    this.state = "off";
    this.soundBlocked = false;
    this.on.changed();
  }

  /** Everything off: camera light and microphone too. */
  close() {
    this.leave();
    this.#closeDevices();
  }

  /** @param {MediaStream} opened */
  #take(opened) {
    const kept = this.stream?.getTracks().filter((track) => track.readyState === "live") ?? [];
    this.stream = new MediaStream([...kept, ...opened.getTracks()]);
    for (const track of opened.getAudioTracks()) this.#watchMicrophone(track);
  }

  /** @param {MediaStreamTrack} track */
  #watchMicrophone(track) {
    this.microphoneLost = false;
    const lost = () => { if (track === this.microphone) { this.microphoneLost = true; this.on.changed(); } };
    track.addEventListener("ended", lost);
    track.addEventListener("mute", () => { this.#muteTimer = window.setTimeout(lost, MUTED_MS); });
    track.addEventListener("unmute", () => { clearTimeout(this.#muteTimer); this.microphoneLost = false; this.on.changed(); });
    this.#stopMeter?.();
    this.#stopMeter = levelMeter(track, (level) => { this.level = level; });
  }

  #stopCamera() {
    const camera = this.camera;
    if (!camera || !this.stream) return;
    camera.stop();
    this.stream = new MediaStream(this.stream.getAudioTracks());
  }

  #closeDevices() {
    this.#stopMeter?.();
    this.#stopMeter = null;
    stopTracks(this.stream);
    this.stream = null;
    this.microphoneLost = false;
    this.level = 0;
  }
}
