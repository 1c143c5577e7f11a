// @ts-check
/**
 * Keys of a page. One each, never while somebody types or a dialog is open, and all of them can be switched
 * off (WCAG 2.1.4). `?` shows them.
 */
import { fill, h, sayAgain } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

const STORED = "viva.interviewer.keys";

/**
 * @template {string} A
 * @typedef {object} KeyMap
 * @property {Record<string, A>} keys what each key does, by `KeyboardEvent.key` in small letters
 * @property {{group: "see" | "act" | "panel" | "score" | "play", keys: [string, string][]}[]} shown key and word of each row of the list
 * @property {(action: string) => boolean} [lists] whether a row is shown; all are without it
 */

/** What answers a key itself when it has the focus. @type {Record<string, string>} */
const OWN_KEYS = {
  " ": "button, a, summary, input, [role=slider]",
  arrowleft: "input, [role=slider]", arrowright: "input, [role=slider]",
};

/**
 * @template {string} A
 * @param {import("./context.js").Context} context
 * @param {KeyMap<A>} map
 * @param {(action: Exclude<A, "help">) => void} act
 * @param {(level: number) => void} [level] what the keys 0–5 do
 */
export function createKeys(context, { keys, shown, lists = () => true }, act, level) {
  const { t } = context;
  let on = storedSwitch();
  const switchWord = h("span", { text: () => t(on ? "keys.switch_on" : "keys.switch_off") });
  const switcher = h("button", { type: "button", class: "button button--dense", role: "switch", on: { click: toggle } }, h("span", { text: () => t("keys.switch") }), " ", switchWord);
  const close = h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": () => t("app.close"), on: { click: () => element.close() } }, icon("close"));
  const groups = h("div", { class: "keys__groups" });
  const element = h("dialog", { class: "dialog keys", "aria-labelledby": "keys-title" },
    h("div", { class: "panel__head" }, h("h2", { id: "keys-title", text: () => t("keys.title") }), close),
    groups,
    h("div", { class: "keys__foot" }, switcher, h("p", { class: "quiet", text: () => t("keys.hint") })));
  showSwitch();

  function toggle() {
    on = !on;
    try { localStorage.setItem(STORED, on ? "on" : "off"); } catch { /* holds for this visit */ }
    showSwitch();
  }
  function showSwitch() {
    switcher.setAttribute("aria-checked", String(on));
    sayAgain(switchWord);
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
    const key = event.key.toLowerCase();
    const owners = OWN_KEYS[key];
    if (owners && target?.closest(owners)) return;
    const action = keys[key];
    if (level && /^[0-5]$/.test(event.key)) {
      event.preventDefault();
      level(Number(event.key));
    } else if (action) {
      event.preventDefault();
      act(/** @type {Exclude<A, "help">} */ (action));
    }
  }

  function showRows() {
    const offered = shown.map(({ group, keys: rows }) => ({ group, rows: rows.filter(([, action]) => lists(action)) })).filter(({ rows }) => rows.length > 0);
    fill(groups, offered.map(({ group, rows }) =>
      h("section", {}, h("h3", { class: "panel__title", text: () => t(`keys.group.${group}`) }),
        h("dl", { class: "keys__list" }, rows.map(([key, action]) =>
          h("div", { class: "keys__row" }, h("dt", {}, h("kbd", { class: "key", text: key })), h("dd", { text: () => context.word(`keys.${action}`, action) })))))));
  }

  function open() {
    showRows();
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
