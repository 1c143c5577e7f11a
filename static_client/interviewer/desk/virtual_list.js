// @ts-check
/**
 * A list of entries of unequal height of which only those in view exist as elements.
 *
 * Heights are estimated until measured. What is in view stays where it is when something above it turns
 * out higher; at the end, the list follows what is added until the reader scrolls away.
 */
import { h } from "../../shared/dom.js";

/** Elements kept ready beyond either edge, pixels. */
const MARGIN = 400;
/** Room after the last entry, pixels. */
const END_SPACE = 12;
/** Nearer to the end than this is "at the end", pixels. */
const AT_END = 24;

/**
 * @template {{key: string, version?: number}} T
 * @param {object} options
 * @param {(entry: T) => HTMLElement & {update: (entry: T, before: T | undefined) => void}} options.create
 * @param {number} options.estimate height of an entry not measured yet, pixels
 * @param {string | (() => string)} options.label
 * @param {(following: boolean) => void} options.onFollow
 */
export function createVirtualList({ create, estimate, label, onFollow }) {
  const content = h("div", { class: "virtual__content" });
  const element = h("div", { class: "virtual", tabIndex: 0, role: "feed", "aria-label": label }, content);
  /** @type {T[]} */
  let entries = [];
  /** @type {Map<string, number>} */
  const heights = new Map();
  /** Top of every entry; one more for the end. @type {number[]} */
  let tops = [0];
  /** @type {Map<string, {element: HTMLElement & {update: (entry: T, before: T | undefined) => void}, version: number, before: string, height: number}>} */
  const alive = new Map();
  let following = true;
  let frame = 0;
  let width = 0;
  let ownScroll = -1;

  element.addEventListener("scroll", () => {
    if (Math.abs(element.scrollTop - ownScroll) > 1) follow(atEnd());
    ownScroll = -1;
    schedule();
  }, { passive: true });
  const observer = new ResizeObserver(() => {
    if (element.clientWidth !== width) {
      width = element.clientWidth;
      heights.clear();
    }
    schedule();
  });
  observer.observe(element);

  function atEnd() {
    return element.scrollHeight - element.clientHeight - element.scrollTop <= AT_END;
  }

  /** @param {boolean} now */
  function follow(now) {
    if (now === following) return;
    following = now;
    onFollow(now);
  }

  function schedule() {
    frame ||= requestAnimationFrame(layout);
  }

  function measureTops() {
    tops = new Array(entries.length + 1);
    let top = 0;
    for (let place = 0; place < entries.length; place += 1) {
      tops[place] = top;
      const entry = /** @type {T} */ (entries[place]);
      top += heights.get(entry.key) ?? estimate;
    }
    tops[entries.length] = top;
    content.style.height = `${top + END_SPACE}px`;
  }

  /** The entry at a height: the last one that begins at or above it. @param {number} y */
  function placeOf(y) {
    let low = 0;
    let high = entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function layout() {
    frame = 0;
    if (!element.isConnected) return;
    measureTops();
    if (following) scrollTo(element.scrollHeight);
    for (let round = 0; round < 3 && renderWindow(); round += 1) {
      measureTops();
      if (following) scrollTo(element.scrollHeight);
    }
    for (const { element: one } of alive.values()) {
      one.style.transform = `translateY(${tops[Number(one.dataset.place)] ?? 0}px)`;
    }
  }

  /** @param {number} top */
  function scrollTo(top) {
    element.scrollTop = top;
    ownScroll = element.scrollTop;
  }

  /** Make and measure what is in view. @returns {boolean} whether a height differed from what was assumed */
  function renderWindow() {
    const from = placeOf(Math.max(0, element.scrollTop - MARGIN));
    const to = placeOf(element.scrollTop + element.clientHeight + MARGIN);
    const anchor = placeOf(element.scrollTop);
    const anchorTop = tops[anchor] ?? 0;
    /** @type {Set<string>} */
    const wanted = new Set();
    for (let place = from; place <= to && place < entries.length; place += 1) {
      const entry = /** @type {T} */ (entries[place]);
      wanted.add(entry.key);
      renderOne(entry, entries[place - 1], place);
    }
    for (const [key, one] of alive) {
      if (wanted.has(key)) continue;
      one.element.remove();
      alive.delete(key);
    }
    let changed = false;
    let shift = 0;
    for (const [key, one] of alive) {
      const height = one.element.offsetHeight;
      const assumed = heights.get(key) ?? estimate;
      if (heights.get(key) !== height) heights.set(key, height);
      if (height === assumed) continue;
      changed = true;
      if (Number(one.element.dataset.place) < anchor) shift += height - assumed;
    }
    if (changed && !following && shift !== 0) {
      measureTops();
      scrollTo(element.scrollTop + (tops[anchor] ?? 0) - anchorTop);
    }
    return changed;
  }

  /** @param {T} entry @param {T | undefined} before @param {number} place */
  function renderOne(entry, before, place) {
    let one = alive.get(entry.key);
    const beforeKey = before?.key ?? "";
    if (!one) {
      one = { element: create(entry), version: -1, before: "", height: 0 };
      one.element.classList.add("virtual__item");
      one.element.setAttribute("role", "article");
      one.element.tabIndex = -1;
      alive.set(entry.key, one);
      insert(one.element, place);
    }
    const version = entry.version ?? 0;
    if (one.version !== version || one.before !== beforeKey) {
      one.element.update(entry, before);
      one.version = version;
      one.before = beforeKey;
    }
    one.element.dataset.place = String(place);
    one.element.setAttribute("aria-posinset", String(place + 1));
    one.element.setAttribute("aria-setsize", String(entries.length));
  }

  /** Elements stand in the order of the entries, for whoever reads them without seeing them. @param {HTMLElement} made @param {number} place */
  function insert(made, place) {
    made.dataset.place = String(place);
    let next = /** @type {HTMLElement | null} */ (content.lastElementChild);
    if (!next || Number(next.dataset.place) < place) {
      content.append(made);
      return;
    }
    // Whoever stood at this place so far moves behind: its own number is only told next.
    while (next?.previousElementSibling && Number(/** @type {HTMLElement} */ (next.previousElementSibling).dataset.place) >= place) {
      next = /** @type {HTMLElement} */ (next.previousElementSibling);
    }
    content.insertBefore(made, next);
  }

  return {
    element,
    get following() { return following; },
    /** Drawn at once: the caller draws once a frame itself. @param {T[]} next the same array may be handed again after it grew */
    setEntries(next) {
      entries = next;
      cancelAnimationFrame(frame);
      layout();
    },
    /** Draw every entry in view again: how it is shown has changed. */
    refresh() {
      for (const one of alive.values()) one.version = -1;
      schedule();
    },
    toEnd() {
      follow(true);
      schedule();
    },
    /** Bring an entry to the middle and say which one it is. @param {number} place */
    toPlace(place) {
      const entry = entries[place];
      if (!entry) return;
      follow(false);
      measureTops();
      for (let round = 0; round < 3; round += 1) {
        const height = heights.get(entry.key) ?? estimate;
        scrollTo(Math.max(0, (tops[place] ?? 0) - (element.clientHeight - height) / 2));
        renderWindow();
        measureTops();
      }
      layout();
      for (const one of alive.values()) one.element.classList.remove("virtual__item--found");
      const found = alive.get(entry.key)?.element;
      found?.classList.add("virtual__item--found");
      return found;
    },
    close() {
      cancelAnimationFrame(frame);
      observer.disconnect();
    },
  };
}
