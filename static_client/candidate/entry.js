// @ts-check
/** Entry to the interview: the calls of docs/protocol.md, "Entry", with their shapes. */
import { ApiProblem, request } from "../shared/api.js";

/** @typedef {"video" | "voice" | "text"} Mode */
/** @typedef {"en" | "zh"} Language */
/** @typedef {{purpose: string, version: string, title: string, text: string, required: boolean}} Consent */
/**
 * @typedef {object} Job
 * @property {string} title
 * @property {string} company
 * @property {string} description
 * @property {string[]} assessed
 * @property {number} minutes
 * @property {number} questions
 * @property {number} follow_ups_per_question
 * @property {"phone" | "id4"} sign_in
 * @property {string} greeting
 * @property {string} [closing]
 */
/** @typedef {"none" | "later" | "ready"} CopyState whether there is a copy of the report for the candidate */
/** @typedef {{interview: string, language: Language, status: string, job: Job, mode: Mode, consents: Consent[], policy: string, report?: CopyState}} Entry */
/**
 * What the candidate has chosen and typed on the way in.
 * @typedef {object} Choices
 * @property {Mode} mode
 * @property {boolean} extraTime
 * @property {Record<string, boolean>} consents
 * @property {string} name
 * @property {string} identity
 */

/** @param {string} token @returns {Promise<Entry>} */
export function loadEntry(token) {
  return request("GET", "/api/v1/entry", { token });
}

/** @param {Entry} entry @returns {Choices} */
export function freshChoices(entry) {
  const consents = Object.fromEntries(entry.consents.map((consent) => [consent.purpose, false]));
  return { mode: entry.mode, extraTime: false, consents, name: "", identity: "" };
}

/**
 * @param {string} token @param {Entry} entry @param {Choices} choices
 * @returns {Promise<{token: string, expires_s: number, interview: string}>}
 */
export function signIn(token, entry, choices) {
  return request("POST", "/api/v1/entry/sign-in", { token, body: signInBody(entry, choices) });
}

/** @param {Entry} entry @param {Choices} choices */
export function signInBody(entry, choices) {
  const identity = entry.job.sign_in === "id4"
    ? { id4: choices.identity.trim().toUpperCase() }
    : { phone: choices.identity.trim() };
  // Extra time and text only can both be wished for: text is then said by the mode.
  const accommodation = choices.extraTime ? "extra_time" : choices.mode === "text" ? "text" : null;
  return { name: choices.name.trim(), ...identity, consents: choices.consents, mode: choices.mode, accommodation };
}

/** @param {string} token @param {string} contact */
export function askForHuman(token, contact) {
  return request("POST", "/api/v1/entry/human", { token, body: { contact } });
}

/** @param {string} token @param {{clarity: number, comfort: number, remark: string}} answers */
export function sendQuestionnaire(token, answers) {
  return request("POST", "/api/v1/entry/questionnaire", { token, body: answers });
}

/** Withdraw one agreement, or give it again. @param {string} token @param {string} purpose @param {boolean} granted */
export function changeAgreement(token, purpose, granted) {
  return request("POST", "/api/v1/entry/consents", { token, body: { purpose, granted } });
}

/** The own copy of the report, saved as a file. @param {string} token @param {Language} language @param {string} name the file's */
export async function saveOwnCopy(token, language, name) {
  const answer = await fetch(`/api/v1/entry/report.pdf?language=${language}`, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new ApiProblem(answer.status, {});
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
