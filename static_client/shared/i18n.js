// @ts-check
/**
 * Words in both languages. A page keeps all its words in one file:
 *
 *   const en = { hello: "Hello {name}", left: "{n} {n:minute|minutes} left" };
 *   /** @type {Record<keyof typeof en, string>} *\/ const zh = { … };
 *   export const words = { en, zh };
 *
 * STABLE API
 *   createI18n(words, {language?}) → i18n
 *   i18n.t(key, values?)        the text; {name} is filled in, {n:one|other} picks by n's plural form
 *   i18n.language               "en" | "zh"
 *   i18n.setLanguage(language)  stores the choice, sets <html lang>, calls the listeners
 *   i18n.onChange(listener)     → unsubscribe; pages render their words again from here
 *   i18n.number(n, options?)    i18n.percent(0..1)    i18n.clock(ms) → "1:05"
 *   preferredLanguage(fallback?) stored choice, else the browser's, else the fallback ("en")
 */

import { isolated } from "./bidi.js";

/** @typedef {"en" | "zh"} Language */

const STORED = "viva.language";
const LOCALE = { en: "en", zh: "zh-CN" };

/** @param {Language} [fallback] @returns {Language} */
export function preferredLanguage(fallback = "en") {
  const chosen = chosenLanguage();
  if (chosen) return chosen;
  for (const tag of navigator.languages ?? [navigator.language]) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return fallback;
}

/** The language somebody picked by hand on this device, or null. @returns {Language | null} */
export function chosenLanguage() {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === "en" || stored === "zh" ? stored : null;
  } catch {
    return null; // storage blocked: nothing chosen
  }
}

/**
 * @template {string} K
 * @param {Record<Language, Record<K, string>>} words
 * @param {{language?: Language}} [options]
 */
export function createI18n(words, options = {}) {
  /** @type {Language} */
  let language = options.language ?? preferredLanguage();
  /** @type {Set<(language: Language) => void>} */
  const listeners = new Set();
  document.documentElement.lang = LOCALE[language];

  /** @param {K} key @param {Record<string, string | number>} [values] @returns {string} */
  function t(key, values = {}) {
    const text = words[language][key];
    if (text === undefined) throw new Error(`no words for "${key}" in ${language}`);
    return fillIn(text, values, language);
  }

  /** @param {Language} next @param {{store?: boolean}} [how] */
  function setLanguage(next, { store = true } = {}) {
    if (store) {
      try { localStorage.setItem(STORED, next); } catch { /* storage blocked: holds for this visit */ }
    }
    if (next === language) return;
    language = next;
    document.documentElement.lang = LOCALE[next];
    for (const listener of listeners) listener(next);
  }

  return {
    t,
    setLanguage,
    get language() { return language; },
    get locale() { return LOCALE[language]; },
    /** @param {(language: Language) => void} listener @returns {() => void} */
    onChange(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    /** @param {number} value @param {Intl.NumberFormatOptions} [format] */
    number(value, format) { return new Intl.NumberFormat(LOCALE[language], format).format(value); },
    /** @param {number} share 0–1 */
    percent(share) { return new Intl.NumberFormat(LOCALE[language], { style: "percent", maximumFractionDigits: 1 }).format(share); },
    clock,
  };
}

/** @template {string} K @typedef {ReturnType<typeof createI18n<K>>} I18n */

/**
 * @param {string} text @param {Record<string, string | number>} values @param {Language} language
 */
export function fillIn(text, values, language) {
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name, one, other) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one === undefined) return typeof value === "string" ? isolated(value) : String(value);
    return new Intl.PluralRules(LOCALE[language]).select(Number(value)) === "one" ? one : other;
  });
}

/** Milliseconds as m:ss, never negative. @param {number} ms */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
