// @ts-check
/**
 * The interview's screen. Built once, then only its texts change, so that focus, scrolling and what is being
 * typed stay where they are. `update` reads the conversation; every part shows its share of it.
 */
import { everySecond } from "../../shared/clock.js";
import { isolated } from "../../shared/bidi.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { button } from "../frame.js";
import { isDoneKey } from "../keys.js";
import { addedTime, connectionWords, isThinking, placeOf, screenOf } from "../view.js";
import { Actions } from "./actions.js";
import { Captions } from "./captions.js";
import { Composer } from "./composer.js";
import { Notices } from "./notices.js";
import { Prompt } from "./prompt.js";
import { Questions } from "./questions.js";
import { SelfView } from "./self_view.js";
import { Timing } from "./timing.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../view.js").View} View */

/** A second press within this time after the question changed belongs to the question before. */
const SETTLE_MS = 700;
/** Added time is news for so long. */
const TOLD_WITHIN_MS = 10_000;

export class InterviewScreen {
  #stopClock;
  #placeShown = "";
  #changedAt = 0;
  #busy = false;
  #announced = { question: "", followUp: "", nudge: "", guardRail: "none", hold: false };
  #addedAt = -1;
  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (!isDoneKey(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.primary();
  };

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.badge = h("span", { class: "status", role: "img" });
    this.count = h("p", { class: "eyebrow figure", dir: "auto" });
    this.recorded = h("p", { class: "status interview__recorded" });
    this.stage = h("p", { class: "quiet interview__stage", dir: "auto" });
    this.steps = h("div", { class: "steps", "aria-hidden": "true" });
    this.notices = new Notices(app);
    this.prompt = new Prompt(app);
    this.timing = new Timing(app);
    this.captions = new Captions(app);
    this.composer = new Composer(app);
    this.selfView = new SelfView(app);
    this.questions = new Questions(app);
    this.actions = new Actions(app, () => this.primary());
    this.paused = h("section", { class: "paused card stack" });
    this.answer = h("div", { class: "answer" }, this.timing.element, this.captions.element, this.composer.element);
    this.scroll = h("div", { class: "interview__scroll" },
      h("div", { class: "interview__top" }, h("div", { class: "interview__count" }, h("div", {}, h("div", { class: "interview__eyebrow" }, this.count, this.recorded), this.stage), this.steps), this.selfView.element),
      this.notices.element,
      this.paused,
      this.prompt.element,
      this.answer,
      this.questions.element);
    this.element = h("div", { class: "interview" }, this.scroll, this.actions.element);
    fill(app.frame.place, this.badge);
    addEventListener("keydown", this.#onKey);
    this.#stopClock = everySecond(() => this.#tick());
  }

  leave() {
    this.#stopClock();
    removeEventListener("keydown", this.#onKey);
    fill(this.app.frame.place);
    this.selfView.leave();
  }

  /** The language has changed. */
  rename() {
    for (const part of [this.captions, this.composer, this.selfView, this.questions, this.actions, this.notices]) part.rename();
    this.#placeShown = "";
    this.update();
  }

  /** @param {import("../words.js").Word} word */
  tell(word) { this.notices.tell(word); }

  update() {
    const { conversation } = this.app;
    const view = conversation?.view;
    if (!conversation || !view) return;
    const asking = screenOf(view) === "questions";
    const paused = view.phase === "paused";
    this.element.classList.toggle("is-typing", view.mode === "text");
    this.#head(view, asking);
    this.#connection(view);
    this.notices.update(view);
    this.#pausedCard(view, paused);
    show(this.prompt.element, !asking && !paused);
    show(this.answer, !asking && !paused);
    show(this.questions.element, asking && !paused);
    show(this.composer.element, view.mode === "text" && !asking && !paused);
    this.prompt.update(view);
    this.timing.update(view);
    this.captions.update(view, conversation.partial, conversation.captionsLate);
    this.composer.update(view);
    this.questions.update(view, conversation.partial);
    this.selfView.update(view);
    this.actions.update(view, { busy: this.#busy, open: conversation.line === "open" });
    this.#announce(view);
    this.#moreTime(view);
    this.#newPlace(view);
  }

  /** What the primary button does just now: start answering, or "I'm done". */
  async primary() {
    const { conversation } = this.app;
    const view = conversation?.view;
    if (!conversation || !view || this.#busy || performance.now() - this.#changedAt < SETTLE_MS) return;
    if (screenOf(view) === "questions") { this.questions.finish(); return; }
    if (view.phase === "paused") { if (view.can.resume) await conversation.command("resume"); return; }
    this.#busy = true;
    this.update();
    if (isThinking(view)) await conversation.command("skip_thinking");
    else if (view.can.done) await this.#done();
    this.#busy = false;
    this.update();
  }

  async #done() {
    // What stands in the field belongs to the answer; if it cannot be sent, the answer stays open.
    const sent = await this.composer.flush();
    if (sent) await this.app.conversation?.command("done");
  }

  /** @param {View} view @param {boolean} asking */
  #head(view, asking) {
    const { t } = this.app.i18n;
    const { question } = view;
    const place = asking ? this.app.entry.job.title : view.practice || !question ? t("practice") : t("n_of_n", { n: question.index, total: question.total });
    setText(this.count, place);
    show(this.recorded, view.recording);
    if (view.recording && this.recorded.dataset.language !== this.app.i18n.language) {
      this.recorded.dataset.language = this.app.i18n.language;
      fill(this.recorded, h("span", { class: "interview__dot", "aria-hidden": "true" }), t("recorded"));
    }
    const stage = view.practice || asking ? "" : question?.stage ?? "";
    setText(this.stage, stage);
    show(this.stage, stage !== "");
    const total = view.practice || !question ? 0 : question.total;
    if (this.steps.childElementCount !== total) fill(this.steps, Array.from({ length: total }, () => h("span", { class: "steps__step" })));
    [...this.steps.children].forEach((step, index) => {
      const now = question ? question.index - 1 : -1;
      step.className = `steps__step${index < now ? " steps__step--done" : index === now ? " steps__step--now" : ""}`;
    });
    show(this.steps, total > 1);
  }

  /** @param {View} view */
  #connection(view) {
    const { conversation, media, i18n } = this.app;
    if (!conversation) return;
    const said = connectionWords({
      control: conversation.line, media: media.problem ? "none" : media.state, mode: view.mode,
      wasOpen: conversation.wasOpen,
    });
    this.notices.connection(said, this.badge, i18n.t(said.badge));
  }

  /** @param {View} view @param {boolean} paused */
  #pausedCard(view, paused) {
    const { i18n: { t }, conversation } = this.app;
    const key = paused ? `${view.paused_by}${view.can.resume}${this.app.i18n.language}` : "";
    show(this.paused, paused);
    if (this.paused.dataset.key === key) return;
    this.paused.dataset.key = key;
    if (!paused) { fill(this.paused); return; }
    const words = view.paused_by === "interviewer" ? (view.can.resume ? "paused_unattended" : "paused_interviewer") : view.paused_by === "candidate" ? "paused_you" : "paused_elsewhere";
    const resume = button(t("resume"), () => conversation?.command("resume"), "primary", "play");
    const heading = h("h1", { tabindex: "-1", text: t("paused_title") });
    fill(this.paused, heading, h("p", { class: "lead", text: t(words) }), view.can.resume ? h("div", { class: "row" }, resume) : null);
    if (words === "paused_unattended") this.app.say(t(words));
    if (document.querySelector("dialog[open]")) return;
    if (view.can.resume) resume.focus();
    else heading.focus();
  }

  /** A new question: a held key must not answer it, and the page begins at its top. @param {View} view */
  #newPlace(view) {
    const place = `${placeOf(view)}${isThinking(view)}`;
    if (place === this.#placeShown) return;
    const first = this.#placeShown === "";
    this.#placeShown = place;
    if (!first) this.#changedAt = performance.now();
    if (!isThinking(view)) return;
    this.scroll.scrollTop = 0;
    this.captions.reset();
  }

  /** What a screen reader hears: questions, follow-ups, nudges, warnings. Never the candidate's own words. @param {View} view */
  #announce(view) {
    const { t } = this.app.i18n;
    const told = this.#announced;
    const now = {
      question: view.question ? `${view.question.id}:${view.question.rephrased ?? view.question.text}` : "",
      followUp: view.follow_up?.id ?? "", nudge: view.nudge ?? "", guardRail: view.guard_rail, hold: view.hold !== null,
    };
    const lines = [];
    if (now.question && now.question !== told.question) lines.push(this.count.textContent, view.question?.rephrased ?? view.question?.text);
    if (now.followUp && now.followUp !== told.followUp) lines.push(`${t("follow_up")}: ${isolated(view.follow_up?.text ?? "")}`);
    if (now.nudge && now.nudge !== told.nudge) lines.push(now.nudge);
    if (now.guardRail !== told.guardRail && now.guardRail !== "none") lines.push(t(now.guardRail === "soon" ? "answer_soon" : "answer_reached"));
    if (now.hold && !told.hold) lines.push(t("hold_on"));
    this.#announced = now;
    if (lines.length) this.app.say(lines.map((one) => isolated(one ?? "")).join(". "));
  }

  /** An interviewer gave more time: said once, when it is given. @param {View} view */
  #moreTime(view) {
    const { added } = view;
    if (!added || added.at_ms === this.#addedAt) return;
    this.#addedAt = added.at_ms;
    if (view.server_now_ms - added.at_ms > TOLD_WITHIN_MS) return; // a page that came later finds the clock as it is
    const { word, n } = addedTime(added.seconds);
    const sentence = this.app.i18n.t(word, { n });
    this.notices.good(sentence);
    this.app.say(sentence);
  }

  #tick() {
    const view = this.app.conversation?.view;
    if (!view) return;
    this.timing.update(view);
    this.selfView.level();
  }
}

