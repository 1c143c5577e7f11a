// @ts-check
/**
 * The candidate seen and heard live: a video element kept supplied by WHEP, silent until asked for sound.
 *
 * It connects while the interview runs and the candidate's media does, and leaves otherwise, so that a still
 * of somebody who is gone is never shown as live.
 */
import { h, sayAgain, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { WhepClient } from "../../shared/whep.js";

/** Without a new frame for this long the picture stands still and is not shown as live. */
const STILL_MS = 3000;

/** @param {import("../context.js").Context} context @param {string} interview */
export function createLivePicture(context, interview) {
  const { t } = context;
  const element = h("video", { class: "frame__video", muted: true, autoplay: true, playsInline: true, disablePictureInPicture: true, "aria-hidden": "true" });
  const ofSound = () => t(element.muted ? "picture.sound_on" : "picture.sound_off");
  const sound = h("button", { type: "button", class: "frame__toggle", hidden: true, title: ofSound, on: { click: toggleSound } },
    icon("speaker"), h("span", { class: "sr-only", text: ofSound }));
  let framedAt = -Infinity;
  /** Asked for at once, beside the first view; that view takes it back where there is nothing to see. */
  let wanted = true;
  const whep = new WhepClient({
    token: context.token,
    url: `/api/v1/whep/${encodeURIComponent(interview)}`,
    on: {
      stream(stream) {
        element.srcObject = stream;
        framedAt = -Infinity;
        if (stream) element.play().catch(() => undefined); // plays muted; sound begins with the button
      },
      state: (state) => show(sound, state === "connected"),
    },
  });
  const leave = () => { wanted = false; whep.close(); }; // a page that is shown again connects with its next view
  addEventListener("pagehide", leave);
  element.requestVideoFrameCallback(framed);
  whep.start();
  showSound();

  function framed() {
    framedAt = performance.now();
    element.requestVideoFrameCallback(framed);
  }

  function toggleSound() {
    element.muted = !element.muted;
    element.play().catch(() => undefined);
    showSound();
  }

  function showSound() {
    sayAgain(sound);
    sound.dataset.on = String(!element.muted);
  }

  /** Connect or leave, as the interview goes. @param {any} view */
  function follow(view) {
    const now = (view.status === "running" || view.status === "paused") && view.mode !== "text" && view.connection.media === "connected";
    if (now === wanted) return;
    wanted = now;
    if (now) whep.start();
    else whep.close();
  }

  /** Whether a live picture stands in the frame. @param {any} view */
  function shown(view) {
    if (view.mode !== "video" || view.observations.some((/** @type {any} */ one) => one.kind === "camera_off")) return false;
    return whep.state === "connected" && performance.now() - framedAt < STILL_MS;
  }

  /** Where the picture lies in its frame, as shares of it; the whole frame while there is none. */
  function area() {
    const { videoWidth, videoHeight, clientWidth, clientHeight } = element;
    if (!videoWidth || !videoHeight || !clientWidth || !clientHeight) return { left: 0, top: 0, width: 1, height: 1 };
    const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
    const width = (videoWidth * scale) / clientWidth;
    const height = (videoHeight * scale) / clientHeight;
    return { left: (1 - width) / 2, top: (1 - height) / 2, width, height };
  }

  return {
    element, sound, follow, shown, area,
    connecting: () => whep.state === "connecting" || (whep.state === "connected" && framedAt === -Infinity),
    close() {
      removeEventListener("pagehide", leave);
      whep.close();
    },
  };
}
