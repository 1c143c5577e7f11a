// @ts-check
/**
 * The interviewer's page: the lobby, one interview live, its report, its review, two compared.
 *
 * Routes stand in the fragment (`#/`, `#/interview/ID`, `#/interview/ID/report`, `#/interview/ID/review/MS`,
 * `#/compare/ID/ID`), so that nothing about an interview is sent as an address. The link's token is taken out
 * of the fragment first.
 */
import { byId, fill, h } from "../shared/dom.js";
import { tokenFromFragment } from "../shared/api.js";
import { applyStoredTheme } from "../shared/theme.js";
import { openComparison } from "./compare/compare.js";
import { createContext, keepToken } from "./context.js";
import { openLobby } from "./lobby.js";
import { openDesk } from "./desk/desk.js";
import { openReport } from "./report_view.js";
import { openReview } from "./review/review.js";

/**
 * @typedef {object} Place one of the pages
 * @property {HTMLElement} element
 * @property {() => void} close
 * @property {() => void} [relabel] says everything in the language just chosen; a page without it is opened again
 */

applyStoredTheme();
const token = keepToken(tokenFromFragment());
const context = createContext(token ?? "");
const page = byId("page");
document.body.append(context.voice);

/** @type {Place | null} */
let place = null;

function open() {
  place?.close();
  place = null;
  if (!token) {
    fill(page, linkMissing());
    return;
  }
  const [, section, id, part, at] = location.hash.split("/").map(decodeURIComponent);
  if (section === "compare" && id && part) place = openComparison(context, id, part);
  else if (section !== "interview" || !id) place = openLobby(context);
  else if (part === "report") place = openReport(context, id);
  else if (part === "review") place = openReview(context, id, at ? Number(at) || 0 : null);
  else place = openDesk(context, id);
  fill(page, place.element);
  scrollTo(0, 0);
}

function linkMissing() {
  document.title = context.t("app.title");
  return h("main", { class: "sorry" },
    h("h1", { text: context.t("app.link_missing") }),
    h("p", { class: "soft", text: context.t("app.link_missing_hint") }));
}

addEventListener("hashchange", () => {
  const fresh = tokenFromFragment(); // another link opened in this tab
  if (fresh) {
    keepToken(fresh);
    location.reload();
  } else open();
});
context.i18n.onChange(() => (place?.relabel ? place.relabel() : open()));
open();
