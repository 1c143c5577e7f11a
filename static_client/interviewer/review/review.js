// @ts-check
/**
 * One interview after it: recording, transcript, events, metrics and scores on one clock.
 *
 * The playhead is the one thing that moves; everything else is folded once from the log and told where the
 * playhead is.
 */
import { ApiProblem } from "../../shared/api.js";
import { dotted } from "../../shared/bidi.js";
import { fill, h, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { languageSwitch, themeSwitch } from "../../shared/theme.js";
import { timeCode } from "../desk/clock.js";
import { speakerOf } from "../desk/people.js";
import { createKeys } from "../keys.js";
import { problemText } from "../problem_text.js";
import { createControls } from "./controls.js";
import { createExportDialog } from "./export_dialog.js";
import { interviewLanes } from "./interview_lanes.js";
import { createMessage, Player } from "./player.js";
import { createScorePanel } from "./score_panel.js";
import { fetchSources, fetchTicket, TICKET_MS } from "./sources.js";
import { createTimelineView } from "./timeline_view.js";
import { foldTracks, lastBegun, stepUtterance } from "./tracks.js";
import { createTranscriptList } from "./transcript_list.js";

/** @typedef {import("../context.js").Context} Context */
/** @typedef {import("./sources.js").Sources} Sources */
/** @typedef {"play" | "back" | "forward" | "previous_line" | "next_line" | "slower" | "faster" | "mute" | "follow" | "export" | "lobby" | "help"} Action */

/** @type {import("../keys.js").KeyMap<Action>} */
const KEYS = {
  keys: {
    " ": "play", arrowleft: "back", arrowright: "forward", j: "next_line", k: "previous_line", ",": "slower", ".": "faster",
    m: "mute", f: "follow", e: "export", l: "lobby", "?": "help",
  },
  shown: [
    { group: "play", keys: [["␣", "play"], ["←  →", "by_5"], ["j", "next_line"], ["k", "previous_line"], [",", "slower"], [".", "faster"], ["m", "mute"]] },
    { group: "see", keys: [["f", "follow"], ["e", "export"], ["l", "lobby"], ["?", "help"]] },
  ],
};
const STEP_MS = 5000;

/** Where the review just closed stood: one that is opened at once in its place, in another language, goes on there. */
let left = { address: "", ms: 0 };

/**
 * @param {Context} context @param {string} interview
 * @param {number | null} atMs where to begin; null: at the beginning
 */
export function openReview(context, interview, atMs) {
  const { t } = context;
  document.title = `${t("review.title")} · Viva`;
  const state = h("p", { class: "quiet report-state", role: "status", text: t("review.loading") });
  const again = h("button", { type: "button", class: "button", hidden: true, text: t("app.retry"), on: { click: () => void load() } });
  const element = h("div", { class: "review" }, h("main", { class: "sorry" }, state, again));
  /** @type {{close: () => void, ms: () => number} | null} */
  let shown = null;
  let closed = false;
  const address = `${interview} ${atMs}`;
  let begin = left.address === address ? left.ms : atMs;
  void load();

  async function load() {
    show(again, false);
    try {
      const sources = await fetchSources(interview, context.token);
      if (closed) return;
      if (shown) begin = shown.ms();
      shown?.close();
      const made = createReview(context, interview, sources, begin);
      element.dataset.recorded = String(made.recorded);
      fill(element, made.elements);
      shown = made;
      made.begin();
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      state.textContent = problem.status === 401 ? t("app.refused") : problem.status === 403 ? t("app.not_allowed") : t("review.failed", { problem: problemText(context, problem) });
      show(again, true);
    }
  }

  return {
    element,
    close() {
      closed = true;
      if (shown) left = { address, ms: shown.ms() };
      setTimeout(() => { left = { address: "", ms: 0 }; });
      shown?.close();
    },
  };
}

/** Who noted, marked or scored, by the names in the report. @param {any} report */
function peopleOf(report) {
  /** @type {{by: string, name?: string}[]} */
  const signed = [...(report?.human_scores ?? []), ...(report?.notes ?? []), ...(report?.bookmarks ?? [])];
  return signed.map(({ by, name }) => ({ id: by, name: name || by, here: false, conducts: false }));
}

/** @param {Context} context @param {string} interview @param {Sources} sources @param {number | null} begin */
function createReview(context, interview, { records, report, reportState, recording, row }, begin) {
  const { t } = context;
  const tracks = foldTracks(records);
  const parts = recording.state === "ready" ? recording.parts : [];
  const range = {
    from: Math.min(tracks.from, ...parts.map((part) => part.start_ms)),
    to: Math.max(tracks.to, tracks.from + 1000, ...parts.map((part) => part.end_ms)),
  };
  const language = report?.language || tracks.language || row?.language || "en";
  const candidate = report?.interview?.candidate || tracks.candidate || row?.candidate || t("header.candidate");
  const competencies = report?.competencies ?? [];
  let closed = false;

  const player = new Player({
    moved: playheadMoved,
    changed: showPlayer,
    skipped: (from, to) => context.say(t("review.skipped", { from: timeCode(from), to: timeCode(to) })),
    renew: () => fetchTicket(interview, context.token),
  });
  player.load(parts, range.from, range.to);

  const transcript = createTranscriptList(context, tracks, { language, competencies, panel: { people: peopleOf(report) } }, jump);
  const controls = createControls(context, player, range, { playOrPause, by, utterance });
  const message = createMessage(context);
  const timeline = createTimelineView(context, range, interviewLanes(context, tracks, range, {
    dimensions: competencies, gaps: player.gaps, describe: transcript.describe,
  }), { seek, describe: whereIs });
  const scores = createScorePanel(context, report, t(`review.report.${reportState === "ready" ? "missing" : reportState}`), jump);
  const exporting = createExportDialog(context, interview, {
    report, entries: tracks.entries, nameOf, ...fileWords(),
  });
  const keys = createKeys(context, KEYS, (action) => ({
    play: playOrPause, back: () => by(-STEP_MS), forward: () => by(STEP_MS),
    previous_line: () => utterance(-1), next_line: () => utterance(1),
    slower: () => stepRate(-1), faster: () => stepRate(1), mute: () => player.toggleSound(),
    follow: () => transcript.follow(true), export: () => exporting.open(), lobby: () => { location.hash = "#/"; },
  })[action]());

  const header = h("header", { class: "head review__head" },
    h("a", { class: "button button--dense button--quiet button--icon head__back", href: "#/", "aria-label": t("header.back"), title: t("header.back") }, icon("leave")),
    h("div", { class: "head__who" }, h("h1", { class: "head__name", dir: "auto", text: candidate }), h("span", { class: "head__job", text: subtitle() })),
    h("div", { class: "head__steer" },
      h("a", { class: "button button--dense", href: `#/interview/${encodeURIComponent(interview)}/report`, text: t("review.report"), hidden: reportState !== "ready" }),
      h("button", { type: "button", class: "button button--dense", "aria-keyshortcuts": "e", on: { click: () => exporting.open() } }, icon("download"), t("review.export"))),
    h("div", { class: "head__page" },
      h("button", { type: "button", class: "button button--dense button--quiet", "aria-label": t("header.keys"), title: t("header.keys"), "aria-keyshortcuts": "?", on: { click: () => keys.open() } }, icon("keyboard"), h("span", { class: "head__keys-word", text: t("header.keys") })),
      languageSwitch(context.i18n), themeSwitch(context.i18n)));
  const main = h("main", { class: "review__main" },
    h("section", { class: "player", "aria-label": t("review.recording") },
      h("div", { class: "player__frame" }, player.video, message.element), controls.element),
    transcript.element, scores.element, timeline.element);

  document.title = dotted([candidate, t("review.title"), "Viva"]);
  const renewing = parts.length > 0 ? setInterval(() => void renew(), TICKET_MS) : 0;
  const stopKeys = keys.listen();
  const resized = new ResizeObserver(() => transcript.at(player.ms));
  resized.observe(main);

  /** The ticket first: the element asks for the file at once. */
  async function start() {
    if (parts.length > 0) await renew();
    if (closed) return;
    seek(begin ?? range.from);
    showPlayer();
  }

  async function renew() {
    try {
      await fetchTicket(interview, context.token);
    } catch {
      // Without it the part cannot be fetched; the player says so and offers to try again.
    }
  }

  function playheadMoved() {
    const { ms } = player;
    timeline.at(ms);
    transcript.at(ms);
    controls.at(ms);
    if (player.recorded) showMessage();
  }

  function showPlayer() {
    controls.update();
    showMessage();
  }

  function showMessage() {
    if (!player.recorded) message.say(whyNothingPlays());
    else if (player.failed) message.say(t("review.broken"), () => void player.again());
    else if (player.gap) message.say(t("review.gap_here", { from: timeCode(player.gap.from), to: timeCode(player.gap.to) }));
    else if (player.video.readyState > 0 && !player.pictured) message.say(t("review.sound_only"));
    else message.say("");
  }

  function whyNothingPlays() {
    const { state, reason } = recording;
    if (state === "recording") return t("review.still_written");
    if (state === "destroyed") return t("review.destroyed");
    if (state === "ready") return t("review.none");
    if (reason === "no_consent") return t("review.no_consent");
    if (reason === "forbidden") return t("review.forbidden");
    if (reason === "off") return t("review.off");
    return t(reason === "text" ? "review.in_text" : "review.none");
  }

  /** @param {number} ms */
  function seek(ms) {
    player.seek(ms);
  }

  /** Somewhere chosen in the transcript or a quote: the transcript goes along again. @param {number} ms */
  function jump(ms) {
    seek(ms);
    transcript.follow(true);
    context.say(whereIs(ms));
  }

  /** @param {number} ms */
  function by(ms) {
    seek(player.ms + ms);
  }

  /** @param {1 | -1} direction */
  function utterance(direction) {
    const ms = stepUtterance(tracks.entries, player.ms, direction);
    if (ms !== null) jump(ms);
  }

  function playOrPause() {
    if (!player.toggle()) context.say(whyNothingPlays());
  }

  /** @param {1 | -1} direction */
  function stepRate(direction) {
    player.stepRate(direction);
    context.say(`${context.i18n.number(player.rate)}×`);
  }

  /** A time in words: where in the interview that is. @param {number} ms */
  function whereIs(ms) {
    const question = tracks.questions[lastBegun(tracks.questions, ms, (one) => one.from)];
    const where = !question || ms > question.to ? "" : question.practice ? t("transcript.practice") : t("transcript.question", { index: question.index, total: question.total });
    return dotted([timeCode(ms), where]);
  }

  function subtitle() {
    const made = report?.interview?.opened_at ?? (tracks.openedUnixMs === null ? row?.created_at : new Date(tracks.openedUnixMs).toISOString());
    const day = made ? new Intl.DateTimeFormat(context.i18n.locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(made)) : "";
    return dotted([report?.job_title ?? row?.job?.title, language === "zh" ? "中文" : "English", day, tracks.ended ? timeCode(range.to - range.from) : t("review.still_running")]);
  }

  /** @param {import("./tracks.js").Entry} entry */
  function nameOf(entry) {
    if (entry.kind !== "said") return t("transcript.system");
    return entry.speaker === "candidate" ? candidate : speakerOf(context, { panel: { people: peopleOf(report) } }, entry);
  }

  /** What stands at the head of the saved transcripts. */
  function fileWords() {
    const heading = [dotted([candidate, subtitle()]), t("export.times")];
    const timing = parts.map((part) => t("export.part_begins", { part: part.part, clock: timeCode(part.start_ms) }));
    return { heading, timing };
  }

  return {
    elements: [header, main, keys.element, exporting.element],
    recorded: player.recorded,
    ms: () => player.ms,
    begin: () => void start(),
    close() {
      closed = true;
      clearInterval(renewing);
      stopKeys();
      resized.disconnect();
      transcript.close();
      timeline.close();
      player.close();
    },
  };
}
