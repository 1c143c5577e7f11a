// @ts-check
/** A question of the interviewer's own, typed here and spoken by the system. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createOwnQuestion(context, desk) {
  const { t } = context;
  const opener = h("button", { type: "button", class: "prompts__own", data: { needs: "control" }, "aria-expanded": false, "aria-keyshortcuts": "a", hidden: true, text: () => t("prompts.own"), on: { click: () => (form.hidden ? open() : close()) } });
  const field = h("input", { class: "input input--dense", dir: "auto", type: "text", id: "own-question", maxLength: 500, autocomplete: "off", placeholder: () => t("prompts.own_label"), "aria-label": () => t("prompts.own_label") });
  const send = h("button", { type: "submit", class: "button button--dense button--primary" }, icon("send"), () => t("prompts.send"));
  const outcome = h("p", { class: "prompt__outcome", role: "status" });
  const wait = h("p", { class: "quiet own__wait", id: "own-question-wait", text: () => t("prompts.own_wait"), hidden: true });
  field.setAttribute("aria-describedby", wait.id);
  const form = h("form", { class: "own", hidden: true, on: { submit } }, field, send, wait, outcome);
  /** Whether the server takes a question now: only while the candidate answers. */
  let open_ = false;
  let sending = false;
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
    if (!text || sending || !open_) return;
    sending = true;
    draw();
    const problem = await desk.command("follow_up", { text });
    sending = false;
    draw();
    setText(outcome, problem ? t("prompts.failed", { problem }) : "");
    outcome.classList.toggle("prompt__outcome--problem", Boolean(problem));
    if (problem) return;
    field.value = "";
    context.say(t("prompts.sent"));
    close();
  }

  function draw() {
    send.disabled = sending || !open_;
    show(wait, !open_);
    opener.title = open_ ? "" : t("prompts.own_wait");
  }

  return {
    opener, form, open,
    /** A question can be written while the interview is held, and asked while the candidate answers. @param {any} view */
    follow(view) {
      const held = view.status === "running" || view.status === "paused";
      open_ = view.status === "running" && view.phase === "answering" && Boolean(view.question);
      show(opener, held);
      if (!held && !form.hidden) show(form, false);
      draw();
    },
  };
}
