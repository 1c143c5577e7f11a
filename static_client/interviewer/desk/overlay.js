// @ts-check
/** The live scores over the picture: each dimension with its confidence and course; each opens its quotes. */
import { dotted } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { keyed } from "../keyed.js";
import { timeCode } from "./clock.js";
import { confidenceDots, scoreBar, trendMark } from "./marks.js";
import { newestEvidence, trend } from "./state.js";

/** @typedef {import("./state.js").Competency} Competency */

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createOverlay(context, desk) {
  const { t, i18n } = context;
  const list = h("ul", { class: "overlay__list" });
  const totalValue = h("span", { class: "overlay__total-value figure" });
  const totalHint = h("span", { class: "overlay__total-hint" });
  const newestWords = h("q", { class: "overlay__quote", dir: "auto" });
  const newestFrom = h("span", { class: "overlay__from figure" });
  const newest = h("button", { type: "button", class: "overlay__newest", hidden: true, on: { click: () => desk.showEvidence(newestFor) } },
    h("span", { class: "overlay__label", text: () => t("scores.newest") }), " ", newestWords, " ", newestFrom);
  const element = h("div", { class: "overlay" },
    h("div", { class: "overlay__scores" },
      h("div", { class: "overlay__total" }, h("span", { class: "overlay__title", text: () => t("scores.total") }), totalValue, totalHint), list),
    newest);
  let newestFor = "";

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view") && !changed.has("scores")) return;
    const { total, competencies } = state.view;
    const hidden = competencies.some((/** @type {Competency} */ one) => one.hidden);
    const known = total?.score !== null && total?.score !== undefined;
    setText(totalValue, known ? scoreText(i18n, total.score) : "–");
    setText(totalHint, hidden && !known ? t("scores.hidden_short") : known ? t("scores.total_weight", { weight: total.weight_covered }) : t("scores.none_short"));
    keyed(list, competencies, (/** @type {Competency} */ one) => one.id, create, (item, one) => {
      /** @type {any} */ (item).update(one, trend(state.scores.get(one.id) ?? []));
    });
    showNewest(state.view);
  }

  /** The words that came last as evidence. @param {any} view */
  function showNewest(view) {
    const found = newestEvidence(view.competencies);
    show(newest, Boolean(found));
    if (!found) return;
    const { competency, quote } = found;
    newestFor = competency.id;
    setText(newestWords, quote.text);
    newestWords.lang = view.language === "zh" ? "zh-CN" : "en";
    setText(newestFrom, dotted([competency.title, timeCode(quote.start_ms)]));
    newest.title = quote.text;
  }

  /** @param {Competency} first */
  function create(first) {
    const value = h("span", { class: "overlay__value figure" });
    const course = h("span", { class: "overlay__trend" });
    const sure = h("span", { class: "overlay__sure", "aria-hidden": "true" });
    const bar = scoreBar();
    const words = h("span", { class: "sr-only" });
    const button = h("button", { type: "button", class: "overlay__one", on: { click: () => desk.showEvidence(first.id) } },
      h("span", { class: "overlay__title", "aria-hidden": "true", dir: "auto", text: first.title }),
      h("span", { class: "overlay__line", "aria-hidden": "true" }, value, course, sure), bar.element, words);

    /** @param {Competency} one @param {"up" | "down" | "steady" | "none"} direction */
    function show_(one, direction) {
      const hidden = Boolean(one.hidden);
      const known = !hidden && one.score !== null && one.score !== undefined;
      const text = known ? scoreText(i18n, /** @type {number} */ (one.score)) : hidden ? t("scores.hidden") : t("scores.none");
      const level = confidenceWord(one.confidence ?? 0);
      const confidence = known ? t(`scores.confidence.${level}`) : "";
      setText(value, known ? text : "–");
      fill(course, known ? trendMark(direction) : null);
      if (known) fill(sure, confidenceDots(level), h("span", { class: "overlay__word", text: () => t(`scores.sure.${level}`) }));
      else setText(sure, hidden ? t("scores.hidden_short") : t("scores.none_short"));
      button.title = dotted([one.title, text, confidence]);
      bar.show(known ? one.score : null, one.confidence ?? 0, one.threshold ?? null);
      setText(words, t("scores.open", {
        title: one.title, score: text, confidence: confidence || t("scores.none_short"), trend: t(`scores.trend.${known ? direction : "none"}`),
      }));
      show(course, known);
    }
    return Object.assign(h("li", {}, button), { update: show_ });
  }

  return { element, update };
}

/** @param {number} confidence 0–1 @returns {"low" | "medium" | "high"} */
export function confidenceWord(confidence) {
  if (confidence < 0.4) return "low";
  return confidence < 0.7 ? "medium" : "high";
}
