// @ts-check
/**
 * Suggested follow-ups, at most three, each with its quote and reason; below them, so
 * that they move nothing, what to notice now.
 *
 * Cards keep their places: a new one is put last, a settled one stays for a moment with what became of it.
 * So nothing moves under the pointer of somebody about to press a button.
 */
import { h, setText, show } from "../../shared/dom.js";
import { keyed } from "../keyed.js";
import { timeCode } from "./clock.js";
import { createNoticed } from "./noticed.js";
import { createOwnQuestion } from "./own_question.js";
import { steers } from "./people.js";
import { createPromptCard } from "./prompt_card.js";

/** @typedef {import("./state.js").FollowUp} FollowUp */
/** @typedef {import("./prompt_card.js").Card} Card */

const MOST = 3;
/** What became of a suggestion stays in view this long. */
const SETTLED_MS = 4000;
/** A press so soon after one suggestion took another's place was meant for the other. */
const MEANT_FOR_OTHER_MS = 700;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createPromptsPanel(context, desk) {
  const { t } = context;
  const list = h("ol", { class: "prompts__list" });
  const none = h("p", { class: "quiet prompts__none" });
  const asked = h("ol", { class: "prompts__asked", "aria-label": () => t("prompts.asked"), hidden: true });
  const more = h("span", { class: "quiet" });
  const own = createOwnQuestion(context, desk);
  const noticed = createNoticed(context);
  const autopilot = h("button", { type: "button", role: "switch", class: "prompts__autopilot", data: { needs: "control" }, "aria-checked": "true", title: () => t("autopilot.hint"), text: () => t("autopilot.on"), on: { click: () => void switchAutopilot() } });
  const element = h("section", { class: "panel prompts", "aria-labelledby": "prompts-title" },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "prompts-title", text: () => t("prompts.title") }), more, autopilot, own.opener),
    own.form, none, asked, list, noticed.element);
  /** @type {Card[]} */
  let cards = [];
  let expanded = "";
  let heard = false;
  /** Where a suggestion stood that a better one replaces; -1: nowhere. */
  let vacant = -1;
  let switching = false;

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    noticed.update(state.view);
    autopilot.setAttribute("aria-checked", String(asksItself()));
    autopilot.disabled = switching || !steers(state.view); // who watches sees it all the same
    show(autopilot, state.view.status !== "ended");
    /** @type {FollowUp[]} */
    const all = [...state.view.follow_ups].sort((a, b) => a.at_ms - b.at_ms);
    for (const followUp of all) if (isReplaced(followUp)) leave(followUp);
    for (const followUp of all) merge(followUp);
    vacant = -1;
    const ids = new Set(all.map((one) => one.id));
    cards = cards.filter((card) => ids.has(card.id) || card.settledAt > 0);
    heard = true;
    draw();
  }

  const asksItself = () => desk.state.view.autopilot !== false;

  /** Who asks the follow-ups: Viva, or only the interviewer. */
  async function switchAutopilot() {
    autopilot.disabled = switching = true;
    const problem = await desk.command("autopilot", { on: !asksItself() });
    switching = false;
    autopilot.disabled = !steers(desk.state.view);
    autopilot.focus();
    if (problem) context.say(t("command.failed", { problem }));
  }

  /** @param {FollowUp} one */
  const isReplaced = (one) => one.state === "withdrawn" && one.withdrawn_because === "replaced";

  /** A replaced suggestion goes at once, and the better one stands in its place; not while somebody edits it. @param {FollowUp} followUp */
  function leave(followUp) {
    const place = cards.findIndex((one) => one.id === followUp.id && one.settledAt === 0 && !one.editing && !one.doing);
    if (place < 0) return;
    cards.splice(place, 1);
    vacant = place;
    if (expanded === followUp.id) expanded = "vacant";
  }

  /** @param {FollowUp} followUp */
  function merge(followUp) {
    const card = cards.find((one) => one.id === followUp.id);
    if (card) {
      card.followUp = followUp;
      if (followUp.state !== "proposed" && card.settledAt === 0) card.settledAt = performance.now();
    } else if (followUp.state === "proposed") {
      const place = vacant < 0 ? cards.length : vacant;
      cards.splice(place, 0, { id: followUp.id, followUp, settledAt: 0, doing: "", problem: "", editing: false, tookPlaceAt: vacant < 0 ? 0 : performance.now() });
      if (vacant >= 0 && expanded === "vacant") expanded = followUp.id;
      vacant = -1;
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
    drawAsked(shown.length === 0);
    own.follow(desk.state.view);
    setText(more, cards.length > MOST ? t("prompts.more", { count: cards.length - MOST }) : "");
    keyed(list, shown, (card) => card.id, create, (item, card) => /** @type {any} */ (item).update(card));
  }

  /** While nothing is suggested: what was asked in this answer. @param {boolean} idle */
  function drawAsked(idle) {
    const { question, follow_ups: all } = desk.state.view;
    const past = idle && question ? all.filter((/** @type {FollowUp} */ one) => one.state === "asked" && one.question === question.id) : [];
    show(asked, past.length > 0);
    keyed(asked, past, (/** @type {FollowUp} */ one) => one.id, (one) => h("li", { class: "prompts__past" },
      h("span", { class: "quiet", text: () => t("prompts.sent") }),
      h("span", { class: "prompts__past-text", lang: desk.state.view.language === "zh" ? "zh-CN" : "en", dir: "auto", text: one.text }),
      h("button", { type: "button", class: "time-link figure", "aria-label": () => t("scores.jump", { clock: timeCode(one.at_ms) }), text: timeCode(one.at_ms), on: { click: () => desk.jumpTo(one.at_ms) } })), () => {});
  }

  /** @param {Card} card @param {"follow_up" | "dismiss"} command @param {string} [text] in other words than suggested */
  async function act(card, command, text) {
    if (card.doing || card.settledAt) return;
    if (card.tookPlaceAt && performance.now() - card.tookPlaceAt < MEANT_FOR_OTHER_MS) return;
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
    return createPromptCard(context, desk.state.view.language, first, {
      card: () => cards.find((one) => one.id === first.id) ?? first,
      isOpen: () => expanded === first.id,
      open: () => { expanded = first.id; draw(); },
      redraw: draw,
      act: (command, text) => void act(cards.find((one) => one.id === first.id) ?? first, command, text),
    });
  }

  const open = () => visible().find((card) => card.id === expanded && !card.settledAt) ?? visible().find((card) => !card.settledAt);
  return {
    element, update, tick,
    askOwn: own.open,
    sendFirst() { const card = open(); if (card) void act(card, "follow_up"); },
    dismissFirst() { const card = open(); if (card) void act(card, "dismiss"); },
  };
}
