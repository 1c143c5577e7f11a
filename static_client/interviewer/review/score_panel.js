// @ts-check
/** Scores of the report with their quotes, each a way to the second it was said. */
import { dotted } from "../../shared/bidi.js";
import { h } from "../../shared/dom.js";
import { scoreText } from "../context.js";
import { timeCode } from "../desk/clock.js";
import { confidenceWord } from "../desk/overlay.js";

/** @typedef {{text: string, start_ms: number, end_ms: number, question: string}} Quote */

/**
 * @param {import("../context.js").Context} context
 * @param {any} report as in scoring/report.schema.json; null if there is none for this reader
 * @param {string} why what is said instead of a report
 * @param {(ms: number) => void} jump
 */
export function createScorePanel(context, report, why, jump) {
  const { t, i18n } = context;
  const body = h("div", { class: "panel__scroll verdicts", tabIndex: 0, role: "group", "aria-labelledby": "verdicts-title" });
  const element = h("section", { class: "panel verdict-panel", "aria-labelledby": "verdicts-title" },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "verdicts-title", text: t("scores.title") }),
      h("span", { class: "quiet", text: report ? totalText() : "" })), body);
  if (report) body.append(...report.competencies.map(verdict), h("p", { class: "quiet verdicts__only", text: t("scores.evidence_only") }));
  else body.append(h("p", { class: "quiet verdicts__only", text: why }));

  function totalText() {
    const { score, weight_covered: weight } = report.total;
    return score === null ? t("scores.none") : `${t("scores.total")} ${scoreText(i18n, score)} · ${t("scores.total_weight", { weight })}`;
  }

  /** @param {any} one @param {number} index */
  function verdict(one, index) {
    const known = one.score !== null;
    const human = (report.human_scores ?? []).filter((/** @type {any} */ score) => score.competency === one.id);
    return h("article", { class: "verdict", "aria-labelledby": `verdict-${index}` },
      h("div", { class: "verdict__top" },
        h("h3", { class: `verdict__title verdict__title--${(index % 4) + 1}`, id: `verdict-${index}`, dir: "auto", text: one.title }),
        h("span", { class: "verdict__score figure" }, known ? `${scoreText(i18n, one.score)} / 10` : t("scores.none"))),
      known ? h("p", { class: "quiet" }, [
        t(`scores.confidence.${confidenceWord(one.confidence)}`),
        one.threshold ? t("scores.threshold", { value: scoreText(i18n, one.threshold) }) : "",
      ].filter(Boolean).join(" · ")) : h("p", { class: "quiet", text: t("scores.no_quotes") }),
      human.map((/** @type {any} */ score) => h("p", { class: "verdict__human", text: humanText(context, score) })),
      known && one.reason ? h("p", { class: "verdict__why", lang: langOf(report.language), dir: "auto", text: one.reason }) : null,
      quoteList(context, one.quotes, report.language, jump));
  }

  return { element };
}

/**
 * A person's score in one line. @param {import("../context.js").Context} context
 * @param {{by: string, name?: string, score: number | null, reason: string}} given
 */
export function humanText({ t, i18n }, { by, name, score, reason }) {
  return dotted([t("app.pair", { name: name || by, value: score === null ? t("scores.none") : scoreText(i18n, score) }), reason]);
}

/** @param {string} language */
export function langOf(language) {
  return language === "zh" ? "zh-CN" : "en";
}

/**
 * Quotes with their times.
 * @param {import("../context.js").Context} context @param {Quote[]} quotes @param {string} language
 * @param {(ms: number) => void} jump
 */
function quoteList(context, quotes, language, jump) {
  if (quotes.length === 0) return null;
  return h("ul", { class: "quotes" }, quotes.map((quote) => {
    const clock = timeCode(quote.start_ms);
    const button = h("button", { type: "button", class: "time-link figure", "aria-label": context.t("review.go_to", { clock }), text: clock, on: { mousedown: (/** @type {Event} */ event) => event.preventDefault() } });
    return h("li", { class: "quotes__one", on: { click: () => { if (getSelection()?.isCollapsed ?? true) jump(quote.start_ms); } } },
      h("blockquote", { lang: langOf(language), dir: "auto", text: quote.text }), button);
  }));
}
