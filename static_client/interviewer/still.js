// @ts-check
/**
 * A small still of one running interview, asked for every few seconds while it is on the screen.
 *
 * A new picture is decoded before it takes the old one's place, so nothing flickers. The address is a blob's:
 * the token stays in a header, and nothing of the picture is kept by the browser.
 */
import { h, fill, show } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

/** The server makes a new one every five seconds. */
const EVERY_MS = 5000;
const LATE_MS = 15_000;

/** @param {import("./context.js").Context} context @param {{interview: string, candidate: string}} first */
export function createStill(context, first) {
  const { t } = context;
  const picture = h("img", { class: "still__picture", alt: t("lobby.still_of", { name: first.candidate }), hidden: true });
  const none = h("span", { class: "still__none" });
  const element = h("div", { class: "still" }, picture, none);
  let wanted = false;
  let visible = false;
  let timer = 0;
  let newestAt = 0;
  let shownNone = "";
  const watcher = new IntersectionObserver((entries) => {
    visible = entries.some((entry) => entry.isIntersecting);
    if (visible) ask();
  });
  watcher.observe(element);

  async function ask() {
    clearTimeout(timer);
    if (!wanted || !visible || !element.isConnected) return;
    timer = window.setTimeout(ask, EVERY_MS);
    if (document.hidden) return;
    try {
      const answer = await fetch(`/api/v1/interviews/${encodeURIComponent(first.interview)}/thumbnail`, {
        headers: { Authorization: `Bearer ${context.token}` }, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(EVERY_MS),
      });
      if (answer.ok) await put(await answer.blob());
    } catch { /* asked again in a moment; a picture that gets old is taken away */ }
    if (performance.now() - newestAt > LATE_MS) takeAway();
  }

  /** @param {Blob} blob */
  async function put(blob) {
    const address = URL.createObjectURL(blob);
    const fresh = new Image();
    fresh.src = address;
    try { await fresh.decode(); } catch { URL.revokeObjectURL(address); return; }
    const before = picture.src;
    picture.src = address;
    newestAt = performance.now();
    show(picture, true);
    show(none, false);
    if (before) URL.revokeObjectURL(before);
  }

  function takeAway() {
    if (picture.src) URL.revokeObjectURL(picture.src);
    picture.removeAttribute("src");
    show(picture, false);
    show(none, true);
  }

  /** @param {import("./lobby.js").Row} row */
  function update(row) {
    const starts = Boolean(row.still) && !wanted;
    wanted = Boolean(row.still);
    const words = row.mode === "text" ? "picture.in_text" : row.mode === "voice" ? "picture.by_voice" : "lobby.no_still";
    if (words !== shownNone) {
      shownNone = words;
      fill(none, icon(row.mode === "text" ? "text" : row.mode === "voice" ? "mic" : "cameraOff"), h("span", { text: t(words) }));
    }
    if (!wanted) takeAway();
    if (starts) ask();
  }

  return { element, update, close() { clearTimeout(timer); watcher.disconnect(); takeAway(); } };
}
