// @ts-check
/** Lists whose elements are kept while their item lives, so that focus and pointer stay where they are. */

/**
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => E} create
 * @param {(element: E, item: T, place: number) => void} update
 */
export function keyed(parent, items, keyOf, create, update) {
  /** @type {Map<string, Element>} */
  const known = new Map();
  for (const child of parent.children) known.set(/** @type {HTMLElement} */ (child).dataset.key ?? "", child);
  items.forEach((item, place) => {
    const key = keyOf(item);
    let element = /** @type {E | undefined} */ (known.get(key));
    if (element) known.delete(key);
    else {
      element = create(item);
      /** @type {any} */ (element).dataset.key = key;
    }
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
    update(element, item, place);
  });
  for (const left of known.values()) left.remove();
}
