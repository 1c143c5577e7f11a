// @ts-check
/**
 * The report, opened with the token and shown in the page.
 *
 * The server renders it as one HTML file that needs nothing else; its style is taken over as a sheet of
 * this document, its content without anything that could run.
 */
import { ApiProblem, request } from "../shared/api.js";
import { fill, h, show } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { problemText } from "./problem_text.js";
import { saveText } from "./save_file.js";

/** @param {import("./context.js").Context} context @param {string} interview */
export function openReport(context, interview) {
  const { t } = context;
  document.title = `${t("report.title")} · Viva`;
  const path = `/api/v1/interviews/${encodeURIComponent(interview)}/report`;
  const body = h("div", { class: "report-body" });
  const state = h("p", { class: "quiet report-state", role: "status", text: t("report.loading") });
  const print = h("button", { type: "button", class: "button button--dense", hidden: true, on: { click: () => globalThis.print() } }, t("report.print"));
  const html = h("button", { type: "button", class: "button button--dense", hidden: true, on: { click: () => saveText(source, "text/html", `viva-report-${interview}.html`) } }, t("report.html"));
  const json = h("button", { type: "button", class: "button button--dense", hidden: true, on: { click: () => void saveJson() } }, t("report.json"));
  const again = h("button", { type: "button", class: "button button--dense", hidden: true, on: { click: () => void load() } }, icon("again"), t("app.retry"));
  const element = h("div", { class: "report-page" },
    h("nav", { class: "report-bar", "aria-label": t("report.title") },
      h("a", { class: "button button--dense button--quiet", href: `#/interview/${encodeURIComponent(interview)}` }, icon("leave"), t("report.back")),
      h("div", { class: "row" }, h("a", { class: "button button--dense", href: `#/interview/${encodeURIComponent(interview)}/review`, text: t("report.review") }), again, print, html, json)),
    h("main", {}, state, body));
  let source = "";
  /** @type {CSSStyleSheet | null} */
  let sheet = null;
  void load();

  async function load() {
    show(again, false);
    show(state, true);
    state.textContent = t("report.loading");
    try {
      source = await fetchText(`${path}.html?language=${context.i18n.language}`, context.token);
    } catch (problem) {
      const missing = problem instanceof ApiProblem && (problem.status === 404 || problem.status === 409);
      state.textContent = missing ? t("report.not_ready") : t("report.failed", { problem: problemText(context, problem) });
      show(again, true);
      return;
    }
    showReport(source);
    show(state, false);
    for (const button of [print, html, json]) show(button, true);
  }

  /** @param {string} text */
  function showReport(text) {
    // The style is cut out before parsing: even a document that is never shown reports an inline one as refused.
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
    const parsed = new DOMParser().parseFromString(text.replace(`<style>${style}</style>`, ""), "text/html");
    close();
    sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    parsed.querySelectorAll("script, style, link, meta, iframe, object, embed").forEach((one) => one.remove());
    const report = parsed.querySelector(".report");
    if (report) fill(body, document.adoptNode(report));
    document.title = parsed.title;
  }

  async function saveJson() {
    const report = await request("GET", path, { token: context.token });
    saveText(JSON.stringify(report, null, 2), "application/json", `viva-report-${interview}.json`);
  }

  function close() {
    if (sheet) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    sheet = null;
  }

  return { element, close };
}

/** @param {string} path @param {string} token @returns {Promise<string>} */
async function fetchText(path, token) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { headers: { Accept: "text/html", Authorization: `Bearer ${token}` }, cache: "no-store", credentials: "omit" });
  } catch {
    throw new ApiProblem(0, { title: "the server was not reached" });
  }
  if (!response.ok) throw new ApiProblem(response.status, await response.json().catch(() => ({})));
  return response.text();
}
