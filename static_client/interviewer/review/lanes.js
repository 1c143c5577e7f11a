// @ts-check
/** One lane of the timeline: a name with its value at the playhead, and a strip on the common clock. */
import { h, setText } from "../../shared/dom.js";
import { linePath, s } from "../desk/marks.js";
import { lastBegun, thinned } from "./tracks.js";

/** @typedef {import("./tracks.js").Tracks} Tracks */
/** @typedef {{from: number, to: number}} Range */
/** @typedef {{at: number, text: string}} Hit what stands at a place of the lane, to be read and jumped to */
/**
 * @typedef {object} Lane
 * @property {string} id
 * @property {HTMLElement} label
 * @property {HTMLElement} strip
 * @property {(ms: number) => void} at tell the value at the playhead
 * @property {(ms: number, nearMs: number) => Hit | null} hit
 */

/** Points of a course: more than the widest strip has pixels would be drawn over each other. */
const POINTS = 700;

/** @param {string} id @param {string} name @param {"" | "high"} [height] */
export function laneFrame(id, name, height = "") {
  const value = h("span", { class: "lane__value figure" });
  const label = h("div", { class: `lane__label${height ? ` lane__label--${height}` : ""}` }, h("span", { class: "lane__name", dir: "auto", text: name, title: name }), value);
  const strip = h("div", { class: `lane lane--${id}${height ? ` lane--${height}` : ""}` });
  return { id, label, strip, value };
}

/** Put an element where its time is. @param {HTMLElement} element @param {Range} range @param {number} from @param {number} [to] */
export function place(element, range, from, to) {
  const length = Math.max(1, range.to - range.from);
  const share = (/** @type {number} */ ms) => Math.min(1, Math.max(0, (ms - range.from) / length)) * 100;
  element.style.left = `${share(from).toFixed(3)}%`;
  if (to !== undefined) element.style.width = `${Math.max(0, share(to) - share(from)).toFixed(3)}%`;
  return element;
}

/**
 * Stretches, drawn as blocks.
 * @template {{from: number, to: number}} T
 * @param {{id: string, label: HTMLElement, strip: HTMLElement, value: HTMLElement}} frame
 * @param {Range} range @param {T[]} stretches
 * @param {{kind: (one: T) => string, inside?: (one: T) => string, text: (one: T) => string, value: (active: T[]) => string}} how
 * @returns {Lane}
 */
export function stretchLane({ id, label, strip, value }, range, stretches, how) {
  for (const one of stretches) {
    strip.append(place(h("span", { class: `block block--${how.kind(one)}`, text: how.inside?.(one) ?? "" }), range, one.from, one.to));
  }
  return {
    id, label, strip,
    at(ms) {
      const text = how.value(stretches.filter((one) => ms >= one.from && ms < one.to));
      setText(value, text);
      value.title = text;
    },
    hit(ms, nearMs) {
      const one = stretches.findLast((each) => ms >= each.from - nearMs && ms <= each.to + nearMs);
      return one ? { at: one.from, text: how.text(one) } : null;
    },
  };
}

/**
 * Moments, drawn as marks whose form tells their kind.
 * @template {{at: number, kind: string}} T
 * @param {{id: string, label: HTMLElement, strip: HTMLElement, value: HTMLElement}} frame
 * @param {Range} range @param {T[]} moments @param {(one: T) => string} text
 * @returns {Lane}
 */
export function momentLane({ id, label, strip, value }, range, moments, text) {
  for (const one of moments) strip.append(place(h("span", { class: `moment moment--${one.kind}` }), range, one.at));
  setText(value, moments.length > 0 ? String(moments.length) : "–");
  return {
    id, label, strip, at() {},
    hit(ms, nearMs) {
      const one = nearest(moments, ms, nearMs);
      return one ? { at: one.at, text: text(one) } : null;
    },
  };
}

/**
 * A course of values with, where there is one, its baseline.
 * @param {{id: string, label: HTMLElement, strip: HTMLElement, value: HTMLElement}} frame
 * @param {Range} range
 * @param {{points: {at: number, value: number | null}[], baseline?: {at: number, value: number | null}[], least: number, figure: (value: number) => string, none: string, series?: number}} course
 * @returns {Lane}
 */
export function courseLane({ id, label, strip, value }, range, { points, baseline = [], least, figure, none, series = 1 }) {
  const thin = thinned(points, range.from, range.to, POINTS);
  const base = thinned(baseline, range.from, range.to, POINTS);
  const known = [...thin, ...base].flatMap((one) => (one.value === null ? [] : [one.value]));
  const low = Math.min(...known);
  const high = Math.max(...known);
  const spare = Math.max(0, least - (high - low)) / 2;
  const scale = { from: range.from, to: Math.max(range.to, range.from + 1), low: low - spare, high: high + spare };
  if (known.length > 0) strip.append(drawing(s("path", { class: "course__base", d: linePath(base, scale), "vector-effect": "non-scaling-stroke" }), s("path", { class: `course__line course__line--${series}`, d: linePath(thin, scale), "vector-effect": "non-scaling-stroke" })));
  return {
    id, label, strip,
    at(ms) {
      const last = points[lastBegun(points, ms, (one) => one.at)];
      setText(value, last?.value === null || last === undefined ? none : figure(last.value));
    },
    hit() { return null; },
  };
}

/**
 * A score as a stair from 0 to 10, with a tick for every quote that carries it.
 * @param {{id: string, label: HTMLElement, strip: HTMLElement, value: HTMLElement}} frame
 * @param {Range} range
 * @param {{points: {at: number, score: number | null}[], quotes: {start_ms: number, text: string}[], threshold: number | null, figure: (score: number) => string, none: string, series: number}} course
 * @returns {Lane}
 */
export function scoreLane({ id, label, strip, value }, range, { points, quotes, threshold, figure, none, series }) {
  const stair = points.flatMap((point, index) => {
    const before = points[index - 1];
    return before ? [{ at: point.at, value: before.score }, { at: point.at, value: point.score }] : [{ at: point.at, value: point.score }];
  });
  const last = points[points.length - 1];
  if (last) stair.push({ at: Math.max(range.to, last.at), value: last.score });
  const scale = { from: range.from, to: Math.max(range.to, range.from + 1), low: 0, high: 10 };
  const paths = [s("path", { class: `course__line course__line--${series}`, d: linePath(stair, scale), "vector-effect": "non-scaling-stroke" })];
  if (threshold !== null) {
    const line = [{ at: scale.from, value: threshold }, { at: scale.to, value: threshold }];
    paths.unshift(s("path", { class: "course__base", d: linePath(line, scale), "vector-effect": "non-scaling-stroke" }));
  }
  strip.append(drawing(...paths));
  for (const quote of quotes) strip.append(place(h("span", { class: `moment moment--quote moment--series-${series}` }), range, quote.start_ms));
  return {
    id, label, strip,
    at(ms) {
      const now = points[lastBegun(points, ms, (one) => one.at)];
      setText(value, now?.score === null || now === undefined ? none : figure(now.score));
    },
    hit(ms, nearMs) {
      const one = nearest(quotes.map((quote) => ({ at: quote.start_ms, text: quote.text })), ms, nearMs);
      return one ? { at: one.at, text: `“${one.text}”` } : null;
    },
  };
}

/** @template {{at: number}} T @param {T[]} items @param {number} ms @param {number} nearMs @returns {T | null} */
function nearest(items, ms, nearMs) {
  let best = null;
  for (const one of items) {
    if (Math.abs(one.at - ms) <= nearMs && (!best || Math.abs(one.at - ms) < Math.abs(best.at - ms))) best = one;
  }
  return best;
}

/** @param {...SVGElement} paths */
function drawing(...paths) {
  return s("svg", { class: "lane__drawing", viewBox: "0 0 100 32", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, ...paths);
}
