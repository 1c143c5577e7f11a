// @ts-check
/** What went wrong, in the page's own words: by the server's codes, never by its sentences. */
import { ApiProblem } from "../shared/api.js";
import { ControlProblem } from "../shared/control.js";

/** @param {import("./context.js").Context} context @param {unknown} problem @returns {string} */
export function problemText(context, problem) {
  if (problem instanceof ApiProblem) return told(context, { code: problem.code, ...problem.document });
  if (problem instanceof ControlProblem) return told(context, problem);
  return context.t("problem.internal");
}

/**
 * @param {import("./context.js").Context} context
 * @param {{code: string, reason?: string, values?: Record<string, string | number>}} problem
 */
export function told(context, { code, reason = "", values = {} }) {
  const byCode = context.word(`problem.${code}`, context.t("problem.internal"));
  /** @type {Record<string, string | number>} */
  const shown = { ...values };
  if (shown.name === "") shown.name = context.t("problem.somebody");
  if (typeof shown.score === "number") shown.score = context.i18n.number(shown.score, { minimumFractionDigits: 1 });
  return reason ? context.word(`refusal.${reason}`, byCode, shown) : byCode;
}
