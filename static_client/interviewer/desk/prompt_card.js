// @ts-check
/** One suggested follow-up: the sentence, the words it builds on, why, and what can be done with it. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";

/** @typedef {import("./state.js").FollowUp} FollowUp */
/**
 * @typedef {object} Card
 * @property {string} id
 * @property {FollowUp} followUp
 * @property {number} settledAt when it was decided, on the page's clock; 0 while it is open
 * @property {string} doing the command under way
 * @property {string} problem
 * @property {boolean} editing
 * @property {number} tookPlaceAt when it took a replaced one's place, on the page's clock; 0: it was put last
 */
/**
 * @typedef {object} Panel what the card asks of the panel it stands in
 * @property {() => Card} card as it is now
 * @property {() => boolean} isOpen
 * @property {() => void} open
 * @property {() => void} redraw
 * @property {(command: "follow_up" | "dismiss", text?: string) => void} act
 */

/** @param {import("../context.js").Context} context @param {string} language @param {Card} first @param {Panel} panel */
export function createPromptCard(context, language, first, panel) {
  const { t } = context;
  const { followUp } = first;
  const lang = language === "zh" ? "zh-CN" : "en";
  const kind = h("span", { class: "prompt__kind", text: () => context.word(`prompts.kind.${followUp.kind}`, followUp.kind) });
  const headline = h("span", { class: "prompt__text", lang, dir: "auto" });
  const summary = h("button", { type: "button", class: "prompt__summary", on: { click: panel.open } }, kind, headline);
  const quote = h("p", { class: "prompt__quote", lang }, icon("quote"), h("span", { class: "sr-only", text: () => `${t("prompts.quote")}: ` }), h("q", { dir: "auto", text: followUp.quote }));
  const reason = h("p", { class: "prompt__reason", lang, dir: "auto", text: followUp.reason });
  const field = h("textarea", { class: "input input--dense prompt__field", lang, dir: "auto", maxLength: 500, rows: 2, "aria-label": () => t("prompts.edit_label"), value: followUp.text, on: { keydown: pressed } });
  const ask = button("prompts.send", send, "button--primary", icon("send"));
  const edit = button("prompts.edit", () => editing(!panel.card().editing));
  const dismiss = button("prompts.dismiss", () => panel.act("dismiss"));
  const outcome = h("p", { class: "prompt__outcome" });
  const details = h("div", { class: "prompt__details" },
    h("div", { class: "prompt__why" }, field, quote, reason, outcome),
    h("div", { class: "prompt__actions", data: { needs: "control" } }, ask, edit, dismiss));
  const item = h("li", { class: "prompt" }, summary, details);

  /** @param {import("../context.js").WordKey} word @param {() => void} act @param {string} [look] @param {Node} [glyph] */
  function button(word, act, look = "", glyph) {
    return h("button", { type: "button", class: `button button--dense ${look}`.trim(), on: { click: act } }, glyph ?? null, () => t(word));
  }

  /** @param {boolean} now */
  function editing(now) {
    panel.card().editing = now;
    panel.redraw();
    (now ? field : edit).focus();
  }

  /** Enter sends, Shift+Enter breaks the line, Escape goes back to the sentence as suggested. @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      editing(false);
    }
  }

  function send() {
    const card = panel.card();
    const words = card.editing ? field.value.trim() : "";
    panel.act("follow_up", words && words !== card.followUp.text ? words : undefined);
  }

  /** What became of it, in words. @param {FollowUp} one */
  function became(one) {
    if (one.state === "asked") return t("prompts.sent");
    return context.word(`prompts.withdrawn.${one.withdrawn_because ?? "dismissed"}`, t("prompts.dismissed"));
  }

  /** @param {Card} card */
  function outcomeOf(card) {
    if (card.settledAt > 0) return became(card.followUp);
    if (card.problem) return t("prompts.failed", { problem: card.problem });
    return card.doing ? t("prompts.sending") : "";
  }

  /** @param {Card} card */
  function update(card) {
    const settled = card.settledAt > 0;
    setText(headline, card.followUp.text);
    summary.setAttribute("aria-expanded", String(panel.isOpen()));
    show(details, panel.isOpen());
    item.classList.toggle("prompt--open", panel.isOpen());
    item.classList.toggle("prompt--settled", settled);
    for (const one of [ask, edit, dismiss]) {
      show(one, !settled);
      one.disabled = Boolean(card.doing);
    }
    show(field, card.editing && !settled);
    edit.setAttribute("aria-pressed", String(card.editing));
    setText(outcome, outcomeOf(card));
    outcome.classList.toggle("prompt__outcome--problem", Boolean(card.problem) && !settled);
  }
  return Object.assign(item, { update });
}
