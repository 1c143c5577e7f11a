// @ts-check
/**
 * The coverage board: for each competency which parts of a good answer have been shown, by the candidate's
 * own words. It fills as evidence comes and shows no score, so it stands under blind scoring too.
 *
 * A grid with one tab stop: arrow keys move, Enter opens the quotes of a cell.
 */
import { dotted, isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";
import { timeCode } from "./clock.js";

/** @typedef {import("./state.js").Quote} Quote */
/** @typedef {{count: number, quotes: number[]}} Cell */
/** @typedef {{question: string, text: string, quote: number | null}} Point */
/** @typedef {{competency: string, parts: Partial<Record<Part, Cell>>, points: Point[]}} Row */
/** @typedef {{quotes: Quote[], rows: Row[]}} Coverage */

const PARTS = /** @type {const} */ (["situation", "task", "action", "result", "number"]);
/** @typedef {(typeof PARTS)[number]} Part */
/** @typedef {Part | "points"} Column */
/** @type {Column[]} */
const COLUMNS = [...PARTS, "points"];
const CELL = ".board__cell";

/**
 * @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk
 * @param {() => void} makeRoom called before quotes are shown, for what else may stand there
 */
export function createCoverageBoard(context, desk, makeRoom) {
  const { t } = context;
  const body = h("tbody");
  const table = h("table", { class: "board__table", role: "grid", "aria-labelledby": "board-title", on: { keydown: pressed } },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, h("span", { class: "sr-only", text: () => t("board.competency") })),
      COLUMNS.map((column) => h("th", { scope: "col", class: "board__column", title: () => t(`board.${column}`) },
        h("span", { "aria-hidden": "true", text: () => t(`board.${column}_short`) }),
        h("span", { class: "sr-only", text: () => t(`board.${column}`) }))))),
    body);
  const none = h("p", { class: "quiet board__none", text: () => t("board.none") });
  const element = h("section", { class: "panel board", "aria-labelledby": "board-title" },
    h("div", { class: "panel__head" }, h("h2", { class: "panel__title", id: "board-title" }, h("span", { "aria-hidden": "true", text: () => t("board.title_short") }), h("span", { class: "sr-only", text: () => t("board.title") }))),
    none, table);
  const quotes = createQuotes(context, desk);

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    /** @type {Coverage | null} */
    const coverage = state.view.coverage ?? null;
    const rows = coverage?.rows ?? [];
    show(none, rows.length === 0);
    show(table, rows.length > 0);
    keyed(body, rows, (row) => row.competency, create, (line, row) => /** @type {any} */ (line).update(row));
    if (!table.querySelector(`${CELL}[tabindex="0"]`)) table.querySelector(CELL)?.setAttribute("tabindex", "0");
    if (coverage) quotes.update(coverage);
  }

  /** @param {Row} first */
  function create(first) {
    const title = desk.state.view.competencies.find((/** @type {{id: string}} */ one) => one.id === first.competency)?.title ?? first.competency;
    const cells = new Map(COLUMNS.map((column) => {
      const glyph = h("span", { "aria-hidden": "true" });
      return [column, { glyph, button: h("button", { type: "button", class: "board__cell", tabIndex: -1, data: { column }, on: { click: () => { makeRoom(); quotes.open(first.competency, column); } } }, glyph) }];
    }));
    const line = h("tr", {},
      h("th", { scope: "row", class: "board__row", title }, h("span", { lang: desk.state.view.language === "zh" ? "zh-CN" : "en", dir: "auto", text: title })),
      [...cells.values()].map(({ button }) => h("td", {}, button)));
    /** @param {Row} row */
    function update_(row) {
      for (const [column, { button, glyph }] of cells) {
        const cell = lookOf(row, column);
        button.dataset.state = cell.state;
        setText(glyph, cell.glyph);
        button.setAttribute("aria-label", `${isolated(title)}, ${t(`board.${column}`)}: ${cell.words}`);
        button.title = `${t(`board.${column}`)}: ${cell.words}`;
      }
    }
    return Object.assign(line, { update: update_ });
  }

  /** What a cell shows: a number where there is evidence, a stroke where none is, nothing before it was asked. @param {Row} row @param {Column} column */
  function lookOf(row, column) {
    if (column === "points") {
      const total = row.points.length;
      const said = row.points.filter((point) => point.quote !== null).length;
      if (total === 0) return { state: "open", glyph: "", words: t("board.open") };
      return { state: said > 0 ? "covered" : "missing", glyph: `${said}/${total}`, words: t("board.points_of", { said, total }) };
    }
    const cell = row.parts[column];
    if (!cell) return { state: "open", glyph: "", words: t("board.open") };
    if (cell.count === 0) return { state: "missing", glyph: "–", words: t("board.missing") };
    return { state: "covered", glyph: String(cell.count), words: t("board.count", { count: cell.count }) };
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const cell = /** @type {HTMLElement} */ (event.target).closest(CELL);
    const step = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -9], End: [0, 9] })[event.key];
    if (!cell || !step) return;
    event.preventDefault();
    const rows = [...body.rows].map((row) => [...row.querySelectorAll(CELL)]);
    const at = rows.findIndex((row) => row.includes(cell));
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + step[0]))] ?? [];
    const place = Math.min(row.length - 1, Math.max(0, (rows[at]?.indexOf(cell) ?? 0) + step[1]));
    focusOn(row[place]);
  }

  /** @param {Element | undefined} cell */
  function focusOn(cell) {
    if (!(cell instanceof HTMLElement)) return;
    for (const other of table.querySelectorAll(CELL)) other.setAttribute("tabindex", other === cell ? "0" : "-1");
    cell.focus();
  }

  return { element, quotes: quotes.element, update, close: quotes.hide, focus: () => focusOn(table.querySelector(`${CELL}[tabindex="0"]`) ?? undefined) };
}

/** The quotes of one cell, beside the running picture; not modal, Esc closes it. @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
function createQuotes(context, desk) {
  const { t } = context;
  const title = h("h2", { id: "coverage-title", class: "panel__title", tabIndex: -1 });
  const list = h("ol", { class: "evidence__quotes" });
  const none = h("p", { class: "quiet" });
  const element = h("section", { class: "evidence", "aria-labelledby": title.id, hidden: true, on: { keydown: escape } },
    h("div", { class: "panel__head" }, title,
      h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": () => t("app.close"), on: { click: close } }, icon("close"))),
    h("div", { class: "evidence__body", tabIndex: 0, role: "group", "aria-labelledby": title.id }, none, list));
  /** @type {{competency: string, column: Column} | null} */
  let shown = null;
  let drawn = "";
  /** @type {Element | null} */
  let opener = null;

  /** @param {string} competency @param {Column} column */
  function open(competency, column) {
    opener = document.activeElement;
    shown = { competency, column };
    drawn = "";
    update(desk.state.view.coverage);
    show(element, true);
    title.focus();
  }

  function hide() {
    show(element, false);
    shown = null;
  }

  function close() {
    hide();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  /** @param {KeyboardEvent} event */
  function escape(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  }

  /** @param {Coverage} coverage */
  function update(coverage) {
    const row = coverage.rows.find((one) => one.competency === shown?.competency);
    if (!shown || !row) return;
    const items = shown.column === "points"
      ? row.points.map((point) => ({ point: point.text, quote: point.quote === null ? undefined : coverage.quotes[point.quote] }))
      : (row.parts[shown.column]?.quotes ?? []).map((place) => ({ point: "", quote: coverage.quotes[place] }));
    setText(title, dotted([nameOf(shown.competency), t(`board.${shown.column}`)]));
    const key = JSON.stringify([items, context.i18n.language]);
    if (key === drawn) return; // whoever reads here is not disturbed by news elsewhere
    drawn = key;
    const asked = shown.column === "points" ? row.points.length > 0 : Boolean(row.parts[shown.column]);
    setText(none, t(asked ? "board.missing_long" : "board.open_long"));
    show(none, items.length === 0);
    fill(list, items.map(({ point, quote }) => h("li", { class: quote ? "" : "board__unsaid" },
      h("div", {},
        point ? h("p", { class: "board__point" }, icon(quote ? "check" : "circle"), h("span", { lang: language(), dir: "auto", text: point })) : null,
        quote ? h("blockquote", { lang: language(), dir: "auto", text: quote.text }) : h("p", { class: "quiet", text: () => t("board.unsaid") })),
      quote ? h("button", { type: "button", class: "time-link figure", "aria-label": () => t("scores.jump", { clock: timeCode(quote.start_ms) }), text: timeCode(quote.start_ms), on: { click: () => desk.jumpTo(quote.start_ms) } }) : null)));
  }

  /** @param {string} competency */
  function nameOf(competency) {
    return desk.state.view.competencies.find((/** @type {{id: string}} */ one) => one.id === competency)?.title ?? competency;
  }

  function language() {
    return desk.state.view.language === "zh" ? "zh-CN" : "en";
  }

  return { element, open, hide, update };
}
