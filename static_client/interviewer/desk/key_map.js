// @ts-check
/** The keys of the live desk. */
import { createKeys } from "../keys.js";

/** @typedef {"help" | "search" | "now" | "overlay" | "send" | "dismiss" | "talk" | "ask" | "note" | "bookmark" | "marks" | "more_time" | "chat" | "control" | "pause" | "skip" | "end" | "previous" | "next" | "up" | "down" | "quotes" | "board" | "lobby"} Action */
/** @typedef {Record<Action, () => void> & {level: (level: number) => void}} Actions */

/** @type {Record<string, Action>} */
const KEYS = {
  "?": "help", "/": "search", g: "now", o: "overlay", f: "send", x: "dismiss", t: "talk", a: "ask", n: "note",
  p: "pause", s: "skip", e: "end", "[": "previous", "]": "next", q: "quotes", v: "board", l: "lobby",
  b: "bookmark", i: "marks", m: "more_time", c: "chat", w: "control", j: "down", k: "up",
};
/** @type {{group: "see" | "act" | "panel" | "score", keys: [string, string][]}[]} */
const SHOWN = [
  { group: "see", keys: [["/", "search"], ["g", "now"], ["o", "overlay"], ["v", "board"], ["l", "lobby"], ["?", "help"]] },
  { group: "act", keys: [["f", "send"], ["x", "dismiss"], ["t", "talk"], ["a", "ask"], ["m", "more_time"], ["p", "pause"], ["s", "skip"], ["e", "end"]] },
  { group: "panel", keys: [["n", "note"], ["b", "bookmark"], ["i", "marks"], ["c", "chat"], ["w", "control"]] },
  { group: "score", keys: [["1 – 5", "level"], ["0", "insufficient"], ["j ↓", "down"], ["k ↑", "up"], ["[", "previous"], ["]", "next"], ["q", "quotes"]] },
];

/**
 * @param {import("../context.js").Context} context @param {Actions} actions
 * @param {(action: string) => boolean} lists whether this person can do anything with it
 */
export function createKeyMap(context, actions, lists) {
  return createKeys(context, { keys: KEYS, shown: SHOWN, lists }, (action) => actions[action](), (level) => actions.level(level));
}
