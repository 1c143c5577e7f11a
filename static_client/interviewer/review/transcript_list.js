// @ts-check
/**
 * The transcript beside the playback: it follows the playhead until the reader scrolls, and every line and
 * word leads to where it was said.
 *
 * All lines exist as elements, so that the browser's own search, printing and reading aloud find them. The
 * word that is being said is marked without touching the text (CSS Custom Highlights), where the browser can.
 */
import { dotted } from "../../shared/bidi.js";
import { h, show } from "../../shared/dom.js";
import { timeCode } from "../desk/clock.js";
import { createEntryMaker } from "../desk/transcript_entry.js";
import { isUtterance, lastBegun, wordPlaces } from "./tracks.js";

/** @typedef {import("./tracks.js").Entry} Entry */
/** @typedef {import("./tracks.js").Tracks} Tracks */
/** @typedef {{entry: Entry, element: HTMLElement, button: HTMLButtonElement}} Line */

const SPOKEN_WORD = "review-word";
/** A word stays marked this long after its end, so that the mark does not flicker between words. */
const AFTER_WORD_MS = 400;
/** What the reader does to scroll by themselves. */
const OWN_SCROLLING = ["wheel", "touchmove", "pointerdown"];
const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/**
 * @param {import("../context.js").Context} context
 * @param {Tracks} tracks
 * @param {any} view the interview's language and its dimensions, as the entries' words need them
 * @param {(ms: number) => void} jump
 */
export function createTranscriptList(context, tracks, view, jump) {
  const { t } = context;
  const create = createEntryMaker(context, { state: { view } }, () => "", () =>
    h("button", { type: "button", class: "entry__time line-time figure", tabIndex: -1 }));
  /** @type {Line[]} */
  const lines = [];
  /** @type {Map<Element, Line>} */
  const byElement = new Map();
  for (const [index, entry] of tracks.entries.entries()) {
    const element = create(entry);
    element.update(entry, tracks.entries[index - 1]);
    element.classList.add("line-entry");
    const button = /** @type {HTMLButtonElement} */ (element.querySelector(".line-time"));
    button.setAttribute("aria-label", t("review.go_to", { clock: timeCode(entry.atMs) }));
    const item = h("li", { class: "line-item" }, element);
    element.removeAttribute("aria-label"); // the list item is read as it stands
    const line = { entry, element: item, button };
    lines.push(line);
    byElement.set(item, line);
  }
  const utterances = lines.filter((line) => isUtterance(line.entry));
  const list = h("ol", { class: "line-list" }, lines.map((line) => line.element));
  const scroller = h("div", { class: "line-scroll", tabIndex: 0, role: "group", "aria-label": t("transcript.title") }, list);
  const back = h("button", { type: "button", class: "button button--dense button--primary line-back", hidden: true, text: t("review.follow"), on: { click: () => follow(true) } });
  const empty = h("p", { class: "quiet transcript__empty", text: t("transcript.empty"), hidden: lines.length > 0 });
  const element = h("section", { class: "panel script", "aria-labelledby": "script-title" },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "script-title", text: t("transcript.title") }), back),
    empty, scroller);
  const marker = wordMarker();
  let following = true;
  /** @type {Line | null} */
  let current = null;
  /** @type {Line | null} the one that Tab reaches */
  let reachable = null;
  reach(lines[0] ?? null);

  for (const name of OWN_SCROLLING) scroller.addEventListener(name, (event) => {
    if (name !== "pointerdown" || event.target === scroller) follow(false); // pressed beside the lines: the scroll bar
  }, { passive: true });
  scroller.addEventListener("keydown", pressed);
  scroller.addEventListener("mousedown", (event) => {
    // A press with the pointer goes there and leaves the focus where it was, so that space goes on playing.
    if (/** @type {Element} */ (event.target).closest(".line-time")) event.preventDefault();
  });
  list.addEventListener("click", clicked);

  /** @param {boolean} now */
  function follow(now) {
    following = now;
    show(back, !now);
    if (now) bringIntoView();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const line = byElement.get(/** @type {Element} */ (target.closest(".line-item")));
    if (!line || !(getSelection()?.isCollapsed ?? true)) return; // words were selected, not pressed
    reach(line);
    jump(wordAt(line, event) ?? line.entry.atMs);
    follow(true);
  }

  /** Where the word under the pointer was said. @param {Line} line @param {MouseEvent} event @returns {number | null} */
  function wordAt(line, event) {
    const text = textOf(line);
    const found = caretAt(event.clientX, event.clientY);
    if (!text || !found || found.node !== text) return null;
    return placesOf(line).find((word) => found.offset >= word.from && found.offset <= word.to)?.start_ms ?? null;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const on = byElement.get(/** @type {Element} */ (/** @type {Element} */ (event.target).closest(".line-item")));
    if (on && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = lines[lines.indexOf(on) + (event.key === "ArrowDown" ? 1 : -1)];
      event.preventDefault();
      if (next) {
        follow(false);
        reach(next);
        next.button.focus();
      }
    } else if (SCROLL_KEYS.has(event.key)) follow(false);
  }

  /** @param {Line | null} line */
  function reach(line) {
    if (reachable) reachable.button.tabIndex = -1;
    reachable = line;
    if (line) line.button.tabIndex = 0;
  }

  /** @param {number} ms the playhead */
  function at(ms) {
    const line = utterances[lastBegun(utterances, ms, (one) => one.entry.atMs)] ?? null;
    if (line !== current) {
      current?.element.removeAttribute("aria-current");
      current = line;
      line?.element.setAttribute("aria-current", "true");
      if (!scroller.contains(document.activeElement) || document.activeElement === scroller) reach(line ?? lines[0] ?? null);
      if (following) bringIntoView();
    }
    const text = line ? textOf(line) : null;
    const word = line && placesOf(line).findLast((one) => one.start_ms <= ms && ms < one.end_ms + AFTER_WORD_MS);
    if (text && word) marker.show(text, word.from, word.to);
    else marker.hide();
  }

  /** The line stands in the upper half; one that is already well in view is left where it is. */
  function bringIntoView() {
    if (!current) return;
    const top = current.element.offsetTop - list.offsetTop;
    const height = scroller.clientHeight;
    if (height === 0) return;
    const above = top - scroller.scrollTop;
    if (above < height * 0.08 || above + current.element.offsetHeight > height * 0.72) scroller.scrollTop = top - height * 0.3;
  }

  /** @param {Line} line @returns {Text | null} */
  function textOf(line) {
    const node = line.element.querySelector(".entry__text")?.firstChild;
    return node instanceof Text ? node : null;
  }

  /** @type {Map<string, ReturnType<typeof wordPlaces>>} */
  const places = new Map();
  /** @param {Line} line */
  function placesOf(line) {
    const { key, text = "" } = line.entry;
    let found = places.get(key);
    if (!found) {
      found = wordPlaces(text, tracks.words.get(key) ?? []);
      places.set(key, found);
    }
    return found;
  }

  return {
    element, at, follow,
    /** An entry in one line, as it reads in the list. @param {Entry} entry */
    describe(entry) {
      const item = lines[tracks.entries.indexOf(entry)]?.element;
      return dotted([item?.querySelector(".entry__who")?.textContent, item?.querySelector(".entry__text")?.textContent]);
    },
    close() { marker.hide(); },
  };
}

/** The mark on the word being said; nothing where the browser has no custom highlights. */
function wordMarker() {
  if (!("highlights" in CSS) || typeof Highlight === "undefined") return { show: /** @param {Text} _text @param {number} _from @param {number} _to */ (_text, _from, _to) => {}, hide: () => {} };
  let shown = "";
  /** @type {Text | null} */
  let on = null;
  return {
    /** @param {Text} text @param {number} from @param {number} to */
    show(text, from, to) {
      const key = `${from}-${to}`;
      if (text === on && key === shown) return;
      on = text;
      shown = key;
      const range = new Range();
      range.setStart(text, Math.min(from, text.length));
      range.setEnd(text, Math.min(to, text.length));
      CSS.highlights.set(SPOKEN_WORD, new Highlight(range));
    },
    hide() {
      if (!on) return;
      on = null;
      CSS.highlights.delete(SPOKEN_WORD);
    },
  };
}

/** @param {number} x @param {number} y @returns {{node: Node, offset: number} | null} */
function caretAt(x, y) {
  if ("caretPositionFromPoint" in document) {
    const found = document.caretPositionFromPoint(x, y);
    return found ? { node: found.offsetNode, offset: found.offset } : null;
  }
  const found = /** @type {any} */ (document).caretRangeFromPoint?.(x, y); // Safari
  return found ? { node: found.startContainer, offset: found.startOffset } : null;
}
