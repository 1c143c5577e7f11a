// @ts-check
/** The plan of questions, what state each is in, and which parts of a good answer have been given. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";

/** @typedef {import("./state.js").PlanItem} PlanItem */

const STAR = /** @type {const} */ (["situation", "task", "action", "result"]);

/** @type {Record<PlanItem["state"], import("../../shared/icons.js").IconName>} */
const STATE_ICONS = { open: "circle", asked: "think", answering: "mic", done: "ok", skipped: "leave" };

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createPlanPanel(context, desk) {
  const { t } = context;
  const list = h("ol", { class: "plan__list" });
  const element = h("section", { class: "panel plan", "aria-labelledby": "plan-title" },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "plan-title", text: () => t("plan.title") })),
    h("div", { class: "panel__scroll", tabIndex: 0, role: "group", "aria-labelledby": "plan-title" }, list));
  let current = "";

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    keyed(list, state.view.plan, (/** @type {PlanItem} */ item) => item.id, create,
      (element_, item, place) => /** @type {any} */ (element_).update(item, place));
    const now = state.view.question?.id ?? "";
    if (now !== current) {
      current = now;
      list.querySelector(`[data-key="${CSS.escape(now)}"]`)?.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {PlanItem} first */
  function create(first) {
    const glyph = h("span", { class: "plan__glyph" });
    const words = h("span", { class: "plan__text", lang: desk.state.view.language === "zh" ? "zh-CN" : "en" });
    const state = h("span", { class: "sr-only" });
    const star = h("ul", { class: "star", "aria-label": "STAR" });
    const points = h("span", { class: "plan__points" });
    const left = h("span", { class: "plan__left" });
    const details = h("ul", { class: "plan__details" });
    const button = h("button", { type: "button", class: "plan__jump", title: first.text, on: { click: () => desk.jumpToQuestion(first.id) } },
      glyph, words, state);
    const item = h("li", { class: "plan__item" }, button,
      h("div", { class: "plan__coverage" }, star, points, left), details);
    let shown = "";

    /** @param {PlanItem} question @param {number} place */
    function update_(question, place) {
      const key = JSON.stringify([question, place, context.i18n.language]);
      if (key === shown) return;
      shown = key;
      item.dataset.state = question.state;
      const now = question.state === "asked" || question.state === "answering";
      if (now) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
      fill(glyph, icon(STATE_ICONS[question.state] ?? "circle"));
      setText(words, `${place + 1}. ${isolated(question.text)}`);
      setText(state, `, ${t(`plan.state.${question.state}`)}`);
      button.disabled = question.state === "open";
      drawCoverage(question, now);
    }

    /** @param {PlanItem} question @param {boolean} now */
    function drawCoverage(question, now) {
      const named = new Set([...question.covered, ...question.missing]);
      const parts = question.state === "open" ? [] : STAR.filter((part) => named.has(part)); // nothing to show yet
      fill(star, parts.map((part) => mark(part, question.covered.includes(part))));
      show(star, parts.length > 0);
      const isPoint = (/** @type {string} */ part) => !(/** @type {readonly string[]} */ (STAR)).includes(part);
      const covered = question.covered.filter(isPoint);
      const missing = question.missing.filter(isPoint);
      const total = covered.length + missing.length;
      setText(points, total > 0 && now ? t("plan.points_of", { covered: covered.length, total }) : "");
      setText(left, now ? t("plan.follow_ups_left", { count: question.follow_ups_left }) : "");
      show(details, now && total > 0);
      fill(details, now ? [...covered.map((part) => point(part, true)), ...missing.map((part) => point(part, false))] : []);
    }
    return Object.assign(item, { update: update_ });
  }

  /** @param {(typeof STAR)[number]} part @param {boolean} covered */
  function mark(part, covered) {
    const words = `${t(`plan.${part}`)}: ${t(covered ? "plan.covered" : "plan.missing")}`;
    const element_ = h("li", { class: `star__part${covered ? " star__part--covered" : ""}`, title: words },
      h("span", { "aria-hidden": "true", text: () => t(`plan.${part}_short`) }),
      h("span", { class: "sr-only", text: words }));
    if (covered) element_.append(icon("check"));
    return element_;
  }

  /** @param {string} text @param {boolean} covered */
  function point(text, covered) {
    return h("li", { class: `point${covered ? " point--covered" : ""}` }, icon(covered ? "check" : "circle"), h("span", { dir: "auto", text }),
      h("span", { class: "sr-only", text: `: ${t(covered ? "plan.covered" : "plan.missing")}` }));
  }

  return { element, update };
}
