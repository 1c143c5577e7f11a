// @ts-check
/** Small drawings in SVG: score bar, trend arrow, course line. Shapes carry the meaning; colour only helps. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag @param {Record<string, string | number>} attributes @param {...SVGElement} children
 * @returns {SVGElement}
 */
export function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A bar from 0 to 10: solid by the score, hatched thin when confidence is low, a tick at the threshold. */
export function scoreBar() {
  const value = s("rect", { class: "bar__value", x: 0, y: 2, width: 0, height: 4, rx: 2 });
  const tick = s("rect", { class: "bar__threshold", x: 0, y: 0, width: 1.5, height: 8 });
  const element = s("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    s("rect", { class: "bar__ground", x: 0, y: 2, width: 100, height: 4, rx: 2 }), value, tick);

  /** @param {number | null} score @param {number} confidence @param {number | null} threshold */
  function show(score, confidence, threshold) {
    value.setAttribute("width", String(score === null ? 0 : score * 10));
    value.setAttribute("opacity", String(0.45 + 0.55 * confidence));
    tick.setAttribute("x", String(threshold === null ? -10 : threshold * 10 - 0.75));
  }
  return { element, show };
}

const TREND_PATHS = { up: "M3 11 8 5l5 6", down: "M3 5l5 6 5-6", steady: "M3 8h10M9 4l4 4-4 4", none: "" };

/** @param {"up" | "down" | "steady" | "none"} direction */
export function trendMark(direction) {
  return s("svg", { class: `trend trend--${direction}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    s("path", { d: TREND_PATHS[direction], fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}

/** Confidence as one, two or three filled dots. @param {"low" | "medium" | "high"} confidence */
export function confidenceDots(confidence) {
  const filled = confidence === "low" ? 1 : confidence === "medium" ? 2 : 3;
  const dots = [0, 1, 2].map((place) => s("circle", { class: place < filled ? "dots__one dots__one--on" : "dots__one", cx: 3 + place * 9, cy: 3, r: 2.5 }));
  return s("svg", { class: "dots", viewBox: "0 0 24 6", "aria-hidden": "true", focusable: "false" }, ...dots);
}

/**
 * A line through samples over time, as an SVG path in a box of 100 × 32; gaps where nothing is known.
 * @param {{at: number, value: number | null}[]} samples
 * @param {{from: number, to: number, low: number, high: number}} range
 */
export function linePath(samples, range) {
  const across = 100 / Math.max(1, range.to - range.from);
  const up = 28 / Math.max(1e-6, range.high - range.low);
  let path = "";
  let pen = "M";
  for (const { at, value } of samples) {
    if (value === null) {
      pen = "M";
      continue;
    }
    const x = (at - range.from) * across;
    const y = 30 - (Math.min(range.high, Math.max(range.low, value)) - range.low) * up;
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
}
