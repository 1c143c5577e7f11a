// @ts-check
/** The end page: thanks, what happens next, and two short questions about how it was. */
import { h, setText, show } from "../shared/dom.js";
import { sendQuestionnaire } from "./entry.js";
import { button } from "./frame.js";
import { createOwnCopy } from "./own_copy.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./words.js").Word} Word */

/** @type {Record<string, [Word, Word]>} */
const BY_REASON = {
  completed: ["end_title", "end_text"],
  candidate_left: ["end_left_title", "end_left_text"],
  declined: ["end_declined_title", "end_declined_text"],
  interviewer: ["end_title", "end_text"],
  expired: ["end_expired_title", "end_expired_text"],
};

/** @param {App} app @param {string} reason @param {string | null} closing @param {string} token */
export function endPage(app, reason, closing, token) {
  const { i18n: { t }, entry } = app;
  const company = entry.job.company;
  const [title, text] = BY_REASON[reason] ?? /** @type {[Word, Word]} */ (["end_expired_title", "end_expired_text"]);
  const declined = reason === "declined";
  const copy = declined ? null : createOwnCopy(app, token);
  const after = reason === "candidate_left" ? "" : closing ?? entry.job.closing ?? "";
  return {
    element: h("div", { class: "stack stack--l" },
      h("div", { class: "stack" },
        h("p", { class: "eyebrow", dir: "auto", text: entry.job.title }),
        h("h1", { text: t(title) }),
        h("p", { class: "lead", text: t(text, { company }) })),
      declined ? null : h("section", { class: "stack stack--s" },
        h("h2", { text: t("next_title") }),
        after ? h("p", { lang: entry.language === "zh" ? "zh-CN" : "en", dir: "auto", text: after }) : null,
        h("ol", { class: "next" },
          h("li", { text: t("next_1", { company }) }), h("li", { text: t("next_2") }), h("li", { text: t("next_3") }))),
      copy?.element,
      declined || !token ? null : questionnaire(app, token)),
    leave: () => copy?.close(),
  };
}

/** @param {App} app @param {string} token */
function questionnaire(app, token) {
  const { t } = app.i18n;
  /** @type {{clarity: number, comfort: number}} */
  const chosen = { clarity: 0, comfort: 0 };
  const error = h("p", { class: "field__error", role: "alert" });
  show(error, false);
  const remark = h("textarea", { class: "input", id: "remark", rows: 3, maxLength: 2000 });
  const done = h("p", { class: "lead", tabindex: "-1", text: t("feedback_thanks") });
  const submit = button(t("feedback_send"), send, "primary");
  const form = h("div", { class: "stack" },
    h("p", { class: "soft", text: t("feedback_lead") }),
    scale("clarity", t("feedback_clarity")), scale("comfort", t("feedback_comfort")),
    h("div", { class: "field" }, h("label", { htmlFor: "remark", text: t("feedback_remark") }), remark),
    error, h("div", { class: "actions" }, submit));
  const section = h("section", { class: "card stack" }, h("h2", { text: t("feedback_title") }), form);

  async function send() {
    if (!chosen.clarity || !chosen.comfort) { say(t("feedback_missing")); return; }
    submit.setAttribute("aria-disabled", "true");
    try {
      await sendQuestionnaire(token, { ...chosen, remark: remark.value.trim() });
      form.replaceWith(done);
      done.focus();
    } catch (problem) {
      submit.removeAttribute("aria-disabled");
      say(app.sentence(problem));
    }
  }
  /** @param {string} sentence */
  function say(sentence) { setText(error, sentence); show(error, true); }

  /** @param {"clarity" | "comfort"} name @param {string} label */
  function scale(name, label) {
    return h("fieldset", { class: "stack stack--s" },
      h("legend", { class: "label", text: label }),
      h("div", { class: "scale" }, [1, 2, 3, 4, 5].map((value) => {
        const ends = value === 1 ? ` (${t("feedback_low")})` : value === 5 ? ` (${t("feedback_high")})` : "";
        const input = h("input", { type: "radio", name, value: String(value), class: "sr-only", on: { change: () => { chosen[name] = value; } } });
        return h("label", { class: "scale__step" }, input, h("span", {}, String(value), h("span", { class: "sr-only", text: ends })));
      })),
      h("div", { class: "scale__ends quiet", "aria-hidden": "true" }, h("span", { text: t("feedback_low") }), h("span", { text: t("feedback_high") })));
  }
  return section;
}
