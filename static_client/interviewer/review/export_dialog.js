// @ts-check
/** Everything that can be taken away, each a plain button with what is in it. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { problemText } from "../problem_text.js";
import { saveBlob, saveText } from "../save_file.js";
import { fetchFile, pathOf } from "./sources.js";
import { transcriptText, webVtt } from "./transcript_files.js";

/** @typedef {"json" | "html" | "pdf" | "text" | "vtt"} Kind */
/** @type {Kind[]} */
const KINDS = ["html", "pdf", "json", "text", "vtt"];

/**
 * @param {import("../context.js").Context} context
 * @param {string} interview
 * @param {{report: any, entries: import("./tracks.js").Entry[], nameOf: (entry: import("./tracks.js").Entry) => string, heading: string[], timing: string[]}} content
 *   `timing`: what the times of the WebVTT count from
 */
export function createExportDialog(context, interview, { report, entries, nameOf, heading, timing }) {
  const { t } = context;
  const outcome = h("p", { class: "field__error", role: "alert", hidden: true });
  const close = h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": t("app.close"), on: { click: () => element.close() } }, icon("close"));
  const element = h("dialog", { class: "dialog export", "aria-labelledby": "export-title" },
    h("div", { class: "panel__head" }, h("h2", { id: "export-title", text: t("export.title") }), close),
    h("ul", { class: "export__list" }, KINDS.map((kind) => h("li", {}, row(kind)))),
    report ? null : h("p", { class: "quiet", text: t("export.no_report") }),
    outcome);

  /** @param {Kind} kind */
  function row(kind) {
    const made = h("button", { type: "button", class: "export__one", on: { click: () => void take(kind, made) } },
      icon("download"), h("span", { class: "export__name", text: t(`export.${kind}`) }), h("span", { class: "quiet export__what", text: t(`export.${kind}_what`) }));
    if (!report && (kind === "json" || kind === "html" || kind === "pdf")) made.setAttribute("aria-disabled", "true");
    return made;
  }

  /** @param {Kind} kind @param {HTMLElement} pressed */
  async function take(kind, pressed) {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    show(outcome, false);
    pressed.setAttribute("aria-disabled", "true");
    try {
      await save(kind);
      context.say(t("export.saved", { what: t(`export.${kind}`) }));
    } catch (problem) {
      setText(outcome, t("export.failed", { problem: problemText(context, problem) }));
      show(outcome, true);
    }
    pressed.removeAttribute("aria-disabled");
  }

  /** @param {Kind} kind */
  async function save(kind) {
    const path = `${pathOf(interview)}/report`;
    const language = `?language=${context.i18n.language}`;
    switch (kind) {
      case "json": saveText(JSON.stringify(report, null, 2), "application/json", `viva-report-${interview}.json`); break;
      case "html": saveBlob(await fetchFile(`${path}.html${language}`, context.token), `viva-report-${interview}.html`); break;
      case "pdf": saveBlob(await fetchFile(`${path}.pdf${language}`, context.token), `viva-report-${interview}.pdf`); break;
      case "text": saveText(transcriptText(heading, entries, nameOf), "text/plain", `viva-transcript-${interview}.txt`); break;
      case "vtt": saveText(webVtt([...heading, ...timing], entries, nameOf), "text/vtt", `viva-transcript-${interview}.vtt`); break;
      default:
    }
  }

  return { element, open: () => { show(outcome, false); element.showModal(); } };
}
