// @ts-check
/**
 * A recording of several parts on one session clock. Pure.
 *
 * A part begins anew after every lost connection; what lies between two parts was not recorded and is shown as
 * a gap, never closed up: a second of the recording is always at the second it was said.
 */

/** @typedef {{part: number, mime: string, start_ms: number, end_ms: number, bytes: number, url: string, holes?: {start_ms: number, end_ms: number}[]}} Part as in docs/protocol.md */
/** @typedef {{state: "none" | "recording" | "ready" | "destroyed", reason: string | null, parts: Part[]}} Recording */

/** Shorter holes than this are the seam between two parts, not worth a word. */
const SEAM_MS = 250;

/** @param {Part[]} parts @returns {Part[]} */
export function inOrder(parts) {
  return [...parts].filter((part) => part.end_ms > part.start_ms).sort((a, b) => a.start_ms - b.start_ms);
}

/**
 * Where a session time is in the recording.
 * @param {Part[]} parts in order @param {number} ms
 * @returns {{part: Part | null, offsetMs: number, next: Part | null}} `part` is null in a gap; `next` is the part after
 */
export function locate(parts, ms) {
  const part = parts.findLast((one) => ms >= one.start_ms && ms < one.end_ms) ?? null;
  const next = parts.find((one) => one.start_ms > ms) ?? null;
  return { part, offsetMs: part ? ms - part.start_ms : 0, next };
}

/** @param {Part[]} parts in order @param {number} from @param {number} to @returns {{from: number, to: number}[]} what is not recorded */
export function gaps(parts, from, to) {
  const found = [];
  let known = from;
  for (const part of parts) {
    if (part.start_ms - known > SEAM_MS) found.push({ from: known, to: Math.min(part.start_ms, to) });
    known = Math.max(known, part.end_ms);
  }
  if (to - known > SEAM_MS) found.push({ from: known, to });
  return found.filter((gap) => gap.to > gap.from);
}

/** What is missing within the parts, where the disk did not take it. @param {Part[]} parts @returns {{from: number, to: number}[]} */
export function holes(parts) {
  return parts.flatMap((part) => (part.holes ?? []).map(({ start_ms: from, end_ms: to }) => ({ from, to })));
}
