// @ts-check
/**
 * Bookmarks: one key pins the moment at once, a word may follow. Bookmarks and notes stand in one list,
 * each leads to its moment.
 */
import { fill, h, sayAgain, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { timeCode } from "./clock.js";
import { nameOf, panelOf } from "./people.js";

/** @typedef {{kind: "note" | "bookmark", at_ms: number, by: string, words: string}} Mark */

/** @param {any} view @returns {Mark[]} notes and bookmarks in the order of their moments */
export function marksOf(view) {
  /** @type {Mark[]} */
  const notes = (view?.notes ?? []).map((/** @type {any} */ one) => ({ kind: "note", at_ms: one.at_ms, by: one.by, words: one.text }));
  /** @type {Mark[]} */
  const bookmarks = (view?.bookmarks ?? []).map((/** @type {any} */ one) => ({ kind: "bookmark", at_ms: one.at_ms, by: one.by, words: one.word }));
  return [...notes, ...bookmarks].sort((a, b) => a.at_ms - b.at_ms);
}

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createBookmarks(context, desk) {
  const { t } = context;
  const pin = h("button", { type: "button", class: "button button--dense button--icon", data: { needs: "note" }, "aria-label": () => t("marks.bookmark"), title: () => t("marks.bookmark"), "aria-keyshortcuts": "b", on: { click: () => void bookmark() } }, icon("bookmark"));
  const count = h("span", { class: "figure", "aria-hidden": "true" });
  const listButton = h("button", { type: "button", class: "button button--dense button--quiet marks__toggle", "aria-expanded": "false", "aria-controls": "marks", "aria-keyshortcuts": "i", title: () => t("marks.list"), on: { click: () => toggleList() } }, icon("text"), count);
  const ask = () => t("marks.word", { clock: timeCode(openAt) });
  let openAt = 0;
  const label = h("label", { class: "sr-only", for: "bookmark-word", text: ask });
  const field = h("input", { class: "input input--dense", dir: "auto", id: "bookmark-word", type: "text", maxLength: 80, autocomplete: "off", placeholder: ask });
  const form = h("form", { class: "marks__form", hidden: true, on: { submit, keydown: pressed } }, label, field,
    h("button", { type: "submit", class: "button button--dense", text: () => t("marks.save") }));
  const outcome = h("p", { class: "marks__outcome", role: "status" });
  const none = h("p", { class: "quiet marks__none", text: () => t("marks.none") });
  const list = h("ol", { class: "marks__list" });
  const drawer = h("section", { class: "panel marks__drawer", id: "marks", "aria-labelledby": "marks-title", hidden: true, on: { keydown: closeOnEscape } },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "marks-title", text: () => t("marks.list") }),
      h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": () => t("app.close"), on: { click: () => toggleList() } }, icon("close"))),
    none, list);
  const element = h("div", { class: "marks" }, drawer, form, outcome);
  const tools = h("div", { class: "marks__tools" }, pin, listButton);
  let open = "";
  let drawn = "";
  let opened = () => {};

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    const marks = marksOf(state.view);
    show(pin, panelOf(state.view).takes_part);
    setText(count, String(marks.length));
    listButton.setAttribute("aria-label", t("marks.list_count", { count: marks.length }));
    const key = JSON.stringify([marks, panelOf(state.view).people, context.i18n.language]);
    if (drawer.hidden || key === drawn) return;
    drawn = key;
    show(none, marks.length === 0);
    fill(list, marks.map(line));
  }

  /** @param {Mark} mark */
  function line(mark) {
    const clock = timeCode(mark.at_ms);
    return h("li", { class: "marks__one" },
      h("button", { type: "button", class: "time-link figure", "aria-label": () => t("marks.go", { clock }), text: clock, on: { click: () => desk.jumpTo(mark.at_ms) } }),
      icon(mark.kind === "note" ? "text" : "bookmark"),
      h("span", { class: "marks__words" }, h("span", { dir: "auto", text: mark.words || t("transcript.bookmark") }), " ", h("span", { class: "quiet", dir: "auto", text: nameOf(context, desk.state.view, mark.by) })));
  }

  /** Pins this very moment; the word may come later. */
  async function bookmark() {
    if (pin.hidden) return;
    openAt = Math.max(0, Math.round(desk.clock.now() ?? 0));
    open = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const sent = desk.command("bookmark", { bookmark: open, at_ms: openAt });
    const clock = timeCode(openAt);
    sayAgain(form);
    field.value = "";
    show(form, true);
    field.focus();
    told(await sent, clock);
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const word = field.value.trim();
    close();
    if (word) told(await desk.command("bookmark", { bookmark: open, at_ms: openAt, word }), timeCode(openAt));
  }

  /** @param {string | null} problem @param {string} clock */
  function told(problem, clock) {
    setText(outcome, problem ? t("marks.failed", { problem }) : t("marks.set", { clock }));
    outcome.classList.toggle("field__error", Boolean(problem));
    if (problem) show(form, false);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  }

  function close() {
    show(form, false);
    pin.focus();
  }

  /** @param {KeyboardEvent} event */
  function closeOnEscape(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggleList();
  }

  function toggleList() {
    const shown = Boolean(drawer.hidden);
    if (shown) opened();
    show(drawer, shown);
    listButton.setAttribute("aria-expanded", String(shown));
    drawn = "";
    if (shown) {
      update(desk.state, new Set(["view"]));
      (list.querySelector("button") ?? drawer.querySelector("button"))?.focus();
    } else listButton.focus();
  }

  function closeList() {
    show(drawer, false);
    listButton.setAttribute("aria-expanded", "false");
  }

  return {
    element, tools, update, toggleList, closeList,
    bookmark: () => void bookmark(),
    /** @param {() => void} act */
    onOpen(act) { opened = act; },
  };
}
