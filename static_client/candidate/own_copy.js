// @ts-check
/** The candidate's own copy of the report on the end page, where the company's policy gives one. */
import { fill, h, setText, show } from "../shared/dom.js";
import { loadEntry, saveOwnCopy } from "./entry.js";
import { button } from "./frame.js";

/** @typedef {import("./app.js").App} App */

/** A report is written within a minute of the end: so often it is asked for, and no more. */
const ASK_EVERY_MS = 5000;
const ASK_AT_MOST = 24;

/** @param {App} app @param {string} session the session's token; "" when the page was opened after the end */
export function createOwnCopy(app, session) {
  const { t, language } = app.i18n;
  const token = app.entryToken || session;
  if (!token || (app.entry.report ?? "none") === "none") return null;
  const text = h("p", {});
  const error = h("p", { class: "field__error", role: "alert" });
  const save = button(t("copy_save"), () => void download());
  const actions = h("div", { class: "row" }, save);
  const element = h("section", { class: "stack stack--s" }, h("h2", { text: t("copy_title") }), text, actions, error);
  let left = app.entryToken ? ASK_AT_MOST : 0;
  let timer = 0;
  draw();
  if (app.entry.report === "later") wait();

  function draw() {
    const ready = app.entry.report === "ready";
    setText(text, t(ready ? "copy_ready" : "copy_later"));
    show(actions, ready);
    show(error, error.textContent !== "");
  }

  function wait() {
    if (left-- > 0) timer = window.setTimeout(() => void askAgain(), ASK_EVERY_MS);
  }

  async function askAgain() {
    try {
      app.entry = { ...app.entry, report: (await loadEntry(app.entryToken)).report };
    } catch { /* asked again */ }
    if (app.entry.report === "later") wait();
    draw();
  }

  async function download() {
    save.setAttribute("aria-disabled", "true");
    fill(error);
    try {
      await saveOwnCopy(token, language, t("copy_file"));
    } catch (problem) {
      setText(error, app.sentence(problem));
    }
    save.removeAttribute("aria-disabled");
    draw();
  }

  return { element, close() { window.clearTimeout(timer); } };
}
