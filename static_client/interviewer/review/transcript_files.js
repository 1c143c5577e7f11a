// @ts-check
/** The transcript as files: plain text to read, WebVTT to show beside a recording. Pure. */
import { timeCode } from "../desk/clock.js";
import { isUtterance } from "./tracks.js";

/** @typedef {import("../desk/timeline.js").Entry} Entry */
/** @typedef {(entry: Entry) => string} NameOf who says an entry, in the reader's language */

/** How long a line without a known end is shown; another line ends it earlier. */
const SHOWN_MS = 6000;

/** Lines that are words of somebody, notes included only where asked. @param {Entry[]} entries */
function spoken(entries) {
  return entries.filter((entry) => isUtterance(entry) && wordsOf(entry) !== "");
}

/** @param {Entry} entry */
function wordsOf(entry) {
  return `${entry.text ?? ""}${entry.tentative ? ` ${entry.tentative}` : ""}`.replaceAll(/\s+/g, " ").trim();
}

/**
 * @param {string[]} heading lines above the transcript @param {Entry[]} entries @param {NameOf} nameOf
 * @returns {string} `[m:ss] Name: words`, one line each
 */
export function transcriptText(heading, entries, nameOf) {
  const lines = spoken(entries).map((entry) => `[${timeCode(entry.atMs)}] ${nameOf(entry)}: ${wordsOf(entry)}`);
  return `${[...heading, "", ...lines].join("\n")}\n`;
}

/**
 * WebVTT (W3C): one cue for each utterance with its speaker as voice, times of the session.
 * @param {string[]} notes lines of the NOTE at the head @param {Entry[]} entries @param {NameOf} nameOf
 */
export function webVtt(notes, entries, nameOf) {
  const said = spoken(entries);
  const cues = said.map((entry, place) => {
    const next = said[place + 1];
    const end = endOf(entry) ?? Math.min(next && next.atMs > entry.atMs ? next.atMs : Infinity, entry.atMs + SHOWN_MS);
    return `${place + 1}\n${vttTime(entry.atMs)} --> ${vttTime(Math.max(end, entry.atMs + 1))}\n<v ${escaped(nameOf(entry))}>${escaped(wordsOf(entry))}`;
  });
  const note = notes.map((line) => line.replaceAll("-->", "→")).join("\n");
  return `${["WEBVTT", `NOTE\n${note}`, ...cues].join("\n\n")}\n`;
}

/** @param {Entry} entry @returns {number | null} */
function endOf(entry) {
  const { endMs } = /** @type {{endMs?: number}} */ (entry);
  return endMs !== undefined && endMs > entry.atMs ? endMs : null;
}

/** `hh:mm:ss.mmm` @param {number} ms */
export function vttTime(ms) {
  const whole = Math.max(0, Math.round(ms));
  const two = (/** @type {number} */ value) => String(Math.floor(value)).padStart(2, "0");
  return `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)}.${String(whole % 1000).padStart(3, "0")}`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
