// @ts-check
/**
 * Suggested follow-ups, at most three, each with its quote and reason.
 *
 * Cards keep their places: a new one is put last, a settled one stays for a moment with what became of it.
 * So nothing moves under the pointer of somebody about to press a button.
 */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";
import { createOwnQuestion } from "./own_question.js";

/** @typedef {import("./state.js").FollowUp} FollowUp */
/**
 * @typedef {object} Card
 * @property {string} id
 * @property {FollowUp} followUp
 * @property {number} settledAt when it was decided, on the page's clock; 0 while it is open
 * @property {string} doing the command under way
 * @property {string} problem
 * @property {boolean} editing
 */

const MOST = 3;
/** What became of a suggestion stays in view this long. */
const SETTLED_MS = 4000;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createPromptsPanel(context, desk) {
  const { t } = context;
  const list = h("ol", { class: "prompts__list" });
  const none = h("p", { class: "quiet prompts__none" });
  const more = h("span", { class: "quiet" });
  const own = createOwnQuestion(context, desk);
  const element = h("section", { class: "panel prompts", "aria-labelledby": "prompts-title" },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "prompts-title", text: t("prompts.title") }), more, own.opener),
    own.form, none, list);
  /** @type {Card[]} */
  let cards = [];
  let expanded = "";
  let heard = false;

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    /** @type {FollowUp[]} */
    const all = [...state.view.follow_ups].sort((a, b) => a.at_ms - b.at_ms);
    for (const followUp of all) merge(followUp);
    const ids = new Set(all.map((one) => one.id));
    cards = cards.filter((card) => ids.has(card.id) || card.settledAt > 0);
    heard = true;
    draw();
  }

  /** @param {FollowUp} followUp */
  function merge(followUp) {
    const card = cards.find((one) => one.id === followUp.id);
    if (card) {
      card.followUp = followUp;
      if (followUp.state !== "proposed" && card.settledAt === 0) card.settledAt = performance.now();
    } else if (followUp.state === "proposed") {
      cards.push({ id: followUp.id, followUp, settledAt: 0, doing: "", problem: "", editing: false });
      if (heard) context.say(t("prompts.new", { text: followUp.text }));
    }
  }

  function tick() {
    const before = cards.length;
    const now = performance.now();
    cards = cards.filter((card) => card.settledAt === 0 || now - card.settledAt < SETTLED_MS);
    if (cards.length !== before) draw();
  }

  /** The cards in view: of more than three, the oldest that nobody looks at give way. */
  function visible() {
    const spare = cards.length - MOST;
    if (spare <= 0) return cards;
    const leaving = new Set(cards.filter((card) => card.id !== expanded).slice(0, spare));
    return cards.filter((card) => !leaving.has(card));
  }

  function draw() {
    const shown = visible();
    if (!shown.some((card) => card.id === expanded)) expanded = (shown.find((card) => card.settledAt === 0) ?? shown[0])?.id ?? "";
    const status = desk.state.view.status;
    show(none, shown.length === 0);
    setText(none, t(status === "ended" ? "prompts.ended" : "prompts.none"));
    own.allow(status === "running" && Boolean(desk.state.view.question));
    setText(more, cards.length > MOST ? t("prompts.more", { count: cards.length - MOST }) : "");
    keyed(list, shown, (card) => card.id, create, (item, card) => /** @type {any} */ (item).update(card));
  }

  /** @param {Card} card @param {"follow_up" | "dismiss"} command @param {string} [text] in other words than suggested */
  async function act(card, command, text) {
    if (card.doing || card.settledAt) return;
    card.doing = command;
    card.problem = "";
    draw();
    const problem = await desk.command(command, { follow_up: card.id, ...(text ? { text } : {}) });
    card.doing = "";
    if (problem) card.problem = problem;
    else {
      card.settledAt = performance.now();
      card.editing = false;
      card.followUp = { ...card.followUp, text: text ?? card.followUp.text, state: command === "dismiss" ? "withdrawn" : "asked" };
    }
    context.say(problem ? t("prompts.failed", { problem }) : t(command === "dismiss" ? "prompts.dismissed" : "prompts.sent"));
    draw();
  }

  /** @param {Card} first */
  function create(first) {
    const { id, followUp } = first;
    const lang = desk.state.view.language === "zh" ? "zh-CN" : "en";
    const kind = h("span", { class: "prompt__kind", text: context.word(`prompts.kind.${followUp.kind}`, followUp.kind) });
    const headline = h("span", { class: "prompt__text", lang });
    const summary = h("button", { type: "button", class: "prompt__summary", on: { click: () => { expanded = id; draw(); } } }, kind, headline);
    const quote = h("p", { class: "prompt__quote", lang }, icon("quote"), h("span", { class: "sr-only", text: `${t("prompts.quote")}: ` }), h("q", { text: followUp.quote }));
    const reason = h("p", { class: "prompt__reason", lang, text: followUp.reason });
    const send = h("button", { type: "button", class: "button button--dense button--primary", on: { click: () => send_() } }, icon("send"), t("prompts.send"));
    const edit = h("button", { type: "button", class: "button button--dense", text: t("prompts.edit"), on: { click: () => { find().editing = !find().editing; draw(); if (find().editing) field.focus(); } } });
    const field = h("textarea", { class: "input input--dense prompt__field", lang, maxLength: 500, rows: 2, "aria-label": t("prompts.edit_label"), value: followUp.text });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send_();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        find().editing = false;
        draw();
        edit.focus();
      }
    });
    const dismiss = h("button", { type: "button", class: "button button--dense", text: t("prompts.dismiss"), on: { click: () => void act(find(), "dismiss") } });
    const outcome = h("p", { class: "prompt__outcome" });
    const details = h("div", { class: "prompt__details" }, h("div", { class: "prompt__why" }, field, quote, reason, outcome), h("div", { class: "prompt__actions" }, send, edit, dismiss));
    const item = h("li", { class: "prompt" }, summary, details);
    const find = () => cards.find((one) => one.id === id) ?? first;

    function send_() {
      const card = find();
      const words = card.editing ? field.value.trim() : "";
      void act(card, "follow_up", words && words !== card.followUp.text ? words : undefined);
    }

    /** What became of it, in words. @param {FollowUp} one */
    function became(one) {
      if (one.state === "asked") return t("prompts.sent");
      return context.word(`prompts.withdrawn.${one.withdrawn_because ?? "dismissed"}`, t("prompts.dismissed"));
    }

    /** @param {Card} card */
    function update_(card) {
      const open = card.id === expanded;
      const settled = card.settledAt > 0;
      setText(headline, card.followUp.text);
      summary.setAttribute("aria-expanded", String(open));
      show(details, open);
      item.classList.toggle("prompt--open", open);
      item.classList.toggle("prompt--settled", settled);
      show(send, !settled);
      show(dismiss, !settled);
      show(edit, !settled);
      show(field, card.editing && !settled);
      edit.setAttribute("aria-pressed", String(card.editing));
      send.disabled = edit.disabled = dismiss.disabled = Boolean(card.doing);
      setText(outcome, settled ? became(card.followUp)
        : card.problem ? t("prompts.failed", { problem: card.problem }) : card.doing ? t("prompts.sending") : "");
      outcome.classList.toggle("prompt__outcome--problem", Boolean(card.problem) && !settled);
    }
    return Object.assign(item, { update: update_ });
  }

  const open = () => visible().find((card) => card.id === expanded && !card.settledAt) ?? visible().find((card) => !card.settledAt);
  return {
    element, update, tick,
    askOwn: own.open,
    sendFirst() { const card = open(); if (card) void act(card, "follow_up"); },
    dismissFirst() { const card = open(); if (card) void act(card, "dismiss"); },
  };
}
