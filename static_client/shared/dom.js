// @ts-check
/**
 * Small helpers over the DOM. Nothing here parses HTML: text is always text, so a transcript can
 * never become markup and the content security policy needs no exception.
 *
 * STABLE API
 *   h(tag, props?, ...children)   an element; props: class, text, on:{event: handler}, data:{…},
 *                                 any property (value, checked, …) or attribute (aria-*, role, for, …)
 *                                 a function as a property's value or as a child is asked for its words now, and
 *                                 again by
 *   sayAgain(root)                when the language has changed: nothing is made anew, nothing typed is lost
 *   fill(element, ...children)    replaces the children
 *   setText(element, text)        writes only when it differs (live regions stay quiet)
 *   show(element, visible)        the `hidden` attribute
 *   byId(id)                      the element, or an error that names the id
 *   announcer()                   {element, say(text)}: one polite live region for the page
 *   uid(prefix?)                  an id unused on this page
 */

/** @typedef {Node | string | number | null | undefined | false | (() => string)} Child */
/**
 * @typedef {object} SpecialProps
 * @property {string} [class]
 * @property {string | (() => string)} [text]
 * @property {Record<string, (event: any) => void>} [on]
 * @property {Record<string, string>} [data]
 */
/** @typedef {SpecialProps & Record<string, unknown>} Props */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) apply(element, name, value);
  element.append(...nodes(children));
  return element;
}

/** Words given as a function, by the property they stand in ("": the text of a text node). @type {WeakMap<Node, Map<string, () => any>>} */
const words = new WeakMap();

/** @param {Node} node @param {string} name @param {() => any} say */
function remember(node, name, say) {
  const known = words.get(node);
  if (known) known.set(name, say);
  else words.set(node, new Map([[name, say]]));
}

/** @param {Node} root everything in it whose words were given as a function says them again */
export function sayAgain(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    for (const [name, say] of words.get(node) ?? []) {
      if (node instanceof HTMLElement) apply(node, name, say());
      else node.textContent = say();
    }
  }
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function apply(element, name, value) {
  if (typeof value === "function") {
    remember(element, name, value);
    value = value();
  }
  if (value === undefined || value === null) return;
  if (name === "class") element.className = value;
  else if (name === "text") element.textContent = value;
  else if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, /** @type {EventListener} */ (handler));
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "style") throw new Error("set styles by class or element.style, never as an attribute");
  else if (name in element && !name.startsWith("aria-")) /** @type {any} */ (element)[name] = value;
  else if (value === true) element.setAttribute(name, name.startsWith("aria-") ? "true" : "");
  else if (value === false && !name.startsWith("aria-")) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function nodes(children) {
  /** @type {(Node | string)[]} */
  const found = [];
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    if (typeof child === "function") {
      const text = document.createTextNode(child());
      remember(text, "", child);
      found.push(text);
    } else found.push(child instanceof Node ? child : String(child));
  }
  return found;
}

/** @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/** @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} visible */
export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id} on this page`);
  return element;
}

let counter = 0;
/** @param {string} [prefix] */
export function uid(prefix = "id") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * One polite live region. Saying the same sentence twice is heard twice: the region is emptied first.
 * @returns {{element: HTMLElement, say: (text: string) => void}}
 */
export function announcer() {
  const element = h("div", { class: "sr-only", role: "status", "aria-live": "polite" });
  let timer = 0;
  return {
    element,
    say(text) {
      element.textContent = "";
      clearTimeout(timer);
      timer = window.setTimeout(() => { element.textContent = text; }, 60);
    },
  };
}
