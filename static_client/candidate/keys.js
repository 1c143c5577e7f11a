// @ts-check
/** The one key of the page: Ctrl+Enter (⌘ on Apple), which no typing and no screen reader needs. */

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** How the key is written for this device. */
export const doneKey = apple ? "⌘ ↵" : "Ctrl ↵";
/** The same for assistive technology (aria-keyshortcuts). */
export const doneKeyName = apple ? "Meta+Enter" : "Control+Enter";

/** @param {KeyboardEvent} event */
export function isDoneKey(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && !event.repeat;
}
