// @ts-check
/** The running transcript: search, jump, follow. Only what is in view exists as elements. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { panelOf, speakerOf } from "./people.js";
import { placeAt, search } from "./timeline.js";
import { createEntryMaker } from "./transcript_entry.js";
import { createVirtualList } from "./virtual_list.js";

/** What entries show out of the view: the language and the titles of dimensions. @param {import("./state.js").View} view */
const namesOf = (view) => [view.language, ...panelOf(view).people.map((one) => one.name), ...view.competencies.map((/** @type {{title: string}} */ one) => one.title)].join("|");

/** Taken as the height of an entry before it is measured, pixels. */
const ESTIMATED_HEIGHT = 64;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createTranscriptPanel(context, desk) {
  const { t } = context;
  const field = h("input", { class: "input input--dense", type: "search", id: "transcript-search", placeholder: () => t("transcript.search"), "aria-label": () => t("transcript.search"), autocomplete: "off", "aria-keyshortcuts": "/" });
  const count = h("span", { class: "search__count figure", role: "status" });
  const previous = stepButton("transcript.previous", "search__previous", () => stepHit(-1));
  const next = stepButton("transcript.next", "search__next", () => stepHit(1));
  const empty = h("p", { class: "quiet transcript__empty", text: () => t("transcript.empty") });
  const fresh = h("span", { class: "figure" });
  const now = h("button", { type: "button", class: "button button--dense button--primary transcript__now", hidden: true, on: { click: toNow } }, () => t("transcript.now"), fresh);
  const list = createVirtualList({
    create: createEntryMaker(context, desk, () => field.value),
    estimate: ESTIMATED_HEIGHT,
    label: () => t("transcript.title"),
    onFollow: (following) => {
      show(now, !following);
      seen = desk.state.timeline.entries.length;
      setText(fresh, "");
    },
  });
  list.element.id = "transcript";
  show(list.element, false); // a feed without articles is none
  const element = h("section", { class: "panel transcript", "aria-labelledby": "transcript-title" },
    h("div", { class: "panel__head transcript__head" },
      h("h2", { class: "panel__title", id: "transcript-title", text: () => t("transcript.title") }),
      h("div", { class: "search", role: "search" }, field, count, previous, next)),
    empty, list.element, now);
  /** @type {number[]} */
  let hits = [];
  let hit = -1;
  let seen = 0;
  let finals = 0;
  let named = "";

  field.addEventListener("input", () => searchAgain(true));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      stepHit(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      if (field.value) event.stopPropagation();
      field.value = "";
      searchAgain(false);
    }
  });

  /** @param {import("../context.js").WordKey} key @param {string} name @param {() => void} act */
  function stepButton(key, name, act) {
    return h("button", { type: "button", class: `button button--dense button--quiet button--icon ${name}`, "aria-label": () => t(key), title: () => t(key), hidden: true, on: { click: act } }, icon("send"));
  }

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (changed.has("language")) {
      list.refresh();
      showCount();
    }
    if (changed.has("view") && namesOf(state.view) !== named) {
      named = namesOf(state.view);
      list.refresh();
    }
    if (!changed.has("timeline")) return;
    const { entries } = state.timeline;
    show(empty, entries.length === 0);
    show(list.element, entries.length > 0);
    list.setEntries(entries);
    if (!list.following) setText(fresh, entries.length > seen ? ` · ${t("transcript.new", { count: entries.length - seen })}` : "");
    if (field.value.trim()) searchAgain(false);
    readAloud(entries);
  }

  /** Finished sentences are said to somebody whose focus is in the transcript, never otherwise. @param {import("./timeline.js").Entry[]} entries */
  function readAloud(entries) {
    const last = entries[entries.length - 1];
    if (!last || last.partial || entries.length === finals) return;
    finals = entries.length;
    if (list.element.contains(document.activeElement) && last.kind === "said") {
      context.say(t("desk.new_partial", { who: speakerOf(context, desk.state.view, last), text: last.text ?? "" }));
    }
  }

  /** @param {boolean} jump to the hit nearest the end */
  function searchAgain(jump) {
    hits = search(desk.state.timeline.entries, field.value);
    if (jump) {
      hit = hits.length - 1;
      list.refresh();
      showHit();
    } else hit = Math.min(hit, hits.length - 1);
    showCount();
    if (!field.value) list.refresh();
  }

  /** @param {number} by */
  function stepHit(by) {
    if (hits.length === 0) return;
    hit = (hit + by + hits.length) % hits.length;
    showHit();
    showCount();
  }

  function showHit() {
    const place = hits[hit];
    if (place !== undefined) list.toPlace(place);
  }

  function showCount() {
    const searching = field.value.trim() !== "";
    setText(count, !searching ? "" : hits.length === 0 ? t("transcript.search_none") : t("transcript.search_count", { place: hit + 1, count: hits.length }));
    show(previous, searching && hits.length > 1);
    show(next, searching && hits.length > 1);
  }

  function toNow() {
    list.toEnd();
    list.element.focus();
  }

  /** @param {number} place */
  function show_(place) {
    const found = list.toPlace(place);
    found?.focus({ preventScroll: true });
  }

  return {
    element, update, toNow,
    /** @param {number} atMs */
    jumpTo(atMs) { show_(placeAt(desk.state.timeline.entries, atMs)); },
    /** @param {string} question */
    jumpToQuestion(question) {
      show_(desk.state.timeline.entries.findIndex((entry) => entry.kind === "question" && entry.question === question));
    },
    focusSearch() { field.focus(); field.select(); },
    focus() { list.element.focus(); },
  };
}
