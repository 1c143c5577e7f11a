// @ts-check
/**
 * Theme and language switches.
 *
 * STABLE API
 *   applyStoredTheme()                   call first thing on a page
 *   themeSwitch(i18n, words?)            a segmented control: as the device, light, dark
 *   languageSwitch(i18n)                 a segmented control: EN, 中文
 */
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {"auto" | "light" | "dark"} Theme */

const STORED = "viva.theme";
/** @type {Theme[]} */
const THEMES = ["auto", "light", "dark"];
/** @type {Record<"en" | "zh", Record<Theme | "label" | "language", string>>} */
const WORDS = {
  en: { label: "Appearance", auto: "As the device", light: "Light", dark: "Dark", language: "Language" },
  zh: { label: "外观", auto: "跟随设备", light: "浅色", dark: "深色", language: "语言" },
};

/** @returns {Theme} */
function storedTheme() {
  try {
    const stored = /** @type {Theme} */ (localStorage.getItem(STORED));
    return THEMES.includes(stored) ? stored : "auto";
  } catch {
    return "auto";
  }
}

/** @param {Theme} theme */
function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function applyStoredTheme() {
  apply(storedTheme());
}

/** @typedef {{language: "en" | "zh", onChange: (listener: (language: "en" | "zh") => void) => () => void, setLanguage: (language: "en" | "zh") => void}} Switchable */

/**
 * Draw an element's words, and again when the language changes, for as long as somebody keeps the element: pages
 * come and go with their switches, and the language, which stays, must not hold those that were left.
 * @param {Switchable} i18n @param {HTMLElement} element @param {() => void} draw
 */
function worded(i18n, element, draw) {
  const kept = new WeakRef(Object.assign(element, { drawWords: draw }));
  const stop = i18n.onChange(() => {
    const alive = kept.deref();
    if (alive) alive.drawWords();
    else stop();
  });
  draw();
}

/** @param {Switchable} i18n @returns {HTMLElement} */
export function themeSwitch(i18n) {
  const group = h("div", { class: "segmented", role: "group" });
  const buttons = THEMES.map((theme) => {
    const label = h("span", { class: "sr-only" });
    const glyph = icon(theme === "auto" ? "device" : theme === "light" ? "sun" : "moon");
    const button = h("button", { type: "button", on: { click: () => choose(theme) } }, glyph, label);
    group.append(button);
    return { theme, button, label };
  });
  /** @param {Theme} theme */
  function choose(theme) {
    try { localStorage.setItem(STORED, theme); } catch { /* storage blocked: holds for this visit */ }
    apply(theme);
    mark(theme);
  }
  /** @param {Theme} theme */
  function mark(theme) {
    for (const entry of buttons) entry.button.setAttribute("aria-pressed", String(entry.theme === theme));
  }
  function name() {
    const words = WORDS[i18n.language];
    group.setAttribute("aria-label", words.label);
    for (const entry of buttons) { setText(entry.label, words[entry.theme]); entry.button.title = words[entry.theme]; }
  }
  worded(i18n, group, name);
  mark(storedTheme());
  return group;
}

/** @param {Switchable} i18n @returns {HTMLElement} */
export function languageSwitch(i18n) {
  const group = h("div", { class: "segmented", role: "group" });
  /** @type {["en" | "zh", string, string][]} */
  const languages = [["en", "EN", "English"], ["zh", "中文", "中文"]];
  const buttons = languages.map(([language, short, long]) => {
    const lang = language === "zh" ? "zh-CN" : "en";
    const button = h("button", { type: "button", lang, title: long, text: short, on: { click: () => i18n.setLanguage(language) } });
    group.append(button);
    return { language, button };
  });
  function mark() {
    group.setAttribute("aria-label", WORDS[i18n.language].language);
    for (const entry of buttons) entry.button.setAttribute("aria-pressed", String(entry.language === i18n.language));
  }
  worded(i18n, group, mark);
  return group;
}
