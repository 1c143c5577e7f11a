// @ts-check
/** A question of the interviewer's own, typed here and spoken by the system. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createOwnQuestion(context, desk) {
  const { t } = context;
  const opener = h("button", { type: "button", class: "prompts__own", data: { needs: "control" }, "aria-expanded": false, "aria-keyshortcuts": "a", hidden: true, text: () => t("prompts.own"), on: { click: () => (form.hidden ? open() : close()) } });
  const field = h("input", { class: "input input--dense", type: "text", id: "own-question", maxLength: 500, autocomplete: "off", placeholder: () => t("prompts.own_label"), "aria-label": () => t("prompts.own_label") });
  const send = h("button", { type: "submit", class: "button button--dense button--primary" }, icon("send"), () => t("prompts.send"));
  const outcome = h("p", { class: "prompt__outcome", role: "status" });
  const form = h("form", { class: "own", hidden: true, on: { submit } }, field, send, outcome);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });

  function open() {
    if (opener.hidden) return;
    show(form, true);
    opener.setAttribute("aria-expanded", "true");
    field.focus();
  }

  function close() {
    show(form, false);
    setText(outcome, "");
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || send.disabled) return;
    send.disabled = true;
    const problem = await desk.command("follow_up", { text });
    send.disabled = false;
    setText(outcome, problem ? t("prompts.failed", { problem }) : "");
    outcome.classList.toggle("prompt__outcome--problem", Boolean(problem));
    if (problem) return;
    field.value = "";
    context.say(t("prompts.sent"));
    close();
  }

  return {
    opener, form, open,
    /** Whether a question can be asked now. @param {boolean} now */
    allow(now) {
      show(opener, now);
      if (!now && !form.hidden) show(form, false);
    },
  };
}
