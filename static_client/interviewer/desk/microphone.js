// @ts-check
/**
 * Speaking with the candidate in person: hold to talk, tap to stay on air.
 *
 * Nothing is sent before somebody presses: then the microphone is opened and connected, muted, and goes on
 * air for as long as it is held (or until the next tap). The server decides who is on air; what it says in
 * the view is what is shown. After two minutes without use the microphone is let go of.
 */
import { levelMeter, MediaProblem, openMedia, stopTracks } from "../../shared/devices.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { WhipClient } from "../../shared/whip.js";
import { steers } from "./people.js";

/** A shorter press latches. */
const TAP_MS = 350;
/** Sent on after letting go, so that the end of a word is not cut off. */
const TAIL_MS = 150;
const CONNECT_WITHIN_MS = 8000;
const LET_GO_AFTER_MS = 120_000;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk @param {string} interview */
export function createMicrophone(context, desk, interview) {
  const { t } = context;
  const label = h("span", { class: "air__label" });
  const button = h("button", { type: "button", class: "air", "aria-keyshortcuts": "t", hidden: true, title: () => t("air.hint") }, icon("mic"), label);
  const banner = h("p", { class: "air__banner", role: "status", hidden: true });
  /** @type {MediaStream | null} */
  let stream = null;
  /** @type {WhipClient | null} */
  let whip = null;
  let stopMeter = () => {};
  /** @type {((ready: boolean) => void)[]} those who wait for the connection */
  let waiting = [];
  /** What this person wants: the server's view says what is. */
  let wanted = false;
  /** How the button is held down just now, and since when. @type {"" | "key" | "pointer"} */
  let held = "";
  let pressedAt = 0;
  let arming = false;
  let refused = false;
  let wasMine = false;
  let letGoTimer = 0;
  let shown = "";

  // --- Pressing -------------------------------------------------------------------------------

  /** @param {"key" | "pointer"} how */
  function press(how) {
    if (held || button.hidden || button.disabled) return;
    held = how;
    pressedAt = performance.now();
    if (wanted) {
      pressedAt = -Infinity; // a press while on air ends it, however short
      return;
    }
    wanted = true;
    void goOnAir();
  }

  /** @param {boolean} [away] the page lost the keyboard or the pointer */
  function release(away = false) {
    if (!held) return;
    held = "";
    if (!away && performance.now() - pressedAt < TAP_MS) return; // a tap: stays on air
    goOffAir();
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    press("pointer");
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    button.addEventListener(name, () => { if (held === "pointer") release(); });
  }
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press is not a menu
  button.addEventListener("click", (event) => {
    if (event.detail !== 0) return; // pointers were heard above; this is a keyboard or a screen reader
    press("pointer");
    release();
  });
  /** @param {KeyboardEvent} event */
  const keyUp = (event) => { if (held === "key" && event.key.toLowerCase() === "t") release(); };
  const away = () => release(true);
  const hidden = () => { if (document.hidden) release(true); };
  document.addEventListener("keyup", keyUp);
  addEventListener("blur", away);
  document.addEventListener("visibilitychange", hidden);

  // --- On air and off -------------------------------------------------------------------------

  async function goOnAir() {
    if (arming) return;
    clearTimeout(letGoTimer);
    arming = true;
    draw();
    const ready = await arm();
    arming = false;
    if (!wanted || !ready || !whip || !stream) {
      wanted = false;
      letGoLater();
      draw();
      return;
    }
    const connection = whip.connection;
    await whip.setAudio(stream.getAudioTracks()[0] ?? null);
    const problem = await desk.command("microphone", { connection, on: true });
    if (problem) {
      wanted = false;
      await whip?.setAudio(null);
      tell(problem);
    } else if (!wanted) void desk.command("microphone", { connection, on: false });
    draw();
  }

  function goOffAir() {
    wanted = false;
    const leaving = whip;
    setTimeout(() => {
      if (wanted || !leaving) return;
      void leaving.setAudio(null);
      if (leaving.connection) void desk.command("microphone", { connection: leaving.connection, on: false });
    }, TAIL_MS);
    letGoLater();
    draw();
  }

  /** The device and the connection, if they are not there yet. @returns {Promise<boolean>} */
  async function arm() {
    try {
      stream ??= await openMedia({ audio: true, video: false });
    } catch (problem) {
      const code = problem instanceof MediaProblem ? problem.code : "busy";
      tell(context.word(`air.${code}`, code));
      return false;
    }
    stopMeter();
    stopMeter = levelMeter(/** @type {MediaStreamTrack} */ (stream.getAudioTracks()[0]), (level) => button.style.setProperty("--level", level.toFixed(2)));
    if (!whip) {
      whip = new WhipClient({ token: context.token, url: `/api/v1/interviews/${encodeURIComponent(interview)}/microphone`, on: { state: changed } });
      whip.start({ audio: null, video: null });
    }
    if (whip.state === "connected") return true;
    return new Promise((resolve) => {
      waiting.push(resolve);
      setTimeout(() => resolve(false), CONNECT_WITHIN_MS);
    });
  }

  /** @param {import("../../shared/whip.js").WhipState} state @param {import("../../shared/whip.js").WhipWhy} why */
  function changed(state, why) {
    if (state === "connected") settle(true);
    if (state === "interrupted" && wanted && !arming) {
      wanted = false;
      tell(t("air.lost"));
    }
    if (state === "closed" && why.code !== "done") {
      refused = why.code === "refused";
      tell(t(refused ? "air.not_yours" : "air.nobody_hears"));
      letGo();
      settle(false);
    }
    draw();
  }

  /** @param {boolean} ready */
  function settle(ready) {
    for (const resolve of waiting) resolve(ready);
    waiting = [];
  }

  function letGoLater() {
    clearTimeout(letGoTimer);
    letGoTimer = window.setTimeout(() => { if (!wanted) letGo(); }, LET_GO_AFTER_MS);
  }

  function letGo() {
    clearTimeout(letGoTimer);
    wanted = false;
    whip?.close();
    whip = null;
    stopMeter();
    stopTracks(stream);
    stream = null;
  }

  // --- Shown ----------------------------------------------------------------------------------

  /** @param {string} problem */
  function tell(problem) {
    context.say(problem);
    button.dispatchEvent(new CustomEvent("problem", { detail: problem, bubbles: true }));
  }

  const onAir = () => desk.state.view?.on_air ?? null;
  const isMine = () => Boolean(onAir() && whip && onAir().connection === whip.connection);

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changes */
  function update(state, changes) {
    if (!changes.has("view")) return;
    const mine = isMine();
    if (wasMine && !mine && wanted) {
      wanted = false;
      void whip?.setAudio(null);
      const other = onAir();
      const connected = whip?.state === "connected" && state.view.connection?.media === "connected";
      tell(other ? t("air.replaced", { name: nameOf(other) }) : t(connected ? "air.silent" : "air.lost"));
      letGoLater();
    }
    wasMine = mine;
    if (state.view.status === "ended") letGo();
    draw();
  }

  /** @param {{by: string, name: string}} other */
  function nameOf(other) {
    return other.name || context.word(`transcript.${other.by}`, other.by);
  }

  function draw() {
    const { view } = desk.state;
    if (!view) return;
    const mine = isMine();
    const other = mine ? null : onAir();
    const heard = view.connection.media === "connected" && view.mode !== "text";
    show(button, !refused && view.may?.includes("speak") !== false && view.status !== "ended" && view.mode !== "text");
    const conducts = steers(view);
    button.disabled = !(heard && conducts) && !wanted;
    button.title = t(!conducts ? "air.not_conducting" : heard ? "air.hint" : "air.nobody_hears");
    button.setAttribute("aria-pressed", String(mine));
    button.dataset.state = mine ? "on" : arming || wanted ? "soon" : "off";
    setText(label, t(mine ? "air.on_short" : arming || wanted ? "air.soon" : "air.off"));
    const words = mine ? t(heard ? "air.on" : "air.unheard") : other ? t("air.other", { name: nameOf(other) }) : "";
    if (words === shown) return;
    shown = words;
    show(banner, words !== "");
    fill(banner, words ? icon(mine && !heard ? "caution" : "mic") : null, words);
    banner.dataset.mine = String(mine);
    button.closest(".frame")?.toggleAttribute("data-on-air", mine);
  }

  return {
    button, banner, update,
    element: button,
    press: () => press("key"),
    close() {
      document.removeEventListener("keyup", keyUp);
      removeEventListener("blur", away);
      document.removeEventListener("visibilitychange", hidden);
      letGo();
    },
  };
}
