// @ts-check
/**
 * The middle of the desk: the candidate's picture, what can be seen in it, and the live scores over it. While
 * the picture does not come, the frame says why and still marks where the face is measured.
 */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";
import { againstOwn } from "./baseline.js";
import { timeCode } from "./clock.js";
import { createLivePicture } from "./live_picture.js";
import { createOverlay } from "./overlay.js";
import { usualPlace } from "./state.js";

/** Face values come about four times a second; older than this they are called late. */
const LATE_MS = 3000;
/** Level shown as a share of this range, dBFS. */
const QUIETEST_DBFS = -60;
/** Seen, and nothing to be put right. */
const PLAIN = new Set(["looking_away", "smile", "brow_lowered"]);
const STORED_OVERLAY = "viva.interviewer.overlay";

/**
 * @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk @param {string} interview
 * @param {{button: HTMLElement, banner: HTMLElement}} air speaking with the candidate in person
 */
export function createPicture(context, desk, interview, air) {
  const { t, i18n } = context;
  const box = h("div", { class: "frame__face", hidden: true }, h("span", { class: "frame__face-label", text: () => t("picture.face_box") }));
  const usual = h("div", { class: "frame__usual", hidden: true, title: () => t("picture.usual") });
  const message = h("p", { class: "frame__message" });
  const hint = h("p", { class: "frame__hint", text: () => t("picture.not_shown_hint") });
  const observations = h("ul", { class: "frame__observations", "aria-label": () => t("picture.observations"), title: () => t("observation.never_scored") });
  const facts = h("p", { class: "frame__facts figure" });
  const levelFill = h("span", { class: "meter__fill" });
  const level = h("span", { class: "frame__level" },
    icon("mic"), h("span", { class: "meter", "aria-hidden": "true" }, levelFill));
  const speaking = h("span", { class: "frame__speaking" });
  level.append(speaking);
  const live = createLivePicture(context, interview);
  const overlay = createOverlay(context, desk);
  const toggle = h("button", { type: "button", class: "frame__toggle", "aria-keyshortcuts": "o", title: () => t("picture.overlay"), on: { click: toggleOverlay } }, icon("eye"), h("span", { class: "sr-only", text: () => t("picture.overlay") }));
  const element = h("section", { class: "frame", "aria-label": () => t("picture.title") },
    live.element,
    h("div", { class: "frame__thirds", "aria-hidden": "true" }), usual, box,
    h("div", { class: "frame__top" }, observations, h("div", { class: "frame__corner" }, air.button, level, live.sound, toggle)),
    air.banner,
    h("div", { class: "frame__middle" }, message, hint),
    h("div", { class: "frame__bottom" }, facts, overlay.element));

  let overlayShown = storedOverlay();
  showOverlay();

  function toggleOverlay() {
    overlayShown = !overlayShown;
    try { localStorage.setItem(STORED_OVERLAY, overlayShown ? "on" : "off"); } catch { /* holds for this visit */ }
    showOverlay();
    if (desk.state.view) showLive(desk.state);
    context.say(t(overlayShown ? "picture.overlay_on" : "picture.overlay_off"));
  }

  function showOverlay() {
    toggle.setAttribute("aria-pressed", String(overlayShown));
    show(overlay.element, overlayShown);
    element.classList.toggle("frame--bare", !overlayShown);
  }

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    overlay.update(state, changed);
    if (changed.has("view")) live.follow(state.view);
    if (changed.has("view")) showObservations(state.view);
    if (changed.has("live") || changed.has("view") || changed.has("delivery")) showLive(state);
  }

  /** @param {any} view */
  function showObservations(view) {
    const active = view.mode === "video" && held(view) ? view.observations : [];
    keyed(observations, active, (/** @type {any} */ one) => one.kind,
      (one) => h("li", { class: `chip${PLAIN.has(one.kind) ? "" : " chip--caution"}` }, icon(PLAIN.has(one.kind) ? "eye" : "caution"),
        h("span", { text: () => context.word(`observation.${one.kind}`, one.kind) }),
        h("span", { class: "chip__since figure" })),
      () => {});
    if (active.length === 0 && view.mode === "video" && view.status === "running" && desk.state.face?.faces === 1) {
      fill(observations, h("li", { class: "chip" }, icon("check"), () => t("picture.nothing_noted")));
    }
  }

  /** @param {import("./state.js").DeskState} state */
  function showLive(state) {
    const { face, levelDbfs } = state;
    const share = levelDbfs === null ? 0 : Math.min(1, Math.max(0, 1 - levelDbfs / QUIETEST_DBFS));
    levelFill.style.setProperty("--value", share.toFixed(2));
    show(level, levelDbfs !== null && held(state.view));
    setText(speaking, t(state.speaking ? "picture.speaking" : "picture.silent"));
    level.dataset.speaking = String(state.speaking);
    const seen = overlayShown && state.view.mode === "video" && held(state.view);
    const usually = seen && face?.box ? usualPlace(state.boxes) : null;
    show(box, seen && Boolean(face?.box));
    show(usual, Boolean(usually));
    if (face?.box) place(box, face.box);
    if (usually) place(usual, usually);
    setText(facts, overlayShown && held(state.view) ? [...seen && face ? picturedFacts(face) : [], ...deliveryFacts(state)].join(" · ") : "");
  }

  /** @param {any} face */
  function picturedFacts(face) {
    return [
      t("picture.faces", { count: face.faces }),
      t("picture.brightness", { value: i18n.number(Math.round(face.brightness)) }),
      t("picture.sharpness", { value: i18n.number(Math.round(face.sharpness)) }),
    ];
  }

  /** Pace and volume against the own baseline. @param {import("./state.js").DeskState} state */
  function deliveryFacts(state) {
    const { pace, volume } = againstOwn(i18n, state.delivery.at(-1));
    return [pace ? t("picture.pace", { change: pace }) : "", volume ? t("picture.volume", { change: volume }) : ""].filter(Boolean);
  }

  /** @param {HTMLElement} mark @param {number[]} shares its left, top, width and height as shares of the picture */
  function place(mark, shares) {
    const [left = 0, top = 0, width = 0, height = 0] = shares.map((share) => Math.min(1, Math.max(0, share)));
    const area = live.area();
    mark.style.left = `${(area.left + left * area.width) * 100}%`;
    mark.style.top = `${(area.top + top * area.height) * 100}%`;
    mark.style.width = `${Math.min(width, 1 - left) * area.width * 100}%`;
    mark.style.height = `${Math.min(height, 1 - top) * area.height * 100}%`;
  }

  /** @param {number | null} now */
  function tick(now) {
    const { view } = desk.state;
    view.observations.forEach((/** @type {any} */ one) => {
      const item = observations.querySelector(`[data-key="${CSS.escape(one.kind)}"] .chip__since`);
      if (item && now !== null) setText(item, t("observation.since", { clock: timeCode(now - one.since_ms) }));
    });
    const [words, more] = sentence(view);
    setText(message, words);
    show(hint, more);
    element.dataset.late = String(!more && words !== "" && !box.hidden);
    element.dataset.picture = String(live.shown(view));
  }

  /** What the frame says about itself, and whether a mark without a picture is explained. @param {any} view @returns {[string, boolean]} */
  function sentence(view) {
    if (view.status === "ended") return ["", false]; // said above the picture
    if (view.status === "waiting") return [t("picture.no_values"), false];
    if (view.mode !== "video") return [t(view.mode === "text" ? "picture.in_text" : "picture.by_voice"), false];
    if (view.connection.media !== "connected") return [t("picture.lost"), false];
    if (view.observations.some((/** @type {any} */ one) => one.kind === "camera_off")) return [t("picture.no_camera"), false];
    const pictured = live.shown(view);
    if (!desk.state.face) return [pictured ? "" : t("picture.no_values"), false];
    const age = performance.now() - desk.state.faceReceivedAt;
    if (age > LATE_MS) return [t("picture.late", { seconds: Math.round(age / 1000) }), false];
    if (pictured) return ["", false];
    return [t(live.connecting() ? "picture.connecting" : "picture.not_shown"), Boolean(desk.state.face.box)];
  }

  return { element, update, tick, toggleOverlay, close: live.close };
}

/** While it is held somebody can be seen and measured. @param {any} view */
function held(view) {
  return view.status === "running" || view.status === "paused";
}

function storedOverlay() {
  try {
    return localStorage.getItem(STORED_OVERLAY) !== "off";
  } catch {
    return true;
  }
}
