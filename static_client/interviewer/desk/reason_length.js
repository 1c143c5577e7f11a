// @ts-check
/** How long a decision's reason must be, counted by the server's rule (`view.decision_rule`). Pure. */

/**
 * @typedef {object} Rule
 * @property {number} letters the least length, in Latin letters
 * @property {number} letters_per_wide what a character of a script like Chinese counts
 * @property {[number, number][]} wide the code points of such scripts, first and last
 */

/** Of a server that tells none. @type {Rule} */
const ANY_LENGTH = { letters: 1, letters_per_wide: 1, wide: [] };

/** @param {any} view @returns {Rule} */
export function ruleOf(view) {
  return view?.decision_rule ?? ANY_LENGTH;
}

/** @param {string} text @param {Rule} rule @returns {number} Latin letters that are still missing, at least 0 */
export function lettersMissing(text, rule) {
  let letters = 0;
  for (const character of text.trim()) {
    const code = /** @type {number} */ (character.codePointAt(0));
    letters += rule.wide.some(([first, last]) => first <= code && code <= last) ? rule.letters_per_wide : 1;
  }
  return Math.max(0, Math.ceil(rule.letters - letters));
}

/** A length for both kinds of script, for the words. @param {number} letters @param {Rule} rule */
export function asWords(letters, rule) {
  return { letters, wide: Math.ceil(letters / rule.letters_per_wide) };
}
