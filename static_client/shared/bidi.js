// @ts-check
/**
 * Names and free text in any script beside words, figures and times of the page.
 *
 * Without care an Arabic or Hebrew name turns what stands beside it: “أمل · 3 of 5 · 12:04” would be read in
 * another order. In the DOM such a text is an element of its own with `dir="auto"`; inside a sentence or an
 * attribute it is isolated by characters (UAX #9, 2.4.2), and only where it is needed.
 *
 * STABLE API
 *   isolated(text)     the text, to be put into a sentence (shared/i18n.js does it with every value)
 *   dotted(parts)      the parts that are there, each isolated, with a middle dot between
 */

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";
/** Letters written from right to left, and characters that turn what follows them. */
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f\u202a-\u202e\u2066-\u2068\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** @param {string} text */
export function isolated(text) {
  return TURNS.test(text) ? `${FIRST_STRONG_ISOLATE}${closed(text)}${POP_ISOLATE}` : text;
}

/** @param {(string | null | undefined | false)[]} parts */
export function dotted(parts) {
  return parts.filter((part) => typeof part === "string" && part !== "").map((part) => isolated(/** @type {string} */ (part))).join(" · ");
}

/** A text whose own isolates do not end the one around it. @param {string} text */
function closed(text) {
  let open = 0;
  for (const character of text) {
    if (/[\u2066-\u2068]/.test(character)) open += 1;
    else if (character === POP_ISOLATE && (open -= 1) < 0) break;
  }
  return open === 0 ? text : text.replace(/[\u2066-\u2069]/g, "");
}
