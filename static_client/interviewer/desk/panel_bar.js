// @ts-check
/** One line about the panel: who has control, who else is here, and the way from one to the other. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { timeCode } from "./clock.js";
import { nameOf, othersHere, panelOf, steers } from "./people.js";

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk @param {HTMLElement} chatToggle */
export function createPanelBar(context, desk, chatToggle) {
  const { t } = context;
  const who = h("span", { class: "panel-bar__who" });
  const waiting = h("span", { class: "quiet figure" });
  const ask = h("button", { type: "button", class: "button button--dense", "aria-keyshortcuts": "w", text: () => t("panel.ask"), on: { click: () => void send("ask_control") } });
  const asked = h("span", { class: "quiet", text: () => t("panel.asked") });
  const take = h("button", { type: "button", class: "button button--dense", "aria-keyshortcuts": "w", text: () => t("panel.take"), on: { click: () => void send("take_control") } });
  const handOver = h("button", { type: "button", class: "button button--dense", "aria-expanded": "false", "aria-keyshortcuts": "w", text: () => t("panel.hand_over"), on: { click: toggleNames } });
  const here = h("p", { class: "quiet panel-bar__here" });
  const names = h("div", { class: "panel-bar__names", role: "group", "aria-label": () => t("panel.hand_over") });
  const outcome = h("p", { class: "panel-bar__outcome", role: "status" });
  const element = h("section", { class: "panel panel-bar", "aria-label": () => t("panel.title") },
    h("div", { class: "panel-bar__line" }, h("span", { class: "panel-bar__state" }, icon("person"), who), waiting, asked, ask, take, handOver, chatToggle),
    here, names, outcome);
  let namesShown = false;
  let drawn = "";
  /** @type {string | null | undefined} */
  let controller;
  /** @type {string[]} */
  let asking = [];

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    announce(state.view);
    draw();
  }

  function draw() {
    const { view } = desk.state;
    const panel = panelOf(view);
    const mine = panel.controller === panel.me;
    const others = othersHere(view);
    const heirs = others.filter((one) => one.conducts);
    const holder = panel.people.find((one) => one.id === panel.controller);
    const name = panel.controller === null ? "" : nameOf(context, view, panel.controller);
    const away = holder && !holder.here ? ` (${t("panel.gone")})` : "";
    setText(who, mine ? t("panel.you_control") : panel.controller === null ? t("panel.nobody") : t("panel.controls", { name }) + away);
    element.dataset.mine = String(mine);
    const watches = panel.conducts && !mine && panel.controller !== null;
    const hasAsked = panel.asking.includes(panel.me);
    show(ask, watches && !hasAsked && panel.take_after_ms === null);
    show(asked, watches && hasAsked && panel.take_after_ms === null);
    show(handOver, mine && heirs.length > 0);
    if (!mine || heirs.length === 0) namesShown = false;
    handOver.setAttribute("aria-expanded", String(namesShown));
    const present = others.filter((one) => one.id !== panel.controller);
    setText(here, present.length ? t("panel.here", { names: present.map((one) => isolated(nameOf(context, view, one.id))).join(context.i18n.language === "zh" ? "、" : ", ") }) : "");
    show(here, present.length > 0);
    drawNames(mine ? heirs : [], panel.asking);
    tick(desk.clock.now());
  }

  /** Whoever asks has a button at once, the others when they are looked for. @param {import("./people.js").Person[]} others @param {string[]} askers */
  function drawNames(others, askers) {
    const offered = others.filter((one) => namesShown || askers.includes(one.id));
    show(names, offered.length > 0);
    const key = JSON.stringify([offered, askers, context.i18n.language]);
    if (key === drawn) return;
    drawn = key;
    fill(names, offered.map((one) => {
      const name = nameOf(context, desk.state.view, one.id);
      const asks = askers.includes(one.id);
      return h("div", { class: "panel-bar__name" },
        asks ? h("span", { text: () => t("panel.asks", { name }) }) : null,
        h("button", { type: "button", class: `button button--dense${asks ? " button--primary" : ""}`, text: () => t("panel.hand_over_to", { name }), on: { click: () => void send("hand_over", { to: one.id }) } }));
    }));
  }

  /** @param {number | null} now */
  function tick(now) {
    const panel = panelOf(desk.state.view);
    const watches = panel.conducts && panel.controller !== panel.me && panel.controller !== null;
    const left = panel.take_after_ms === null ? null : panel.take_after_ms - (now ?? panel.take_after_ms);
    show(take, watches && left !== null && left <= 0);
    setText(waiting, watches && left !== null && left > 0 ? t("panel.take_in", { clock: timeCode(left + 999) }) : "");
  }

  function toggleNames() {
    namesShown = !namesShown;
    draw();
    if (namesShown) names.querySelector("button")?.focus();
  }

  /** @param {string} command @param {Record<string, unknown>} [fields] */
  async function send(command, fields) {
    const problem = await desk.command(command, fields);
    setText(outcome, problem ? t("panel.failed", { problem }) : "");
    if (!problem) namesShown = false;
    if (!problem && document.activeElement === document.body) chatToggle.focus();
  }

  /** What changed about control is said once. @param {any} view */
  function announce(view) {
    const panel = panelOf(view);
    const first = controller === undefined;
    if (!first && panel.controller !== controller && panel.controller !== null) {
      context.say(panel.controller === panel.me ? t("panel.now_you") : t("panel.now_other", { name: nameOf(context, view, panel.controller) }));
    }
    const fresh = panel.asking.filter((one) => !asking.includes(one) && one !== panel.me);
    if (!first && fresh[0]) context.say(t("panel.asks", { name: nameOf(context, view, fresh[0]) }));
    controller = panel.controller;
    asking = panel.asking;
  }

  return {
    element, update, tick,
    /** The one key: what of asking, taking and handing over is possible now. */
    act() {
      const first = names.querySelector("button");
      if (!take.hidden) take.click();
      else if (!ask.hidden) ask.click();
      else if (!names.hidden && first) first.focus();
      else if (!handOver.hidden) toggleNames();
    },
    /** Why this desk may not change the interview; "" if it may. @returns {string} */
    refusal() {
      const { view } = desk.state;
      if (steers(view)) return "";
      const panel = panelOf(view);
      if (!panel.conducts) return t("panel.only_watching");
      return t("panel.refused", { name: nameOf(context, view, panel.controller ?? "") });
    },
  };
}
