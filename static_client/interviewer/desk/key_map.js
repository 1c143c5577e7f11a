// @ts-check
/**
 * Keys. One letter each, never while somebody types or a dialog is open, and all of them can be switched
 * off (WCAG 2.1.4). `?` shows them.
 */
import { h, setText } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";

/** @typedef {"help" | "search" | "now" | "overlay" | "send" | "dismiss" | "talk" | "ask" | "note" | "bookmark" | "marks" | "more_time" | "chat" | "control" | "pause" | "skip" | "end" | "previous" | "next" | "quotes" | "board" | "lobby"} Action */
/** @typedef {Record<Action, () => void> & {level: (level: number) => void}} Actions */

/** @type {Record<string, Action>} */
const KEYS = {
  "?": "help", "/": "search", g: "now", o: "overlay", f: "send", x: "dismiss", t: "talk", a: "ask", n: "note",
  p: "pause", s: "skip", e: "end", "[": "previous", "]": "next", q: "quotes", v: "board", l: "lobby",
  b: "bookmark", i: "marks", m: "more_time", c: "chat", w: "control",
};
/** @type {{group: "see" | "act" | "panel" | "score", keys: [string, string][]}[]} */
const SHOWN = [
  { group: "see", keys: [["/", "search"], ["g", "now"], ["o", "overlay"], ["v", "board"], ["l", "lobby"], ["?", "help"]] },
  { group: "act", keys: [["f", "send"], ["x", "dismiss"], ["t", "talk"], ["a", "ask"], ["m", "more_time"], ["p", "pause"], ["s", "skip"], ["e", "end"]] },
  { group: "panel", keys: [["n", "note"], ["b", "bookmark"], ["i", "marks"], ["c", "chat"], ["w", "control"]] },
  { group: "score", keys: [["1 – 5", "level"], ["[", "previous"], ["]", "next"], ["q", "quotes"]] },
];
const STORED = "viva.interviewer.keys";

/** @param {import("../context.js").Context} context @param {Actions} actions */
export function createKeyMap(context, actions) {
  const { t } = context;
  let on = storedSwitch();
  const switchWord = h("span");
  const switcher = h("button", { type: "button", class: "button button--dense", role: "switch", on: { click: toggle } }, h("span", { text: t("keys.switch") }), " ", switchWord);
  const close = h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": t("app.close"), on: { click: () => element.close() } }, icon("close"));
  const element = h("dialog", { class: "dialog keys", "aria-labelledby": "keys-title" },
    h("div", { class: "panel__head" }, h("h2", { id: "keys-title", text: t("keys.title") }), close),
    h("div", { class: "keys__groups" }, SHOWN.map(({ group, keys }) =>
      h("section", {}, h("h3", { class: "panel__title", text: t(`keys.group.${group}`) }),
        h("dl", { class: "keys__list" }, keys.map(([key, action]) =>
          h("div", { class: "keys__row" }, h("dt", {}, h("kbd", { class: "key", text: key })), h("dd", { text: context.word(`keys.${action}`, action) }))))))),
    h("div", { class: "keys__foot" }, switcher, h("p", { class: "quiet", text: t("keys.hint") })));
  showSwitch();

  function toggle() {
    on = !on;
    try { localStorage.setItem(STORED, on ? "on" : "off"); } catch { /* holds for this visit */ }
    showSwitch();
  }
  function showSwitch() {
    switcher.setAttribute("aria-checked", String(on));
    setText(switchWord, t(on ? "keys.switch_on" : "keys.switch_off"));
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = /** @type {HTMLElement | null} */ (event.target);
    if (typing(target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" ) {
      event.preventDefault();
      open();
      return;
    }
    if (!on) return;
    const level = Number(event.key);
    const action = KEYS[event.key.toLowerCase()];
    if (level >= 1 && level <= 5) {
      event.preventDefault();
      actions.level(level);
    } else if (action) {
      event.preventDefault();
      actions[action]();
    }
  }

  function open() {
    element.showModal();
    close.focus();
  }

  return {
    element, open,
    /** @returns {() => void} */
    listen() {
      document.addEventListener("keydown", pressed);
      return () => document.removeEventListener("keydown", pressed);
    },
  };
}

/** @param {HTMLElement | null} target */
function typing(target) {
  if (!target) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}

function storedSwitch() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}
