// @ts-check
/** The bar at the bottom: one primary button, and what else the candidate may do. */
import { h, setText, show } from "../../shared/dom.js";
import { doneKey, doneKeyName } from "../keys.js";
import { isThinking, screenOf } from "../view.js";
import { openHelp } from "./help.js";
import { More } from "./more.js";
import { enable, tool } from "./tools.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../view.js").View} View */

export class Actions {
  /** The way to go back to from text. @type {"video" | "voice"} */ #spoken = "video";

  /** @param {App} app @param {() => void} primary */
  constructor(app, primary) {
    this.app = app;
    this.primaryText = h("span", {});
    this.primary = h("button", { type: "button", class: "button button--primary actions-bar__primary", "aria-keyshortcuts": doneKeyName, on: { click: primary } },
      this.primaryText, h("span", { class: "kbd", "aria-hidden": "true", text: doneKey }));
    const command = (/** @type {string} */ name) => () => app.conversation?.command(name);
    this.hold = tool("think", command("hold"));
    this.rephrase = tool("rephrase", command("rephrase"));
    this.mode = tool("keyboard", () => this.#switchMode());
    this.help = tool("help", () => openHelp(app));
    this.more = new More(app);
    this.tools = h("div", { class: "actions-bar__tools" },
      this.hold.element, this.rephrase.element, this.mode.element, this.help.element, this.more.element);
    this.element = h("div", { class: "actions-bar", role: "group" }, this.primary, this.tools);
    this.rename();
  }

  rename() {
    const { t } = this.app.i18n;
    this.hold.name(t("hold"));
    this.rephrase.name(t("rephrase"));
    this.help.name(t("help"));
    this.element.setAttribute("aria-label", t("page_title"));
    this.more.rename();
  }

  /** @param {View} view @param {{busy: boolean, open: boolean}} line */
  update(view, { busy, open }) {
    const { t } = this.app.i18n;
    if (view.mode !== "text") this.#spoken = view.mode;
    const asking = screenOf(view) === "questions";
    const thinking = isThinking(view);
    const paused = view.phase === "paused";
    const can = (/** @type {string} */ name) => open && Boolean(view.can[name]);
    setText(this.primaryText, busy ? t("done_sending") : asking ? t("finish") : thinking ? t("think_start") : t("done"));
    show(this.primary, !paused);
    enable(this.primary, asking ? can("finish") : !busy && (thinking ? can("skip_thinking") : can("done")));
    this.hold.pressed(view.hold !== null);
    show(this.hold.element, !asking && !paused);
    show(this.rephrase.element, !asking && !paused);
    enable(this.hold.element, can("hold") && view.hold === null);
    enable(this.rephrase.element, can("rephrase") && (view.question?.rephrased ?? null) === null);
    enable(this.help.element, can("help"));
    enable(this.mode.element, can("mode"));
    show(this.mode.element, !paused);
    show(this.help.element, !paused && !asking);
    this.mode.name(t(view.mode === "text" ? "speak_instead" : "type_instead"));
    this.mode.glyph(view.mode === "text" ? "mic" : "keyboard");
    this.more.update(view, open);
  }

  #switchMode() {
    const view = this.app.conversation?.view;
    if (view) this.app.changeMode(view.mode === "text" ? this.#spoken : "text");
  }
}
