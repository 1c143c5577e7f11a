// @ts-check
/** Who is asking, what is assessed, and in which way the candidate would like to take part. */
import { h } from "../../shared/dom.js";
import { button, stepsBar } from "../frame.js";
import { humanButton } from "./human.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function welcome(app) {
  const { i18n, entry, choices } = app;
  const { t } = i18n;
  const { job } = entry;
  const facts = [
    t("fact_minutes", { n: job.minutes }),
    t("fact_questions", { n: job.questions }),
    job.follow_ups_per_question > 0 ? t("fact_follow_ups", { n: job.follow_ups_per_question }) : null,
  ].filter((fact) => fact !== null);
  const otherLanguage = entry.language !== i18n.language
    ? h("p", { class: "quiet", text: t(entry.language === "en" ? "language_note" : "language_note_other") })
    : null;

  return {
    element: h("div", { class: "stack stack--l" },
      stepsBar(i18n, 1, app.stepCount()),
      h("div", { class: "stack" },
        h("h1", { text: t("welcome_title", { title: job.title }) }),
        job.greeting ? h("p", { class: "lead", dir: "auto", text: job.greeting }) : null,
        h("ul", { class: "facts" }, facts.map((fact) => h("li", { text: fact }))),
        otherLanguage),
      h("section", { class: "stack stack--s" },
        h("h2", { text: t("assessed_title") }),
        h("ul", { class: "points" }, job.assessed.map((line) => h("li", { dir: "auto", text: line }))),
        h("p", { class: "quiet", text: t("assessed_only") })),
      h("section", { class: "stack stack--s" },
        h("h2", { text: t("who_title") }),
        h("p", { class: "soft", text: t("who_text", { company: job.company }) })),
      job.description ? h("details", { class: "more-about" },
        h("summary", { text: t("about_title") }),
        h("p", { class: "soft", dir: "auto", text: job.description })) : null,
      ways(app),
      h("div", { class: "actions" },
        button(t("go_on"), () => app.go("consent"), "primary"),
        humanButton(app)),
    ),
    /** Kept for the language switch: the choice stands in `choices`. */
    mode: choices.mode,
  };
}

/** The three ways and extra time. @param {App} app */
function ways(app) {
  const { i18n: { t }, choices } = app;
  /** @type {[import("../entry.js").Mode, string, string][]} */
  const modes = [
    ["video", t("way_video"), t("way_video_text")],
    ["voice", t("way_voice"), t("way_voice_text")],
    ["text", t("way_text"), t("way_text_text")],
  ];
  const radios = modes.map(([mode, title, text]) => choice("radio", "mode", title, text, choices.mode === mode, (checked) => {
    if (checked) choices.mode = mode;
  }));
  return h("section", { class: "stack" },
    h("fieldset", { class: "stack stack--s" },
      h("legend", { class: "legend" }, h("h2", { text: t("ways_title") })),
      h("p", { class: "quiet", text: t("ways_hint") }),
      h("div", { class: "ways" }, radios)),
    extraTime(app));
}

/** @param {App} app */
export function extraTime(app) {
  const { i18n: { t }, choices } = app;
  return choice("checkbox", "extra_time", t("extra_time"), t("extra_time_text"), choices.extraTime, (checked) => {
    choices.extraTime = checked;
  });
}

/**
 * @param {"radio" | "checkbox"} type @param {string} name @param {string} title @param {string} text
 * @param {boolean} checked @param {(checked: boolean) => void} changed
 */
export function choice(type, name, title, text, checked, changed) {
  const input = h("input", { type, name, checked, on: { change: () => changed(input.checked) } });
  return h("label", { class: "choice" }, input,
    h("span", {}, h("span", { class: "choice__title", text: title }), " ", h("span", { class: "choice__text", text })));
}
