// @ts-check
/** "More": pause, one technical retake, way of taking part, own picture, appearance, leaving. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { themeSwitch } from "../../shared/theme.js";
import { button } from "../frame.js";
import { openAgreement } from "./agreement.js";
import { confirmCommand, enable, tool } from "./tools.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../entry.js").Mode} Mode */

export class More {
  #open = false;
  #key = "";

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.opener = tool("more", () => this.toggle(!this.#open));
    this.opener.element.setAttribute("aria-expanded", "false");
    this.opener.element.setAttribute("aria-controls", "more-panel");
    this.body = h("div", { class: "more__body" });
    this.panel = h("div", { class: "menu__panel menu__panel--up more__panel", id: "more-panel", hidden: true }, this.body, h("div", { class: "more__theme" }, themeSwitch(app.i18n)));
    this.element = h("div", { class: "menu more" }, this.opener.element, this.panel);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#open) { event.stopPropagation(); this.toggle(false); this.opener.element.focus(); }
    });
    this.element.addEventListener("focusout", (event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      if (to && !this.element.contains(to)) this.toggle(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.#open && !this.element.contains(/** @type {Node} */ (event.target))) this.toggle(false);
    });
  }

  rename() {
    this.opener.name(this.app.i18n.t("more"));
    this.#key = "";
  }

  /** @param {boolean} open */
  toggle(open) {
    this.#open = open;
    show(this.panel, open);
    this.opener.element.setAttribute("aria-expanded", String(open));
    if (open) /** @type {HTMLElement | null} */ (this.panel.querySelector("button:not([aria-disabled])"))?.focus();
  }

  /** @param {import("../view.js").View} view @param {boolean} open */
  update(view, open) {
    const { t, language } = this.app.i18n;
    const key = JSON.stringify([view.can, view.mode, view.phase, open, language, Object.keys(view.consents)]);
    if (key === this.#key) return;
    this.#key = key;
    /** @param {import("../words.js").Word} word @param {import("../../shared/icons.js").IconName} glyph @param {boolean} able @param {() => void} run */
    const item = (word, glyph, able, run) => {
      const entry = button(t(word), () => { if (entry.getAttribute("aria-disabled") === "true") return; this.toggle(false); this.opener.element.focus(); run(); }, "quiet", glyph);
      enable(entry, able);
      return entry;
    };
    const can = (/** @type {string} */ name) => open && Boolean(view.can[name]);
    const had = this.panel.contains(document.activeElement);
    fill(this.body,
      view.phase === "paused" ? null : item("pause", "pause", can("pause"), () => { this.app.conversation?.command("pause"); }),
      item("retake", "again", can("retake"), () => confirmCommand(this.app, { title: "retake_title", text: "retake_text", yes: "retake_yes" }, "retake")),
      this.#modes(view.mode, can("mode")),
      Object.keys(view.consents).length ? item("agreement", "ok", open, () => openAgreement(this.app)) : null,
      item("leave", "leave", can("leave"), () => confirmCommand(this.app, { title: "leave_title", text: "leave_text", yes: "leave_yes" }, "leave")));
    if (had && this.#open) /** @type {HTMLElement | null} */ (this.panel.querySelector("button"))?.focus();
  }

  /** @param {Mode} now @param {boolean} able */
  #modes(now, able) {
    const { t } = this.app.i18n;
    /** @type {[Mode, import("../words.js").Word, import("../../shared/icons.js").IconName][]} */
    const modes = [["video", "way_video", "camera"], ["voice", "way_voice", "mic"], ["text", "way_text", "keyboard"]];
    const title = h("p", { class: "quiet more__title", id: "more-mode" });
    setText(title, t("mode_now"));
    return h("div", { class: "more__modes", role: "group", "aria-labelledby": "more-mode" }, title,
      modes.map(([mode, word, glyph]) => {
        const choose = h("button", {
          type: "button", class: "button button--quiet", "aria-pressed": String(mode === now),
          on: { click: () => { if (!able) return; this.toggle(false); this.opener.element.focus(); this.app.changeMode(mode); } },
        }, icon(mode === now ? "check" : glyph), h("span", { text: t(word) }));
        enable(choose, able);
        return choose;
      }));
  }
}
