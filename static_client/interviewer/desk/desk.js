// @ts-check
/**
 * One interview live. Messages change the state at once; the page is drawn at most once a frame, and only
 * the parts whose slice of the state changed, so a flood of events costs no more than a frame's work.
 */
import { Control, ControlProblem } from "../../shared/control.js";
import { everySecond } from "../../shared/clock.js";
import { h, sayAgain } from "../../shared/dom.js";
import { problemText, told } from "../problem_text.js";
import { createBookmarks } from "./bookmarks.js";
import { createChartsPanel } from "./charts_panel.js";
import { createChat } from "./chat.js";
import { DeskClock } from "./clock.js";
import { createCoverageBoard } from "./coverage_board.js";
import { createConfirm } from "./confirm.js";
import { createDecision } from "./decision.js";
import { createEvidence } from "./evidence.js";
import { createHeader } from "./header.js";
import { createKeyMap } from "./key_map.js";
import { createMicrophone } from "./microphone.js";
import { createMoreTime } from "./more_time.js";
import { createNoteField } from "./note_field.js";
import { createNotices } from "./notices.js";
import { createPanelBar } from "./panel_bar.js";
import { createPanes } from "./panes.js";
import { steers } from "./people.js";
import { createPicture } from "./picture.js";
import { createPlanPanel } from "./plan_panel.js";
import { createPromptsPanel } from "./prompts_panel.js";
import { createQuestionBar } from "./question_bar.js";
import { lists, showRights, withRights } from "./rights.js";
import { createScorecard } from "./scorecard.js";
import { DeskState } from "./state.js";
import { createTranscriptPanel } from "./transcript_panel.js";

/** Commands about control itself: what the server says of them is more than who has it. */
const CONTROL = new Set(["ask_control", "take_control", "hand_over"]);

/** @typedef {import("../context.js").Context} Context */
/**
 * @typedef {object} Part one part of the desk
 * @property {HTMLElement} element
 * @property {(state: DeskState, changed: Set<string>) => void} [update] called once a frame when anything changed
 * @property {(nowMs: number | null) => void} [tick] called about four times a second
 */
/**
 * @typedef {object} Desk what the parts may do
 * @property {DeskState} state
 * @property {DeskClock} clock
 * @property {(name: string, fields?: Record<string, unknown>) => Promise<string | null>} command
 *   the problem as a sentence; null if it was accepted
 * @property {(atMs: number) => void} jumpTo a time in the transcript
 * @property {(competency: string) => void} showEvidence
 * @property {(competency: string) => void} focusOn the dimension that the keys 1–5 score
 * @property {() => string} focused
 * @property {(question: string) => void} jumpToQuestion
 */

/** @param {Context} context @param {string} interview */
export function openDesk(context, interview) {
  const { t } = context;
  const state = new DeskState();
  const clock = new DeskClock();
  let focused = "";
  let newestMs = 0;
  /** @type {import("../../shared/control.js").ControlState} */
  let linkState = "connecting";

  /** @type {Desk} */
  const desk = {
    state, clock, command, focusOn,
    focused: () => focused,
    jumpTo: (atMs) => { panes.choose("transcript"); transcript.jumpTo(atMs); },
    jumpToQuestion: (question) => { panes.choose("transcript"); transcript.jumpToQuestion(question); },
    showEvidence: (competency) => { board.close(); evidence.open(competency); },
  };

  const confirm = createConfirm(context);
  const header = createHeader(context, desk, confirm, interview);
  const notices = createNotices(context);
  const question = createQuestionBar(context, desk);
  const evidence = createEvidence(context, desk);
  const microphone = createMicrophone(context, desk, interview);
  const picture = createPicture(context, desk, interview, microphone);
  const prompts = createPromptsPanel(context, desk);
  const charts = createChartsPanel(context);
  const plan = createPlanPanel(context, desk);
  const board = createCoverageBoard(context, desk, () => evidence.close());
  const scorecard = createScorecard(context, desk);
  const transcript = createTranscriptPanel(context, desk);
  const note = createNoteField(context, desk);
  const chat = createChat(context, desk);
  const panelBar = createPanelBar(context, desk, chat.toggle);
  const bookmarks = createBookmarks(context, desk);
  chat.onOpen(bookmarks.closeList); // one drawer at a time: the transcript stays in view
  bookmarks.onOpen(chat.shut);
  const moreTime = createMoreTime(context, desk);
  const decision = createDecision(context, desk);
  const panes = createPanes(context);
  const keys = createKeyMap(context, withRights({
    help: () => keys.open(),
    search: () => { panes.choose("transcript"); transcript.focusSearch(); },
    now: () => transcript.toNow(),
    overlay: () => picture.toggleOverlay(),
    send: steering(() => prompts.sendFirst()),
    dismiss: steering(() => prompts.dismissFirst()),
    talk: steering(() => microphone.press()),
    ask: steering(() => { panes.choose("prompts"); prompts.askOwn(); }),
    bookmark: () => { panes.choose("transcript"); bookmarks.bookmark(); },
    marks: () => { panes.choose("transcript"); bookmarks.toggleList(); },
    chat: () => { panes.choose("transcript"); chat.open(); },
    control: () => { panes.choose("transcript"); panelBar.act(); },
    more_time: steering(() => moreTime.give()),
    note: () => { panes.choose("transcript"); note.focus(); },
    pause: steering(() => header.pauseOrResume()),
    skip: steering(() => header.skip()),
    end: steering(() => header.end()),
    level: (level) => { panes.choose("scores"); scorecard.draft(level); },
    up: () => { panes.choose("scores"); scorecard.stepScale(-1); },
    down: () => { panes.choose("scores"); scorecard.stepScale(1); },
    previous: () => scorecard.step(-1),
    next: () => scorecard.step(1),
    quotes: () => { if (focused) desk.showEvidence(focused); },
    board: () => { panes.choose("plan"); board.focus(); },
    lobby: () => { location.hash = "#/"; },
  }, () => state.view), (action) => lists(state.view, action));
  header.onKeys(() => keys.open());

  /** @type {Part[]} */
  const parts = [header, notices, question, moreTime, microphone, picture, evidence, prompts, charts, plan, board, scorecard, transcript, note, panelBar, chat, bookmarks, decision];
  question.element.append(moreTime.element);
  const main = h("main", { class: "desk__main", id: "desk-main", tabIndex: -1 },
    h("div", { class: "desk__side" }, plan.element, board.element, scorecard.element),
    h("div", { class: "desk__stage" },
      question.element,
      h("div", { class: "desk__picture" }, picture.element, evidence.element, board.quotes),
      decision.element, prompts.element, notices.element, charts.element),
    h("div", { class: "desk__words" }, panelBar.element, chat.element, transcript.element, bookmarks.element,
      h("div", { class: "desk__tools" }, note.element, bookmarks.tools)));
  const element = h("div", { class: "desk", data: { pane: "transcript" } },
    h("a", { class: "skip-link", href: "#transcript", text: () => t("app.skip"), on: { click: skipToTranscript } }),
    header.element, panes.element, main, keys.element, confirm.element);
  panes.attach(element);

  const control = new Control({
    token: context.token, interview,
    on: {
      view(view, seq) {
        clock.sample(view.server_now_ms);
        state.applyView(view, seq);
        chooseFocus();
        schedule();
      },
      record(record) {
        if (clock.samples.length > 0 && record.at_ms > newestMs) clock.sample(record.at_ms); // news, not history
        newestMs = Math.max(newestMs, record.at_ms);
        state.applyRecord(record);
        schedule();
      },
      message(message) {
        if (message.type !== "scales") return;
        state.scales = message.competencies;
        state.changed.add("view");
        schedule();
      },
      live(message) {
        state.applyLive(message, performance.now());
        schedule();
      },
      state(next, why) {
        linkState = next;
        if (next === "open") clock.reset();
        notices.link(next, why.code ?? "");
        schedule();
      },
      problem(problem) {
        notices.problem(told(context, problem));
        schedule();
      },
    },
  });

  let frame = 0;
  function schedule() {
    frame ||= requestAnimationFrame(draw);
  }
  function draw() {
    frame = 0;
    if (!state.view) return; // what changed is kept until there is something to draw it into
    const changed = state.takeChanges();
    element.dataset.steers = String(steers(state.view));
    showRights(element, state.view);
    element.dataset.status = state.view.status;
    for (const part of parts) part.update?.(state, changed);
    tick();
  }
  function tick() {
    header.link(linkState, clock.lagMs);
    if (!state.view) return;
    const now = clock.now();
    for (const part of parts) part.tick?.(now);
  }
  const stopTicking = everySecond(tick);
  const stopKeys = keys.listen();
  control.connect();

  /** @param {string} name @param {Record<string, unknown>} [fields] */
  async function command(name, fields) {
    try {
      await control.command(name, fields);
      return null;
    } catch (problem) {
      const code = problem instanceof ControlProblem ? problem.code : "";
      if (code === "not_in_control" && panelBar.refusal() && !CONTROL.has(name)) return panelBar.refusal();
      return problemText(context, problem);
    }
  }

  /** For whoever has control; the others are told who has. @param {() => void} act */
  function steering(act) {
    return () => {
      const refusal = panelBar.refusal();
      if (refusal) notices.problem(refusal);
      else act();
    };
  }

  /** @param {string} competency */
  function focusOn(competency) {
    focused = competency;
    state.changed.add("focus");
    schedule();
  }

  function chooseFocus() {
    const ids = (state.view?.competencies ?? []).map((/** @type {{id: string}} */ one) => one.id);
    if (!ids.includes(focused)) focusOn(ids[0] ?? "");
  }

  /** @param {Event} event */
  function skipToTranscript(event) {
    event.preventDefault(); // the fragment is the route
    panes.choose("transcript");
    transcript.focus();
  }

  return {
    element,
    /** In the language just chosen: nothing is made anew, so nothing typed, open or on air is lost. */
    relabel() {
      sayAgain(element);
      for (const slice of ["language", "view", "timeline", "delivery", "scores", "live", "chat", "focus"]) state.changed.add(slice);
      draw();
    },
    close() {
      cancelAnimationFrame(frame);
      stopTicking();
      stopKeys();
      control.close();
      picture.close();
      microphone.close();
      notices.close();
    },
  };
}
