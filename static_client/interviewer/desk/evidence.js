// @ts-check
/** The quotes behind one dimension's score, beside the running picture; not modal, Esc closes it. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { scoreText } from "../context.js";
import { timeCode } from "./clock.js";
import { confidenceWord } from "./overlay.js";
import { linePath, s } from "./marks.js";

/** @typedef {import("./state.js").Competency} Competency */

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createEvidence(context, desk) {
  const { t, i18n } = context;
  const title = h("h2", { id: "evidence-title", class: "panel__title", dir: "auto", tabIndex: -1 });
  const summary = h("p", { class: "evidence__summary" });
  const why = h("p", { class: "evidence__why", dir: "auto" });
  const quotes = h("ol", { class: "evidence__quotes" });
  const none = h("p", { class: "quiet", text: () => t("scores.no_quotes") });
  const course = h("div", { class: "evidence__course" });
  const element = h("section", { class: "evidence", "aria-labelledby": title.id, hidden: true },
    h("div", { class: "panel__head" }, title,
      h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": () => t("app.close"), on: { click: close } }, icon("close"))),
    h("div", { class: "evidence__body", tabIndex: 0, role: "group", "aria-labelledby": title.id }, summary, course, why, none, quotes,
      h("p", { class: "quiet evidence__only", text: () => t("scores.evidence_only") })));
  let open_ = "";
  /** @type {Element | null} */
  let opener = null;
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });

  /** @param {string} competency */
  function open(competency) {
    opener = document.activeElement;
    open_ = competency;
    desk.focusOn(competency);
    draw();
    show(element, true);
    title.focus();
  }

  function close() {
    show(element, false);
    open_ = "";
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  /** @param {import("./state.js").DeskState} _state @param {Set<string>} changed */
  function update(_state, changed) {
    if (open_ && (changed.has("view") || changed.has("scores"))) draw();
  }

  function draw() {
    /** @type {Competency | undefined} */
    const one = desk.state.view?.competencies.find((/** @type {Competency} */ each) => each.id === open_);
    if (!one) return;
    const hidden = Boolean(one.hidden);
    const known = !hidden && one.score !== null && one.score !== undefined;
    setText(title, one.title);
    setText(summary, known
      ? `${scoreText(i18n, /** @type {number} */ (one.score))} / 10 · ${t("scores.confidence", { value: Math.round((one.confidence ?? 0) * 100) })} (${t(`scores.confidence.${confidenceWord(one.confidence ?? 0)}`)})`
      : t(hidden ? "scores.hidden" : "scores.none"));
    setText(why, one.reason && !hidden ? one.reason : "");
    show(why, Boolean(one.reason) && !hidden);
    show(none, one.quotes.length === 0);
    fill(quotes, one.quotes.map((quote) =>
      h("li", {},
        h("blockquote", { lang: desk.state.view.language === "zh" ? "zh-CN" : "en", dir: "auto", text: quote.text }),
        h("button", { type: "button", class: "time-link figure", "aria-label": () => t("scores.jump", { clock: timeCode(quote.start_ms) }), text: timeCode(quote.start_ms), on: { click: () => desk.jumpTo(quote.start_ms) } }))));
    drawCourse(hidden ? [] : desk.state.scores.get(one.id) ?? []);
  }

  /** @param {import("./state.js").ScorePoint[]} points */
  function drawCourse(points) {
    const first = points[0];
    const last = points[points.length - 1];
    show(course, points.length > 1);
    if (!first || !last || points.length < 2) return;
    const steps = points.flatMap((point, place) => {
      const before = points[place - 1];
      return before ? [{ at: point.at_ms, value: before.score }, { at: point.at_ms, value: point.score }] : [{ at: point.at_ms, value: point.score }];
    });
    steps.push({ at: Math.max(last.at_ms, desk.clock.now() ?? 0), value: last.score });
    const d = linePath(steps, { from: first.at_ms, to: Math.max(last.at_ms, desk.clock.now() ?? 0), low: 0, high: 10 });
    fill(course, h("span", { class: "quiet", text: () => t("scores.course") }),
      s("svg", { class: "course", viewBox: "0 0 100 32", preserveAspectRatio: "none", role: "img", "aria-label": points.map((point) => `${timeCode(point.at_ms)} ${point.score === null ? t("scores.none") : scoreText(i18n, point.score)}`).join(", ") },
        s("path", { d, class: "course__line", "vector-effect": "non-scaling-stroke" })));
  }

  return { element, update, open, close };
}
