// @ts-check
/**
 * Delivery as four small charts against the person's own baseline. Hints for the conversation, never scores.
 *
 * Drawn as SVG by hand: four lines of a few hundred points at four a second need no chart library, and a
 * path carries its meaning in its label for people who do not see it (docs/decisions/).
 */
import { fill, h, setText } from "../../shared/dom.js";
import { AT_BASELINE, differenceText } from "./baseline.js";
import { linePath, s } from "./marks.js";

/** The charts show the last minutes. */
const WINDOW_MS = 5 * 60 * 1000;

/** @typedef {{at_ms: number, [field: string]: any}} Sample */
/**
 * @typedef {object} Chart
 * @property {"pace" | "pauses" | "volume" | "talk"} id
 * @property {(sample: Sample) => number | null} value
 * @property {(sample: Sample) => number | null} baseline
 * @property {number} least the smallest span the scale shows, so that noise stays small
 */

/** @type {Chart[]} */
const CHARTS = [
  { id: "pace", value: (one) => one.pace, baseline: (one) => one.pace_baseline, least: 60 },
  { id: "pauses", value: (one) => one.pause_share, baseline: () => null, least: 0.3 },
  { id: "volume", value: (one) => one.volume_dbfs, baseline: (one) => one.volume_baseline_dbfs, least: 12 },
  { id: "talk", value: (one) => one.talk_share, baseline: () => null, least: 0.5 },
];

/** @param {import("../context.js").Context} context */
export function createChartsPanel(context) {
  const { t } = context;
  const drawn = CHARTS.map((chart) => createChart(context, chart));
  const element = h("section", { class: "panel charts", "aria-labelledby": "charts-title" },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "charts-title", text: () => t("charts.title") }), h("span", { class: "quiet charts__hint", title: () => t("charts.hint"), text: () => t("charts.hint") })),
    h("div", { class: "charts__row" }, drawn.map((one) => one.element)));

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("delivery")) return;
    const last = state.delivery[state.delivery.length - 1];
    const from = (last?.at_ms ?? 0) - WINDOW_MS;
    const samples = state.delivery.filter((sample) => sample.at_ms >= from);
    for (const one of drawn) one.show(samples);
  }
  for (const one of drawn) one.show([]);
  return { element, update };
}

/** @param {string} text @returns {[string, string]} */
const same = (text) => [text, text];

/** @param {import("../context.js").Context} context @param {Chart} chart */
function createChart(context, chart) {
  const { t, i18n } = context;
  const value = h("span", { class: "chart__value figure" });
  const unit = h("span", { class: "chart__unit" });
  const against = h("span", { class: "chart__against figure" });
  const line = s("path", { class: "chart__line", "vector-effect": "non-scaling-stroke" });
  const base = s("path", { class: "chart__base", "vector-effect": "non-scaling-stroke" });
  const svg = s("svg", { class: "chart__svg", viewBox: "0 0 100 32", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, base, line);
  const element = h("div", { class: "chart" },
    h("div", { class: "chart__top" }, h("span", { class: "chart__name", text: () => t(`charts.${chart.id}`) }), against),
    h("span", { class: "chart__now" }, value, unit));
  element.append(svg);

  /** @param {Sample[]} samples */
  function show(samples) {
    const last = samples[samples.length - 1];
    const now = last ? chart.value(last) : null;
    const baseline = last ? chart.baseline(last) : null;
    setText(value, now === null || now === undefined ? "–" : figure(now));
    setText(unit, now === null || now === undefined ? t("charts.none") : unitText(last));
    const [short, full] = againstText(now ?? null, baseline ?? null, last);
    fill(against, h("span", { "aria-hidden": "true", text: short }), h("span", { class: "sr-only", text: full }));
    against.title = full;
    const points = samples.map((sample) => ({ at: sample.at_ms, value: chart.value(sample) ?? null }));
    const first = points[0];
    const end = points[points.length - 1];
    if (!first || !end) {
      line.setAttribute("d", "");
      base.setAttribute("d", "");
      return;
    }
    const range = { from: first.at, to: Math.max(end.at, first.at + 30_000), ...span(points, baseline ?? null) };
    line.setAttribute("d", linePath(points, range));
    base.setAttribute("d", baseline === null || baseline === undefined ? "" : linePath([{ at: range.from, value: baseline }, { at: range.to, value: baseline }], range));
  }

  /** @param {{value: number | null}[]} points @param {number | null} baseline */
  function span(points, baseline) {
    const known = points.flatMap((point) => (point.value === null ? [] : [point.value]));
    if (baseline !== null) known.push(baseline);
    const low = Math.min(...known, Infinity);
    const high = Math.max(...known, -Infinity);
    if (!Number.isFinite(low)) return { low: 0, high: 1 };
    const spare = Math.max(0, chart.least - (high - low)) / 2;
    return { low: low - spare, high: high + spare };
  }

  /** @param {number} now */
  function figure(now) {
    if (chart.id === "pauses" || chart.id === "talk") return i18n.number(Math.round(now * 100));
    return i18n.number(Math.round(now)).replace("-", "−");
  }

  /** @param {Sample | undefined} last */
  function unitText(last) {
    if (chart.id === "pace") return t(last?.pace_unit === "characters_per_minute" ? "charts.pace_characters" : "charts.pace_words");
    return chart.id === "volume" ? "dBFS" : `% ${t("charts.of_time")}`;
  }

  /** In short and in full. @param {number | null} now @param {number | null} baseline @param {Sample | undefined} last @returns {[string, string]} */
  function againstText(now, baseline, last) {
    if (now === null || chart.id === "talk") return ["", ""];
    if (chart.id === "pauses") {
      if (!last?.longest_pause_ms) return ["", ""];
      return same(t("charts.longest", { seconds: i18n.number(last.longest_pause_ms / 1000, { maximumFractionDigits: 1 }) }));
    }
    if (chart.id === "volume" && last?.clipping_share > 0.01) return same(t("charts.clipping"));
    if (baseline === null) return ["", t("charts.no_baseline")];
    const change = differenceText(i18n, chart.id === "volume" ? "volume" : "pace", now, baseline);
    return [change, change === AT_BASELINE ? t("charts.at_baseline") : t("charts.against", { change })];
  }

  return { element, show };
}
