// @ts-check
/** A note, pinned to the moment at which its writing began. */
import { h, setText } from "../../shared/dom.js";
import { timeCode } from "./clock.js";

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createNoteField(context, desk) {
  const { t } = context;
  const field = h("input", { class: "input input--dense", dir: "auto", id: "note", type: "text", maxLength: 4000, autocomplete: "off", placeholder: () => t("note.label"), "aria-label": () => t("note.label"), "aria-keyshortcuts": "n" });
  const save = h("button", { type: "submit", class: "button button--dense", text: () => t("note.save") });
  const outcome = h("p", { class: "note__outcome", role: "status" });
  const element = h("form", { class: "note", data: { needs: "note" }, on: { submit } }, field, save, outcome);
  /** @type {number | null} */
  let begunAt = null;
  field.addEventListener("input", () => {
    setText(outcome, "");
    if (!field.value.trim()) begunAt = null;
    else begunAt ??= desk.clock.now();
  });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || save.disabled) return;
    save.disabled = true;
    const at = Math.max(0, Math.round(begunAt ?? desk.clock.now() ?? 0));
    const problem = await desk.command("note", { text, at_ms: at });
    save.disabled = false;
    setText(outcome, problem ? t("note.failed", { problem }) : t("note.saved", { clock: timeCode(at) }));
    outcome.classList.toggle("field__error", Boolean(problem));
    if (problem) return;
    field.value = "";
    begunAt = null;
  }

  return { element, focus() { field.focus(); } };
}
