// @ts-check
/**
 * Everything of one interview on one timeline. Press anywhere to go there; drag to move the playhead.
 *
 * For whoever does not see it the timeline is one slider; everything drawn here stands in the transcript as
 * well, in words and with its time.
 */
import { dotted } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { timeCode } from "../desk/clock.js";
import { place } from "./lanes.js";

/** @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {import("./lanes.js").Range} Range */

/** Pressed nearer than this to something, that is meant, pixels. */
const NEAR_PX = 7;
const ZOOMS = [1, 2, 4, 8];
/** Distances of the time marks, seconds. */
const STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
/** Room for one time mark, pixels. */
const MARK_PX = 50;
const STEP_MS = 5000;
const PAGE_MS = 30_000;

/**
 * @param {import("../context.js").Context} context
 * @param {Range} range
 * @param {Lane[]} lanes
 * @param {{seek: (ms: number) => void, describe: (ms: number) => string}} acts `describe`: where that is, in words
 */
export function createTimelineView(context, range, lanes, acts) {
  const { t } = context;
  const length = Math.max(1, range.to - range.from);
  const axis = h("div", {
    class: "axis", role: "slider", tabIndex: 0, "aria-label": t("review.playhead"), "aria-orientation": "horizontal",
    "aria-valuemin": 0, "aria-valuemax": Math.round(length / 1000), "aria-keyshortcuts": "ArrowLeft ArrowRight",
    on: { keydown: pressed },
  });
  const head = h("div", { class: "playhead", "aria-hidden": "true" });
  const tip = h("div", { class: "tip", "aria-hidden": "true", hidden: true });
  const strips = h("div", { class: "strips" }, axis, lanes.map((lane) => lane.strip), head);
  const scroll = h("div", { class: "timeline__scroll" }, strips);
  const closer = zoomButton("review.zoom_in", "+", 1);
  const wider = zoomButton("review.zoom_out", "−", -1);
  const labels = h("div", { class: "timeline__labels" },
    h("div", { class: "lane__label lane__label--axis" }, wider, closer), lanes.map((lane) => lane.label));
  const element = h("section", { class: "timeline", "aria-label": t("review.timeline") }, labels,
    h("div", { class: "timeline__field" }, scroll, tip));
  let zoom = 1;
  let shown = NaN;
  let told = "";
  let dragging = false;
  showZoom();
  const resized = new ResizeObserver(drawAxis);
  resized.observe(strips);

  strips.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    strips.setPointerCapture(event.pointerId);
    acts.seek(hitAt(event)?.at ?? msAt(event));
  });
  strips.addEventListener("pointermove", (event) => {
    if (dragging) acts.seek(msAt(event));
    showTip(event);
  });
  for (const name of ["pointerup", "pointercancel"]) strips.addEventListener(name, () => { dragging = false; });
  strips.addEventListener("pointerleave", () => show(tip, false));

  /** @param {import("../context.js").WordKey} key @param {string} sign @param {1 | -1} by */
  function zoomButton(key, sign, by) {
    return h("button", { type: "button", class: "zoom", "aria-label": t(key), title: t(key), text: sign, on: { click: () => setZoom(by) } });
  }

  /** @param {1 | -1} by */
  function setZoom(by) {
    const next = ZOOMS[ZOOMS.indexOf(zoom) + by];
    if (!next) return;
    zoom = next;
    strips.style.width = `${zoom * 100}%`;
    showZoom();
    keepInView(true);
  }

  function showZoom() {
    for (const [button, edge] of /** @type {[HTMLElement, number | undefined][]} */ ([[closer, ZOOMS.at(-1)], [wider, ZOOMS[0]]])) {
      button.setAttribute("aria-disabled", String(zoom === edge));
    }
  }

  function drawAxis() {
    const most = Math.max(1, Math.floor(strips.clientWidth / MARK_PX));
    const step = STEPS_S.find((seconds) => length / 1000 / seconds <= most) ?? 3600;
    const first = Math.ceil(range.from / 1000 / step) * step * 1000;
    const marks = [];
    for (let at = first; at <= range.to; at += step * 1000) marks.push(place(h("span", { class: "axis__mark figure", text: timeCode(at) }), range, at));
    fill(axis, marks);
  }

  /** @param {PointerEvent} event @returns {number} */
  function msAt(event) {
    const box = strips.getBoundingClientRect();
    const share = box.width > 0 ? (event.clientX - box.left) / box.width : 0;
    return range.from + Math.min(1, Math.max(0, share)) * length;
  }

  /** @param {PointerEvent} event */
  function hitAt(event) {
    const nearMs = (NEAR_PX / Math.max(1, strips.getBoundingClientRect().width)) * length;
    const under = lanes.find((lane) => {
      const box = lane.strip.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY < box.bottom;
    });
    return under?.hit(msAt(event), nearMs) ?? null;
  }

  /** @param {PointerEvent} event */
  function showTip(event) {
    const hit = dragging ? null : hitAt(event);
    const ms = hit?.at ?? msAt(event);
    setText(tip, dotted([timeCode(ms), hit?.text]));
    show(tip, true);
    const field = /** @type {HTMLElement} */ (tip.parentElement).getBoundingClientRect();
    const left = event.clientX - field.left;
    tip.style.left = `${Math.min(Math.max(0, left - tip.offsetWidth / 2), Math.max(0, field.width - tip.offsetWidth))}px`;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const now = Number.isNaN(shown) ? range.from : shown;
    const to = {
      ArrowLeft: now - STEP_MS, ArrowDown: now - STEP_MS, ArrowRight: now + STEP_MS, ArrowUp: now + STEP_MS,
      PageDown: now - PAGE_MS, PageUp: now + PAGE_MS, Home: range.from, End: range.to,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    acts.seek(to);
  }

  /** @param {boolean} always */
  function keepInView(always) {
    if (zoom === 1 || (dragging && !always)) return;
    const at = ((shown - range.from) / length) * strips.offsetWidth;
    const from = scroll.scrollLeft;
    if (always || at < from || at > from + scroll.clientWidth) scroll.scrollLeft = at - scroll.clientWidth / 3;
  }

  /** Once a second, so that nobody who listens is talked over. @param {number} ms */
  function tell(ms) {
    const second = String(Math.floor((ms - range.from) / 1000));
    if (second === told) return;
    told = second;
    axis.setAttribute("aria-valuenow", second);
    axis.setAttribute("aria-valuetext", acts.describe(ms));
  }

  /** @param {number} ms the playhead */
  function at(ms) {
    if (ms === shown) return;
    shown = ms;
    place(head, range, ms);
    tell(ms);
    for (const lane of lanes) lane.at(ms);
    keepInView(false);
  }

  return { element, at, close: () => resized.disconnect() };
}
