// @ts-check
/** Two finished interviews for one job side by side: what is known of each, and what can be told apart. */
import { dotted } from "../../shared/bidi.js";
import { fill, h, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { languageSwitch, themeSwitch } from "../../shared/theme.js";
import { scoreText } from "../context.js";
import { fetchReport } from "../review/sources.js";
import { langOf } from "../review/score_panel.js";
import { pairReports } from "./pairing.js";
import { createRows } from "./rows.js";

/** @typedef {import("../context.js").Context} Context */
/** @typedef {import("./pairing.js").Pairing} Pairing */
/** @typedef {import("./pairing.js").Unknown} Unknown */
/** @typedef {{id: string, name: string, language: string}} Side */

/** @param {Context} context @param {string} first @param {string} second */
export function openComparison(context, first, second) {
  const { t } = context;
  document.title = `${t("compare.title")} · Viva`;
  const state = h("p", { class: "quiet", role: "status", text: t("compare.loading") });
  const again = h("button", { type: "button", class: "button", hidden: true, text: t("app.retry"), on: { click: () => void load() } });
  const print = h("button", { type: "button", class: "button button--dense", hidden: true, text: t("report.print"), on: { click: () => globalThis.print() } });
  const body = h("div", { class: "compare__body" });
  const element = h("div", { class: "compare" },
    h("header", { class: "report-bar" },
      h("a", { class: "button button--dense button--quiet", href: "#/" }, icon("leave"), t("header.back")),
      h("div", { class: "row" }, print, languageSwitch(context.i18n), themeSwitch(context.i18n))),
    h("main", { class: "compare__main" }, h("h1", { text: t("compare.title") }), state, again, body));
  let closed = false;
  void load();

  async function load() {
    show(again, false);
    show(state, true);
    state.textContent = t("compare.loading");
    const [[one, oneState], [other, otherState]] = await Promise.all([fetchReport(first, context.token), fetchReport(second, context.token)]);
    if (closed) return;
    if (!one || !other) {
      refuse([oneState, otherState]);
      return;
    }
    const pairing = pairReports(one, other);
    if (!pairing.sameJob) {
      state.textContent = t("compare.other_job");
      return;
    }
    show(state, false);
    show(print, true);
    fill(body, comparison(context, [sideOf(first, one), sideOf(second, other)], pairing, one));
    document.title = dotted([one.interview?.candidate, other.interview?.candidate, t("compare.title")]);
  }

  /** Nothing of either is shown until both may be seen: one number alone would pull the other. @param {string[]} states */
  function refuse(states) {
    const why = states.includes("hidden") ? "hidden" : states.includes("missing") ? "missing" : "failed";
    state.textContent = t(`compare.${why}`);
    const links = [first, second].filter((_, place) => states[place] === "hidden")
      .map((id) => h("a", { class: "button", href: `#/interview/${encodeURIComponent(id)}`, text: t("compare.to_desk") }));
    fill(body, links);
    show(again, why !== "hidden");
  }

  /** @param {string} id @param {any} report @returns {Side} */
  function sideOf(id, report) {
    return { id, name: report.interview?.candidate || t("header.candidate"), language: report.language };
  }

  return { element, close() { closed = true; } };
}

/** @param {Context} context @param {[Side, Side]} sides @param {Pairing} pairing @param {any} report */
function comparison(context, sides, pairing, report) {
  const { t } = context;
  const rows = createRows(context, sides);
  return [
    h("p", { class: "compare__job", lang: langOf(report.language), dir: "auto", text: dotted([report.job_title, report.company]) }),
    h("div", { class: "notice" }, icon("info"), h("div", {}, h("p", { text: t("compare.how") }), h("p", { text: t("compare.no_rank") }))),
    pairing.sameVersion ? null : h("div", { class: "notice notice--caution" }, icon("caution"), h("p", { text: t("compare.other_version") })),
    h("div", { class: "pair pair--names" }, sides.map((side) =>
      h("h2", { class: "pair__name" }, h("a", { href: `#/interview/${encodeURIComponent(side.id)}/review`, "aria-label": t("compare.review_of", { name: side.name }), dir: "auto", text: side.name })))),
    totals(),
    h("h2", { text: t("compare.dimensions") }),
    pairing.rows.map(rows.competency),
    h("h2", { text: t("compare.coverage") }),
    pairing.questions.map(rows.question),
    h("h2", { text: t("compare.unknown") }),
    h("div", { class: "pair" }, sides.map((side, place) => unknown(side, /** @type {Unknown} */ (pairing.unknown[place])))),
    pairing.limits.length === 0 ? null : h("section", { class: "compare__row" }, h("h3", { class: "pair__list-name", text: t("compare.both_limits") }),
      h("ul", { class: "pair__list", lang: langOf(report.language) }, pairing.limits.map((one) => h("li", { dir: "auto", text: one })))),
  ].flat();

  function totals() {
    const verdict = pairing.sameWeights ? rows.verdict(pairing.total) : h("p", { class: "verdict-line", text: t("compare.other_weights") });
    return h("section", { class: "compare__row", "aria-label": t("scores.total") },
      h("div", { class: "compare__head" }, h("h3", { text: t("scores.total") }), verdict),
      h("div", { class: "pair" }, sides.map((side, place) => {
        const { score, weight } = /** @type {{score: number | null, weight: number}} */ (pairing.totals[place]);
        return h("div", { class: "pair__side" }, rows.nameOf(side),
          h("p", { class: "pair__score figure", text: score === null ? t("scores.none") : `${scoreText(context.i18n, score)} / 10` }),
          h("p", { class: "quiet", text: t("scores.total_weight", { weight: context.i18n.number(weight) }) }));
      })));
  }

  /** @param {Side} side @param {Unknown} one */
  function unknown(side, one) {
    const lists = /** @type {[import("../context.js").WordKey, string[]][]} */ ([
      ["compare.no_dimension", one.dimensions], ["compare.no_scale", one.scales],
      ["compare.not_asked", one.notAsked], ["compare.not_answered", one.notAnswered], ["compare.limits", one.limits],
    ]).filter(([, items]) => items.length > 0);
    return h("section", { class: "pair__side", "aria-label": side.name }, rows.nameOf(side),
      lists.length === 0 ? h("p", { class: "quiet", text: t("compare.nothing_unknown") }) : lists.map(([key, items]) => [
        h("h3", { class: "pair__list-name", text: t(key) }),
        h("ul", { class: "pair__list", lang: langOf(side.language) }, items.map((item) => h("li", { dir: "auto", text: item }))),
      ]).flat());
  }
}
