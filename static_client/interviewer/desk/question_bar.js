// @ts-check
/** The open question with its place, and the timer that warns and never cuts. */
import { dotted } from "../../shared/bidi.js";
import { h, setText, show } from "../../shared/dom.js";
import { timeCode } from "./clock.js";

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createQuestionBar(context, desk) {
  const { t } = context;
  const place = h("span", { class: "eyebrow" });
  const text = h("p", { class: "ask__text", dir: "auto" });
  const label = h("span", { class: "ask__label" });
  const time = h("span", { class: "ask__time figure" });
  const fillBar = h("div", { class: "meter__fill" });
  const bar = h("div", { class: "meter ask__meter", "aria-hidden": "true" }, fillBar);
  const timer = h("div", { class: "ask__timer", role: "timer", "aria-live": "off" }, h("div", { class: "ask__clock" }, label, time), bar);
  const element = h("section", { class: "ask", "aria-label": () => t("header.question_title") },
    h("div", { class: "ask__words" }, place, text), timer);

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    const { view } = state;
    const { question } = view;
    const practice = view.phase === "practice" || view.practice;
    setText(place, question ? heading(question, practice) : "");
    const words = view.follow_up?.text ?? question?.rephrased ?? question?.text ?? nothing(view);
    setText(text, view.follow_up ? t("header.follow_up", { text: words }) : words);
    text.title = words;
    text.lang = view.language === "zh" ? "zh-CN" : "en";
    tick(desk.clock.now());
  }

  /** @param {any} question @param {boolean} practice */
  function heading(question, practice) {
    if (practice) return t("header.practice");
    const count = t("header.question", { index: question.index, total: question.total });
    return dotted([count, question.stage]);
  }

  /** @param {any} view */
  function nothing(view) {
    if (view.status === "waiting") return t("desk.waiting", { name: view.candidate || t("desk.the_candidate") });
    if (view.status === "ended") return t("desk.ended");
    return t("header.no_question");
  }

  /** @param {number | null} now */
  function tick(now) {
    const { view } = desk.state;
    const hold = view?.hold ? view.hold.until_ms : null;
    const deadline = view?.deadline ?? null;
    const running = now !== null && view?.status === "running" && (hold !== null || deadline !== null);
    show(timer, running);
    if (!running || now === null) return;
    const ends = hold ?? deadline.ends_at_ms;
    const left = ends - now;
    const over = left < 0;
    setText(label, hold !== null ? t("header.hold")
      : deadline.kind === "think" ? t("header.thinking_left")
        : t(over ? "header.answer_over" : "header.answer_left"));
    setText(time, over ? `+${timeCode(-left)}` : timeCode(left));
    const share = hold !== null || !deadline?.length_ms ? 0 : Math.min(1, Math.max(0, 1 - left / deadline.length_ms));
    show(bar, hold === null);
    fillBar.style.setProperty("--value", share.toFixed(3));
    element.dataset.rail = hold === null && deadline.kind === "answer" ? (over ? "reached" : left < 30000 ? "soon" : "none") : "none";
  }

  return { element, update, tick };
}
