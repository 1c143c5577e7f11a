// @ts-check
/** The frame around every screen: skip link, header, main, footer, one live region. */
import { announcer, fill, h, setText, show } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { languageSwitch, themeSwitch } from "../shared/theme.js";

/** @typedef {import("./app.js").Words} Words */
/** @typedef {ReturnType<typeof createFrame>} Frame */

/** @param {Words} i18n */
export function createFrame(i18n) {
  const live = announcer();
  const skip = h("a", { class: "skip-link", href: "#main" });
  const company = h("span", { class: "brand__name", dir: "auto" });
  const place = h("div", { class: "header__place" });
  const header = h("header", { class: "header" },
    h("div", { class: "brand" }, mark(), company),
    place,
    h("div", { class: "header__language" }, languageSwitch(i18n)));
  const main = h("main", { id: "main", class: "main", tabindex: "-1" });
  const footer = h("footer", { class: "footer" }, themeSwitch(i18n));
  document.body.replaceChildren(skip, header, main, footer, live.element);

  function name() {
    setText(skip, i18n.t("skip"));
    document.title = i18n.t("page_title");
  }
  i18n.onChange(name);
  name();

  return {
    main,
    place,
    say: live.say,
    /** @param {string} text */
    setCompany(text) { setText(company, text); },
    /**
     * Puts a screen on. Its heading gets the focus, so that a screen reader starts there and the keyboard
     * goes on from there; not at the first sight of the page, where focus belongs to the browser.
     * @param {HTMLElement} screen @param {{focus: boolean, layout?: "column" | "interview"}} how
     */
    put(screen, { focus, layout = "column" }) {
      fill(main, screen);
      document.body.dataset.layout = layout;
      show(footer, layout === "column");
      if (!focus) return;
      const heading = [...screen.querySelectorAll("h1")].find((found) => found.checkVisibility?.() ?? true);
      if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
      scrollTo(0, 0);
    },
  };
}

function mark() {
  const svg = icon("check");
  svg.setAttribute("class", "brand__mark");
  svg.querySelector("path")?.setAttribute("d", "M5.5 7.5 11.3 18 18.5 6");
  return svg;
}

/**
 * Thin segments: which step of the way in this is.
 * @param {Words} i18n @param {number} now @param {number} total
 */
export function stepsBar(i18n, now, total) {
  const segments = Array.from({ length: total }, (_, index) => {
    const state = index + 1 < now ? " steps__step--done" : index + 1 === now ? " steps__step--now" : "";
    return h("span", { class: `steps__step${state}` });
  });
  return h("div", { class: "way" },
    h("p", { class: "eyebrow", text: i18n.t("step_of", { n: now, total }) }),
    h("div", { class: "steps", "aria-hidden": "true" }, segments));
}

/**
 * A line with an icon: tone "", "good", "caution" or "alarm".
 * @param {"" | "good" | "caution" | "alarm"} tone @param {string | [string, string]} text with a pair, the first
 * part stands out @param {...(HTMLElement | null)} actions
 */
export function notice(tone, text, ...actions) {
  const glyph = tone === "good" ? "ok" : tone === "caution" ? "caution" : tone === "alarm" ? "alarm" : "info";
  const shown = actions.filter((action) => action !== null);
  return h("div", { class: `notice${tone ? ` notice--${tone}` : ""}` }, icon(glyph),
    h("div", {}, typeof text === "string" ? h("p", { text }) : h("p", {}, h("strong", { text: text[0] }), h("br"), text[1]), shown.length ? h("div", { class: "row" }, shown) : null));
}

/**
 * @param {string} text @param {() => void} click @param {string} [kind] e.g. "primary", "quiet small"
 * @param {import("../shared/icons.js").IconName} [glyph]
 */
export function button(text, click, kind = "", glyph) {
  const classes = ["button", ...kind.split(" ").filter(Boolean).map((part) => `button--${part}`)].join(" ");
  return h("button", { type: "button", class: classes, on: { click } }, glyph ? icon(glyph) : null, h("span", { text }));
}

/**
 * A modal question with "cancel" first in reading order of safety: Escape and Cancel both leave everything as it is.
 * @param {{title: string, text?: string, body?: HTMLElement, cancel: string, yes?: string, alarm?: boolean, confirm?: () => void | Promise<void> | boolean | Promise<boolean>}} what
 */
export function openDialog({ title, text, body, cancel, yes, alarm = false, confirm }) {
  const id = `dialog-${Date.now()}`;
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": id });
  const no = button(cancel, () => dialog.close(), "quiet");
  const ok = yes && confirm ? button(yes, async () => {
    const stay = await confirm();
    if (stay !== false) dialog.close();
  }, alarm ? "alarm" : "primary") : null;
  dialog.append(h("div", { class: "stack" },
    h("h2", { id, text: title }),
    text ? h("p", { class: "soft", text }) : null,
    body ?? null,
    h("div", { class: "row dialog__actions" }, no, ok)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
