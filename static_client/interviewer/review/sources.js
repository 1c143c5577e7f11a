// @ts-check
/** What a review is made of, fetched: the log in pages, the report, the recording, the line of the lobby. */
import { ApiProblem, request } from "../../shared/api.js";

/** @typedef {import("./parts.js").Recording} Recording */
/** @typedef {import("./tracks.js").LogRecord} LogRecord */
/** @typedef {"ready" | "hidden" | "missing" | "failed"} ReportState */
/**
 * @typedef {object} Sources
 * @property {LogRecord[]} records
 * @property {any} report null unless `reportState` is ready
 * @property {ReportState} reportState
 * @property {Recording} recording
 * @property {any} row as in the lobby; null if it is not listed, or the report tells all of it
 */

/** Nothing to play, and why is not known. */
const NO_RECORDING = /** @type {Recording} */ ({ state: "none", reason: null, parts: [] });
/** A ticket is good for 15 minutes; a new one is fetched well before. */
export const TICKET_MS = 10 * 60_000;

/** @param {string} interview */
export const pathOf = (interview) => `/api/v1/interviews/${encodeURIComponent(interview)}`;

/**
 * Everything at once; a part that is missing does not keep the others away.
 * @param {string} interview @param {string} token
 * @returns {Promise<Sources>} rejected with an ApiProblem if the log cannot be read
 */
export async function fetchSources(interview, token) {
  const [records, [report, reportState], recording] = await Promise.all([
    fetchLog(interview, token), fetchReport(interview, token), fetchRecording(interview, token),
  ]);
  const row = report ? null : await fetchRow(interview, token); // the whole list for one line: only where it is needed
  return { records, report, reportState, recording, row };
}

/** Pages until one is empty. @param {string} interview @param {string} token @returns {Promise<LogRecord[]>} */
async function fetchLog(interview, token) {
  /** @type {LogRecord[]} */
  const all = [];
  for (;;) {
    const after = all[all.length - 1]?.seq ?? 0;
    const { records } = await request("GET", `${pathOf(interview)}/log?after=${after}`, { token, timeoutMs: 60_000 });
    const fresh = records.filter((/** @type {LogRecord} */ record) => record.seq > after);
    if (fresh.length === 0) return all;
    all.push(...fresh);
  }
}

/** @param {string} interview @param {string} token @returns {Promise<[any, ReportState]>} */
export async function fetchReport(interview, token) {
  try {
    return [await request("GET", `${pathOf(interview)}/report`, { token }), "ready"];
  } catch (problem) {
    const status = problem instanceof ApiProblem ? problem.status : 0;
    return [null, status === 403 ? "hidden" : status === 404 || status === 409 ? "missing" : "failed"];
  }
}

/** @param {string} interview @param {string} token @returns {Promise<Recording>} */
async function fetchRecording(interview, token) {
  try {
    const answer = await request("GET", `${pathOf(interview)}/recording`, { token });
    return { ...NO_RECORDING, ...answer, parts: answer.parts ?? [] };
  } catch (problem) {
    const refused = problem instanceof ApiProblem && problem.status === 403;
    return { ...NO_RECORDING, reason: refused ? "forbidden" : null };
  }
}

/** @param {string} interview @param {string} token */
async function fetchRow(interview, token) {
  try {
    const { interviews } = await request("GET", "/api/v1/interviews", { token });
    return interviews.find((/** @type {any} */ one) => one.interview === interview) ?? null;
  } catch {
    return null;
  }
}

/** The right to fetch the parts, as a cookie: a media element sends no token. @param {string} interview @param {string} token */
export async function fetchTicket(interview, token) {
  await request("POST", `${pathOf(interview)}/recording/ticket`, { token, cookies: true });
}

/** A file of the report as the server makes it. @param {string} path @param {string} token @returns {Promise<Blob>} */
export async function fetchFile(path, token) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store", credentials: "omit" });
  } catch {
    throw new ApiProblem(0, { title: "the server was not reached" });
  }
  if (!response.ok) throw new ApiProblem(response.status, await response.json().catch(() => ({})));
  return response.blob();
}
