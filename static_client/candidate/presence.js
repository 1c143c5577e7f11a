// @ts-check
/**
 * "Are you still there?": asked by the server after long silence, and how somebody comes back whose place was
 * given up meanwhile. Whoever has just used the page has answered already and is not shown anything.
 */
import { fill, h, setText, show } from "../shared/dom.js";
import { button } from "./frame.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./view.js").View} View */

/** Keys and presses within this time are an answer. */
const RECENT_MS = 60_000;

export class PresenceQuestion {
  /** @type {HTMLDialogElement | null} */ #dialog = null;
  #shown = "";
  #usedAt = -Infinity;
  #sending = false;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.problem = h("p", { class: "field__error", role: "alert" });
    const used = () => { this.#usedAt = performance.now(); };
    for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, used, { capture: true, passive: true });
  }

  /** @param {View} view @param {boolean} running */
  update(view, running) {
    const wanted = running ? view.presence : "here";
    if (wanted === "here") { this.close(); return; }
    if (wanted === "asked" && performance.now() - this.#usedAt < RECENT_MS) { void this.#here(); return; }
    const key = `${wanted}${this.app.i18n.language}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#draw(wanted === "away");
  }

  /** @param {boolean} away */
  #draw(away) {
    const { t } = this.app.i18n;
    const title = t(away ? "presence_away_title" : "presence_asked_title");
    const text = t(away ? "presence_away_text" : "presence_asked_text");
    const dialog = this.#dialog ?? this.#open(away);
    show(this.problem, false);
    const here = button(t("presence_here"), () => void this.#here(), "primary");
    fill(dialog, h("div", { class: "stack" },
      h("h2", { id: "presence-title", text: title }),
      h("p", { class: "soft", id: "presence-text", text }),
      this.problem,
      h("div", { class: "row dialog__actions" }, here)));
    here.focus();
    dialog.onkeydown = away ? null : (event) => { if (event.key !== "Tab") { event.preventDefault(); void this.#here(); } };
  }

  /** @param {boolean} away */
  #open(away) {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "presence-title", "aria-describedby": "presence-text" });
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); void this.#here(); });
    document.body.append(dialog);
    dialog.showModal();
    this.#dialog = dialog;
    if (!away) this.app.say(this.app.i18n.t("presence_asked_title"));
    return dialog;
  }

  async #here() {
    if (this.#sending) return;
    this.#sending = true;
    const refused = await this.app.conversation?.here();
    this.#sending = false;
    if (!refused) return; // the next view closes it
    const { t } = this.app.i18n;
    setText(this.problem, t(refused === "capacity" ? "presence_full" : "not_done"));
    show(this.problem, true);
  }

  close() {
    this.#dialog?.close();
    this.#dialog?.remove();
    this.#dialog = null;
    this.#shown = "";
  }
}
