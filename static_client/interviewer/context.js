// @ts-check
/**
 * What every part of the interviewer's pages needs: words, the token, a polite voice.
 */
import { createI18n } from "../shared/i18n.js";
import { announcer } from "../shared/dom.js";
import { words } from "./words.js";

/** @typedef {keyof typeof words.en} WordKey */

/**
 * @typedef {object} Context
 * @property {ReturnType<typeof createI18n<WordKey>>} i18n
 * @property {(key: WordKey, values?: Record<string, string | number>) => string} t
 * @property {(key: string, fallback: string, values?: Record<string, string | number>) => string} word
 *   for codes that come from the server: one this page does not know yet is shown as the fallback
 * @property {string} token
 * @property {(text: string) => void} say to people who listen
 */

/** @param {string} token @returns {Context & {voice: HTMLElement}} */
export function createContext(token) {
  const i18n = createI18n(words);
  const { element, say } = announcer();
  return {
    i18n,
    t: (key, values) => i18n.t(key, values),
    word: (key, fallback, values) => (key in words.en ? i18n.t(/** @type {WordKey} */ (key), values) : fallback),
    token,
    say,
    voice: element,
  };
}

const STORED_TOKEN = "viva.interviewer.token";

/** The token lives in this tab only. @param {string | null} fresh from the link @returns {string | null} */
export function keepToken(fresh) {
  try {
    if (fresh) sessionStorage.setItem(STORED_TOKEN, fresh);
    return fresh ?? sessionStorage.getItem(STORED_TOKEN);
  } catch {
    return fresh; // storage blocked: good until the tab is reloaded
  }
}

/** A score as everybody writes it: one decimal. @param {Context["i18n"]} i18n @param {number} score */
export function scoreText(i18n, score) {
  return i18n.number(score, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
