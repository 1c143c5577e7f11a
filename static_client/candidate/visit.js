// @ts-check
/**
 * What this device remembers of the visit, so that a reload or a killed tab comes back to the same place.
 *
 * The entry token lives in sessionStorage (this tab); the session token and the little that the page needs
 * to start without the entry live in localStorage until the interview ends. The interview itself is never
 * kept here: the server's view restores it. Where storage is blocked everything holds for this tab.
 */

/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {{token: string, interview: string, expiresAt: number, entry: Entry, checked: boolean}} Visit */

const ENTRY_TOKEN = "viva.entry";
const VISIT = "viva.visit";
const HIDDEN = "viva.self-view-hidden";
const DRAFT = "viva.draft";

/** @type {Map<string, string>} */
const fallback = new Map();

/** @param {"localStorage" | "sessionStorage"} kind @param {string} key @returns {string | null} */
function read(kind, key) {
  try { return window[kind].getItem(key); } catch { return fallback.get(key) ?? null; }
}

/** @param {"localStorage" | "sessionStorage"} kind @param {string} key @param {string | null} value */
function write(kind, key, value) {
  try {
    if (value === null) window[kind].removeItem(key);
    else window[kind].setItem(key, value);
  } catch {
    if (value === null) fallback.delete(key);
    else fallback.set(key, value);
  }
}

export const entryToken = {
  get: () => read("sessionStorage", ENTRY_TOKEN),
  /** @param {string} token */
  set: (token) => write("sessionStorage", ENTRY_TOKEN, token),
};

/** @param {number} now Unix ms @returns {Visit | null} */
export function storedVisit(now) {
  try {
    const visit = JSON.parse(read("localStorage", VISIT) ?? "null");
    return visit && typeof visit.token === "string" && visit.expiresAt > now ? visit : null;
  } catch {
    return null; // something else wrote there
  }
}

/** @param {Visit | null} visit */
export function storeVisit(visit) {
  write("localStorage", VISIT, visit && JSON.stringify(visit));
  if (visit === null) write("localStorage", DRAFT, null);
}

export const selfViewHidden = {
  get: () => read("localStorage", HIDDEN) === "yes",
  /** @param {boolean} hidden */
  set: (hidden) => write("localStorage", HIDDEN, hidden ? "yes" : null),
};

/** What is typed and not yet sent, by question: it must survive a killed tab too. */
export const draft = {
  /** @param {string} place */
  get(place) {
    try {
      const stored = JSON.parse(read("localStorage", DRAFT) ?? "null");
      return stored?.place === place ? String(stored.text) : "";
    } catch {
      return "";
    }
  },
  /** @param {string} place @param {string} text */
  set(place, text) {
    write("localStorage", DRAFT, text ? JSON.stringify({ place, text }) : null);
  },
};
