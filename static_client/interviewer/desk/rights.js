// @ts-check
/**
 * What this person may do here, as the server says (`view.may`, docs/roles.md). Parts name the right they
 * need in `data-needs`; what would be refused is not shown, and its keys do nothing.
 */

/** @typedef {import("./key_map.js").Actions} Actions */

/** @type {Record<string, string>} the right that each key needs; keys that steer say why they do not (desk.js) */
const NEEDS = { note: "note", bookmark: "note", chat: "chat", level: "score" };

/** The right without which a key does nothing here, and is not listed. @type {Record<string, string>} */
const LISTED = {
  ...NEEDS, insufficient: "score", up: "score", down: "score", talk: "speak",
  send: "control", dismiss: "control", ask: "control", more_time: "control", pause: "control", skip: "control", end: "control", control: "control",
};

/** Whether the list of keys names this action. @param {any} view @param {string} action */
export function lists(view, action) {
  const right = LISTED[action];
  return !right || may(view, right);
}

/** A server that says nothing allows all. @param {any} view @param {string} right */
export function may(view, right) {
  return !view?.may || view.may.includes(right);
}

/** Keys that do nothing without their right. @param {Actions} actions @param {() => any} view @returns {Actions} */
export function withRights(actions, view) {
  const guarded = Object.entries(actions).map(([key, act]) => {
    const right = NEEDS[key];
    return [key, right ? (/** @type {any} */ value) => { if (may(view(), right)) act(value); } : act];
  });
  return /** @type {Actions} */ (Object.fromEntries(guarded));
}

/** @param {HTMLElement} element the desk @param {any} view */
export function showRights(element, view) {
  if (view.may) element.dataset.may = view.may.join(" ");
}
