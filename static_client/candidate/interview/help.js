// @ts-check
/** Help at any time: a question about the position or the interview, answered from the job description. */
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText } from "../../shared/dom.js";
import { openDialog } from "../frame.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../view.js").HelpItem} HelpItem */

/** @param {App} app */
export function openHelp(app) {
  const { t } = app.i18n;
  const list = h("div", { class: "exchange", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": t("help_title") });
  const ask = askForm(app, "help", t("help_label"), t("help_send"));
  const dialog = openDialog({ title: t("help_title"), text: t("help_lead"), body: h("div", { class: "stack" }, list, ask.element), cancel: t("close") });
  let shown = "";
  const timer = setInterval(draw, 200);
  dialog.addEventListener("close", () => clearInterval(timer));
  function draw() {
    const items = app.conversation?.view?.help ?? [];
    const key = JSON.stringify(items);
    if (key === shown) return;
    shown = key;
    fill(list, exchange(app, items));
    list.scrollTop = list.scrollHeight;
  }
  draw();
  ask.input.focus();
}

/** Questions and answers, one under the other. @param {App} app @param {HelpItem[]} items */
export function exchange(app, items) {
  const { i18n: { t }, entry } = app;
  const lang = app.conversation?.view?.language === "zh" ? "zh-CN" : "en";
  return items.map((item) => h("div", { class: "exchange__item stack stack--s", lang },
    h("p", { class: "exchange__asked", dir: "auto", text: item.asked }),
    item.answer === null
      ? h("p", { class: "quiet", text: t("help_waiting") })
      : h("div", { class: "exchange__answer" },
        h("p", { dir: "auto", text: item.answer }),
        item.passage === null
          ? h("p", { class: "quiet", text: t("help_passed_on", { company: entry.job.company }) })
          : item.answer.includes(item.passage) ? h("p", { class: "quiet", text: t("help_passage") })
            : h("p", { class: "quiet", text: `${t("help_passage")}: “${isolated(item.passage)}”` }))));
}

/** @param {App} app @param {string} command @param {string} label @param {string} send */
export function askForm(app, command, label, send) {
  const id = `ask-${command}`;
  const labelElement = h("label", { htmlFor: id, text: label });
  const input = h("input", { class: "input", id, maxLength: 1000, autocomplete: "off" });
  const submit = h("button", { type: "submit", class: "button", text: send });
  const element = h("form", { class: "field", on: { submit: run } }, labelElement, h("div", { class: "ask" }, input, submit));

  /** @param {Event} event */
  async function run(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) { input.focus(); return; }
    if (await app.conversation?.command(command, { text })) input.value = "";
    input.focus();
  }
  return {
    element, input,
    /** @param {string} nextLabel @param {string} nextSend */
    rename(nextLabel, nextSend) { setText(labelElement, nextLabel); setText(submit, nextSend); },
  };
}

