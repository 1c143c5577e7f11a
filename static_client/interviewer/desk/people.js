// @ts-check
/** Who is who on the panel, out of the view; the same for names everywhere on the desk. Pure. */

/** @typedef {{id: string, name: string, here: boolean, conducts: boolean}} Person conducts: may have control */
/**
 * @typedef {object} Panel as in docs/protocol.md
 * @property {string} me
 * @property {boolean} takes_part is told what the panel says
 * @property {boolean} conducts may have control
 * @property {Person[]} people
 * @property {string | null} controller
 * @property {string[]} asking
 * @property {number | null} take_after_ms
 */

/** A desk of a server that knows no panel is alone and has control. @type {Panel} */
const ALONE = { me: "", takes_part: true, conducts: true, people: [], controller: "", asking: [], take_after_ms: null };

/** @param {any} view @returns {Panel} */
export function panelOf(view) {
  return view?.panel ?? ALONE;
}

/** Whether this desk may change the interview. @param {any} view */
export function steers(view) {
  const { controller, me, conducts } = panelOf(view);
  return conducts && (controller === me || controller === null);
}

/**
 * A person's name; somebody known only by the role is called by the role.
 * @param {import("../context.js").Context} context @param {any} view @param {string} id
 */
export function nameOf(context, view, id) {
  const name = panelOf(view).people.find((one) => one.id === id)?.name;
  return name || context.word(`transcript.${id}`, id);
}

/**
 * Who said something: an interviewer who spoke in person by name, the others by their part.
 * @param {import("../context.js").Context} context @param {any} view
 * @param {{speaker?: string, by?: string, name?: string}} entry
 */
export function speakerOf(context, view, { speaker = "", by, name }) {
  if (speaker !== "interviewer" || !by) return context.word(`transcript.${speaker}`, speaker);
  return name || nameOf(context, view, by);
}

/** Everybody of the panel who is here but this desk's own person. @param {any} view @returns {Person[]} */
export function othersHere(view) {
  const { me, people } = panelOf(view);
  return people.filter((one) => one.here && one.id !== me);
}
