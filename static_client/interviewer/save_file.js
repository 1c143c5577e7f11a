// @ts-check
/** Give the reader a file. */
import { h } from "../shared/dom.js";

/** @param {Blob} content @param {string} name */
export function saveBlob(content, name) {
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {string} text @param {string} type @param {string} name */
export function saveText(text, type, name) {
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);
}
