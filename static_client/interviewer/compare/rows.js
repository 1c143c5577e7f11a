// @ts-check
/** The rows of a comparison: one dimension with its scales, one question with what was covered. */
import { h } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { scoreText } from "../context.js";
import { timeCode } from "../desk/clock.js";
import { s } from "../desk/marks.js";
import { confidenceWord } from "../desk/overlay.js";
import { humanText, langOf } from "../review/score_panel.js";

/** @typedef {import("./pairing.js").Verdict} Verdict */
/** @typedef {import("./pairing.js").Judged} Judged */
/** @typedef {import("./pairing.js").Scale} Scale */
/** @typedef {import("./pairing.js").Quote} Quote */
/** @typedef {import("./compare.js").Side} Side */

const STAR = /** @type {const} */ (["situation", "task", "action", "result"]);

/** @param {import("../context.js").Context} context @param {[Side, Side]} sides */
export function createRows(context, sides) {
  const { t, i18n } = context;
  const one = (/** @type {number} */ value) => scoreText(i18n, value);

  /** The name on either side; on wide pages the columns tell it already. @param {Side} side */
  function nameOf(side) {
    return h("p", { class: "pair__who", dir: "auto", text: side.name });
  }

  /** @param {Verdict} found */
  function verdict(found) {
    if (found.kind === "unknown") {
      const missing = found.missing === "both" ? null : sides[found.missing === "first" ? 0 : 1];
      return h("p", { class: "verdict-line verdict-line--unknown", text: missing ? t("compare.verdict.unknown", { name: missing.name }) : t("compare.verdict.both_unknown") });
    }
    return h("p", { class: `verdict-line verdict-line--${found.kind}`, text: t(`compare.verdict.${found.kind}`, { difference: one(found.difference), margin: one(found.margin) }) });
  }

  /** @param {import("./pairing.js").Row} row */
  function competency(row) {
    const nothing = row.verdict.kind === "unknown" && row.verdict.missing === "both"; // then of its parts as well
    const weight = [t("scores.weight", { weight: i18n.number(row.weight) }), row.threshold ? t("scores.threshold", { value: one(row.threshold) }) : ""].filter(Boolean).join(" · ");
    return h("section", { class: "compare__row", "aria-label": row.title },
      h("div", { class: "compare__head" }, h("h3", { dir: "auto", text: row.title }), h("span", { class: "quiet", text: weight }), verdict(row.verdict)),
      h("div", { class: "pair" }, sides.map((side, place) => judged(side, row.sides[place] ?? null))),
      row.scales.length > 0 && !nothing ? h("div", { class: "scales" }, row.scales.map(scale)) : null);
  }

  /** @param {Side} side @param {Judged | null} found */
  function judged(side, found) {
    const score = found?.score ?? null;
    return h("div", { class: "pair__side" }, nameOf(side),
      score === null || !found
        ? [h("p", { class: "pair__score pair__score--none", text: t("scores.none") }), h("p", { class: "quiet", text: t("scores.no_quotes") })]
        : [h("p", { class: "pair__score figure", text: `${one(score)} / 10` }), interval(score, found.margin ?? 10),
          h("p", { class: "quiet", text: `${t("scores.confidence", { value: Math.round(found.confidence * 100) })} (${t(`scores.confidence.${confidenceWord(found.confidence)}`)}) · ${t("compare.margin", { margin: one(found.margin ?? 10) })}` }),
          found.reason ? h("p", { class: "pair__why", lang: langOf(side.language), dir: "auto", text: found.reason }) : null],
      found?.human.map((human) => h("p", { class: "pair__human", text: humanText(context, human) })) ?? [],
      quotes(side, found?.quotes ?? []));
  }

  /** @param {Side} side @param {Quote[]} found */
  function quotes(side, found) {
    if (found.length === 0) return null;
    return h("ul", { class: "pair__quotes" }, found.map((quote) => {
      const clock = timeCode(quote.start_ms);
      return h("li", {}, h("blockquote", { lang: langOf(side.language), dir: "auto", text: quote.text }),
        h("a", { class: "figure", href: `#/interview/${encodeURIComponent(side.id)}/review/${quote.start_ms}`, "aria-label": t("compare.hear", { clock, name: side.name }), text: clock }));
    }));
  }

  /** @param {import("./pairing.js").ScaleRow} row */
  function scale(row) {
    return h("section", { class: "scale", "aria-label": row.title },
      h("div", { class: "compare__head" }, h("h4", { dir: "auto", text: row.title }), verdict(row.verdict)),
      h("div", { class: "pair" }, sides.map((side, place) => {
        const found = row.sides[place];
        const level = found?.level ?? null;
        return h("div", { class: "pair__side" }, nameOf(side),
          h("p", { class: `scale__level figure${level === null ? " pair__score--none" : ""}`, text: level === null ? t("scores.none") : t("compare.level", { level: one(level) }) }),
          found?.anchor ? h("p", { class: "quiet", lang: langOf(side.language), dir: "auto", text: found.anchor }) : null);
      })));
  }

  /** @param {import("./pairing.js").QuestionRow} row @param {number} place */
  function question(row, place) {
    return h("section", { class: "compare__row", "aria-label": t("compare.question", { n: place + 1 }) },
      h("div", { class: "compare__head" }, h("h3", { class: "compare__question" }, h("span", { class: "quiet figure", text: `${place + 1}. ` }), h("span", { dir: "auto", text: row.text }))),
      h("div", { class: "pair" }, sides.map((side, index) => covered(side, row.sides[index] ?? null))));
  }

  /** @param {Side} side @param {import("./pairing.js").Covered | null} found */
  function covered(side, found) {
    const asked = found !== null && found.state !== "not_asked";
    const answered = found?.state === "answered";
    return h("div", { class: "pair__side" }, nameOf(side),
      answered ? null : h("p", { class: "quiet", text: t(asked ? "compare.was_not_answered" : "compare.was_not_asked") }),
      answered && found ? h("ul", { class: "covered" },
        STAR.filter((part) => part in found.star).map((part) => item(side, t(`plan.${part}`), found.star[part] ?? null)),
        found.points.map((point) => item(side, point.text, point.quote))) : null);
  }

  /** @param {Side} side @param {string} name @param {Quote | null} quote */
  function item(side, name, quote) {
    const clock = quote ? timeCode(quote.start_ms) : "";
    return h("li", { class: `covered__one${quote ? " covered__one--said" : ""}` }, icon(quote ? "check" : "circle"),
      h("span", {}, h("span", { dir: "auto", text: name }), h("span", { class: "sr-only", text: `: ${t(quote ? "plan.covered" : "plan.missing")}` })),
      quote ? h("a", { class: "figure", href: `#/interview/${encodeURIComponent(side.id)}/review/${quote.start_ms}`, "aria-label": t("compare.hear", { clock, name: side.name }), text: clock }) : null);
  }

  return { nameOf, verdict, competency, question };
}

/** A score and how far it may be off, on a line from 0 to 10. @param {number} score @param {number} margin */
function interval(score, margin) {
  const from = Math.max(0, score - margin) * 10;
  const to = Math.min(10, score + margin) * 10;
  return s("svg", { class: "interval", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    s("rect", { class: "interval__ground", x: 0, y: 3.5, width: 100, height: 1 }),
    s("rect", { class: "interval__range", x: from, y: 2, width: Math.max(0.5, to - from), height: 4 }),
    s("rect", { class: "interval__score", x: Math.max(0, score * 10 - 0.5), y: 0, width: 1, height: 8 }));
}
