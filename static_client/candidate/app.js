// @ts-check
/**
 * The candidate's page: from the link to the end page. Which step is on the screen is decided here; the
 * steps are functions that draw themselves and call back. Once signed in, the server's view decides.
 */
import { ApiProblem, tokenFromFragment } from "../shared/api.js";
import { chosenLanguage, createI18n } from "../shared/i18n.js";
import { applyStoredTheme } from "../shared/theme.js";
import { Conversation } from "./conversation.js";
import { endPage } from "./end.js";
import { freshChoices, loadEntry } from "./entry.js";
import { createFrame } from "./frame.js";
import { InterviewScreen } from "./interview/screen.js";
import { MediaSession } from "./media_session.js";
import { messagePage } from "./message.js";
import { PresenceQuestion } from "./presence.js";
import { consent } from "./steps/consent.js";
import { devices } from "./steps/devices.js";
import { guide } from "./steps/guide.js";
import { signIn } from "./steps/sign_in.js";
import { welcome } from "./steps/welcome.js";
import { screenOf } from "./view.js";
import { entryToken, storedVisit, storeVisit } from "./visit.js";
import { words } from "./words.js";

/** @typedef {import("../shared/i18n.js").I18n<import("./words.js").Word>} Words */
/** @typedef {import("./entry.js").Mode} Mode */
/** @typedef {"welcome" | "consent" | "sign_in" | "devices" | "guide"} Step */
/** @typedef {{element: HTMLElement, leave?: () => void}} Screen */

const STEPS = { welcome, consent, sign_in: signIn, devices, guide };

export class App {
  /** @type {Words} */ i18n = createI18n(words);
  frame = createFrame(this.i18n);
  media = new MediaSession({ changed: () => this.#draw() });
  /** @type {Conversation | null} */ conversation = null;
  entry = /** @type {import("./entry.js").Entry} */ (/** @type {unknown} */ (null));
  choices = /** @type {import("./entry.js").Choices} */ (/** @type {unknown} */ (null));
  entryToken = "";
  sessionToken = "";
  practised = false;
  /** The candidate has just chosen to type: the field takes the focus when it comes. */
  typesNext = false;
  #checked = false;
  #presence = new PresenceQuestion(this);
  /** @type {Step | null} */ #step = null;
  /** @type {Screen | null} */ #screen = null;
  /** @type {InterviewScreen | null} */ #interview = null;
  /** @type {(() => void) | null} */ #redraw = null;
  #shownOnce = false;
  #over = false;
  /** @type {WakeLockSentinel | null} */ #wakeLock = null;

  async start() {
    document.body.append(this.media.sound);
    this.i18n.onChange(() => { this.#interview?.rename(); this.#redraw?.(); });
    addEventListener("pagehide", () => { if (this.#over) return; this.media.leave(); this.conversation?.control.close(); });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#stayAwake(); });
    await this.#enter();
  }

  async #enter() {
    const linkToken = tokenFromFragment();
    if (linkToken) entryToken.set(linkToken);
    this.entryToken = linkToken ?? entryToken.get() ?? "";
    const visit = storedVisit(Date.now());
    if (!this.entryToken && !visit) { this.#message("link_title", "link_text"); return; }
    if (!this.entryToken && visit) { this.#resume(visit); return; }
    this.#message("loading", null);
    try {
      this.#known(await loadEntry(this.entryToken));
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      if (visit && status === 0) { this.#resume(visit); return; }
      if (status >= 400 && status < 500 && status !== 429) this.#message("expired_title", "expired_text");
      else this.#message("unreachable_title", "unreachable_text", () => this.#enter());
      return;
    }
    if (visit && visit.interview === this.entry.interview) this.#resume({ ...visit, entry: this.entry });
    else if (this.entry.status === "ended" || this.entry.status === "completed") this.finish("completed");
    else this.go("welcome");
  }

  /** @param {import("./entry.js").Entry} entry */
  #known(entry) {
    this.entry = entry;
    this.choices ??= freshChoices(entry);
    this.frame.setCompany(entry.job.company);
    if (!chosenLanguage()) this.i18n.setLanguage(entry.language, { store: false });
  }

  /** Back after a reload or a killed tab. @param {import("./visit.js").Visit} visit */
  #resume(visit) {
    this.#known(visit.entry);
    this.sessionToken = visit.token;
    this.#checked = visit.checked;
    this.#message("loading", null);
    this.#converse();
  }

  // --- The way in ---------------------------------------------------------------------------

  /** @param {Step} step */
  go(step) {
    this.#step = step;
    this.#put(() => STEPS[step](this));
  }

  stepCount() { return 5; }

  /** @param {{token: string, expires_s: number, interview: string}} session */
  signedIn(session) {
    this.sessionToken = session.token;
    this.#remember(session.interview, Date.now() + session.expires_s * 1000);
    this.#message("loading", null);
    this.#converse();
  }

  /** @param {string} interview @param {number} expiresAt */
  #remember(interview, expiresAt) {
    storeVisit({ token: this.sessionToken, interview, expiresAt, entry: this.entry, checked: this.#checked });
  }

  devicesChecked() {
    this.#checked = true;
    const visit = storedVisit(Date.now());
    if (visit) storeVisit({ ...visit, checked: true });
    this.#draw();
  }

  /** @param {Mode} mode */
  async changeMode(mode) {
    this.choices.mode = mode;
    this.typesNext = mode === "text";
    if (this.conversation?.view && this.conversation.view.mode !== mode) await this.conversation.command("mode", { mode });
  }

  /** The candidate asks for the microphone again after it was refused. */
  async retryMedia() {
    const mode = this.conversation?.view?.mode ?? this.choices.mode;
    await this.media.open(mode);
    if (this.sessionToken) await this.media.join(this.sessionToken, mode);
  }

  begin() { this.conversation?.command("start"); }
  practise() { this.practised = true; this.conversation?.command("start_practice"); }

  // --- The interview ------------------------------------------------------------------------

  #converse() {
    this.conversation = new Conversation(this.sessionToken, {
      changed: () => this.#draw(),
      closed: (code) => this.#closed(code),
      tell: (word) => { this.#interview?.tell(word); this.say(this.i18n.t(word)); },
    });
    this.conversation.connect();
  }

  /** Puts on what the view asks for; called on every change, so it must be cheap when nothing has changed. */
  #draw() {
    const view = this.conversation?.view;
    if (!view || this.#over || this.conversation?.line === "closed") return;
    const screen = screenOf(view);
    this.#presence.update(view, screen !== "end");
    if (screen === "end") { this.finish(view.end_reason ?? "completed", view.closing); return; }
    if (screen === "waiting") { this.#drawWaiting(view); return; }
    this.#checked = true;
    if (view.practice) this.practised = true;
    this.#joinMedia(view.mode);
    this.#stayAwake();
    if (!this.#interview) {
      const interview = new InterviewScreen(this);
      this.#step = null;
      interview.update();
      this.#put(() => interview, "interview");
      this.#interview = interview;
      return;
    }
    this.#interview.update();
  }

  /** What the server believes must be what is: without a camera the way is voice. @param {Mode} mode */
  #joinMedia(mode) {
    if (this.conversation?.view?.presence === "away") {
      if (this.media.state !== "off") this.media.leave();
      return;
    }
    if (mode === "video" && this.media.cameraMissing && this.media.microphone) this.changeMode("voice");
    else this.media.join(this.sessionToken, mode);
  }

  /** Signed in, not begun: device check, then the guide. @param {import("./view.js").View} view */
  #drawWaiting(view) {
    this.choices.mode = view.mode;
    /** @type {Step} */
    const step = this.#checked || view.mode === "text" ? "guide" : "devices";
    if (this.#step === step && !this.#interview) return;
    this.#interview = null;
    this.go(step);
  }

  /** @param {string} code */
  #closed(code) {
    this.#presence.close();
    this.media.close();
    this.#interview = null;
    this.#step = null;
    if (code === "taken_over") {
      this.#message("elsewhere_title", "elsewhere_text", () => { this.#message("loading", null); this.conversation?.connect(); }, "elsewhere_here");
    } else if (this.entryToken) {
      storeVisit(null);
      this.conversation = null;
      this.go("welcome");
    } else {
      storeVisit(null);
      this.#message("expired_title", "expired_text");
    }
  }

  /** The end page; from here nothing comes back. @param {string} reason @param {string | null} [closing] */
  finish(reason, closing = null) {
    if (this.#over) return;
    this.#over = true;
    const token = this.sessionToken;
    this.media.close();
    this.conversation?.close();
    this.#wakeLock?.release();
    storeVisit(null);
    this.#interview = null;
    this.#put(() => endPage(this, reason, closing, token));
  }

  // --- Drawing ------------------------------------------------------------------------------

  /** @param {() => Screen} make @param {"column" | "interview"} [layout] */
  #put(make, layout = "column") {
    const draw = () => {
      this.#screen?.leave?.();
      this.#screen = make();
      this.frame.put(this.#screen.element, { focus: this.#shownOnce, layout });
      this.#shownOnce = true;
    };
    // The interview screen renames itself in place: it must not lose what is typed.
    this.#redraw = layout === "interview" ? null : draw;
    draw();
  }

  /**
   * @param {import("./words.js").Word} title @param {import("./words.js").Word | null} text
   * @param {() => void} [action] @param {import("./words.js").Word} [label]
   */
  #message(title, text, action, label = "try_again") {
    const before = this.#shownOnce;
    this.#put(() => messagePage(this.i18n, title, text, action, label));
    if (title === "loading") this.#shownOnce = before; // the first page itself is still to come
  }

  /** @param {string} text */
  say(text) { this.frame.say(text); }

  /** What went wrong, in plain words. @param {unknown} error */
  sentence(error) {
    if (error instanceof ApiProblem && error.status === 0) return this.i18n.t("problem_unreachable");
    return this.i18n.t("problem_generic");
  }

  /** A phone must not go dark while somebody thinks. */
  async #stayAwake() {
    if (!this.#interview || this.#wakeLock && !this.#wakeLock.released || !("wakeLock" in navigator)) return;
    try { this.#wakeLock = await navigator.wakeLock.request("screen"); } catch { /* battery saver: fine */ }
  }
}

applyStoredTheme();
new App().start();

