// @ts-check
/**
 * What to notice in the open answer, at most three quiet lines, each with the words it rests on.
 *
 * Putting one aside is this page's own affair: nothing is sent, and it does not come back on this page.
 */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";

/** @typedef {{id: string, kind: string, text: string, quote: string}} Prompt */

/** @param {import("../context.js").Context} context */
export function createNoticed(context) {
  const { t } = context;
  const element = h("ol", { class: "noticed", "aria-label": () => t("noticed.title"), hidden: true });
  /** @type {Set<string>} */
  const aside = new Set();
  /** @type {Set<string>} those that were already told */
  const told = new Set();
  /** @type {any} */
  let view = null;

  /** @param {any} now the desk's view */
  function update(now) {
    const first = view === null;
    view = now;
    draw(first);
  }

  /** @param {boolean} silent */
  function draw(silent) {
    /** @type {Prompt[]} */
    const shown = (view.prompts ?? []).filter((/** @type {Prompt} */ one) => !aside.has(one.id));
    show(element, shown.length > 0);
    keyed(element, shown, (one) => one.id, create, (item, one) => /** @type {any} */ (item).update(one));
    for (const one of shown) {
      if (!told.has(one.id) && !silent) context.say(t("noticed.new", { text: one.text }));
      told.add(one.id);
    }
  }

  /** @param {Prompt} prompt */
  function create(prompt) {
    const lang = view.language === "zh" ? "zh-CN" : "en";
    const text = h("span", { class: "noticed__text", lang, dir: "auto" });
    const words = h("q", { lang, dir: "auto" });
    const quote = h("span", { class: "noticed__quote" }, h("span", { class: "sr-only", text: () => `${t("prompts.quote")}: ` }), words);
    const away = h("button", {
      type: "button", class: "button button--dense button--quiet button--icon noticed__away",
      "aria-label": () => t("noticed.aside_of", { text: prompt.text }), title: () => t("noticed.aside"),
      on: { click: () => { aside.add(prompt.id); draw(true); } },
    }, icon("close"));
    const item = h("li", { class: "noticed__item" },
      h("span", { class: "noticed__kind", text: () => context.word(`noticed.kind.${prompt.kind}`, prompt.kind) }),
      h("span", { class: "noticed__words" }, text, quote), away);
    return Object.assign(item, {
      /** @param {Prompt} one */
      update(one) {
        setText(text, one.text);
        setText(words, one.quote);
        show(quote, one.quote !== "");
      },
    });
  }

  return { element, update };
}
