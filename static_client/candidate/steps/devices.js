// @ts-check
/** Device check: preview, microphone meter, loudspeaker, and the network over a real connection. */
import { listDevices, playChime } from "../../shared/devices.js";
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { button, notice, stepsBar } from "../frame.js";
import { measureNetwork, verdictOf } from "../network_check.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {"wait" | "ok" | "bad"} CheckState */

/** So much voice counts as heard: a level above this for so many readings of 50 ms. */
const VOICE_LEVEL = 0.34;
const VOICE_READINGS = 8;
/** After so many readings without a voice the page says that it is quiet (10 s). */
const PATIENCE_READINGS = 200;

/** @param {App} app */
export function devices(app) {
  const { i18n, i18n: { t }, choices } = app;
  const stop = new AbortController();
  const body = h("div", { class: "stack" });
  const goOn = h("div", { class: "stack stack--s", hidden: true },
    h("div", { class: "actions" }, button(t("go_on"), () => app.devicesChecked(), "primary")),
    h("p", { class: "quiet", text: t("check_later") }));

  /** @param {import("../entry.js").Mode} mode */
  async function change(mode) {
    await app.changeMode(mode);
    if (mode === "text") app.devicesChecked();
    else await check();
  }

  function askFirst() {
    fill(body, h("div", { class: "card stack" },
      h("h2", { text: t("allow_title") }),
      h("p", { class: "soft", text: t(choices.mode === "video" ? "allow_video" : "allow_voice") }),
      h("div", { class: "row" },
        button(t("allow_button"), check, "primary"),
        button(t("go_text"), () => change("text"), "quiet", "keyboard"))));
  }

  /** @param {string} code */
  function refused(code) {
    const reason = /** @type {import("../words.js").Word} */ (["denied", "missing", "busy", "insecure"].includes(code) ? code : "busy");
    fill(body, notice("caution", t(reason),
      code === "insecure" ? null : button(t("try_again"), check, "small"),
      choices.mode === "video" && code !== "insecure" ? button(t("go_voice"), () => change("voice"), "small", "mic") : null,
      button(t("go_text"), () => change("text"), "small", "keyboard")));
    app.say(t(reason));
  }

  async function check() {
    fill(body, h("p", { class: "soft", text: t("loading") }));
    await app.media.open(choices.mode);
    if (stop.signal.aborted) return;
    if (app.media.problem || !app.media.microphone) { refused(app.media.problem ?? "missing"); return; }
    show(goOn, true);
    const parts = [microphoneRow(app, stop.signal), speakerRow(app), networkRow(app, stop.signal)];
    fill(body, app.media.camera ? preview(app) : null, h("div", { class: "checks" }, parts), await pickers(app, check));
  }

  if (app.media.microphone) check();
  else askFirst();

  return {
    element: h("div", { class: "stack stack--l" },
      stepsBar(i18n, 4, app.stepCount()),
      h("div", { class: "stack" },
        h("h1", { text: t("devices_title") }),
        h("p", { class: "lead", text: t("devices_lead") })),
      body,
      goOn),
    leave: () => stop.abort(),
  };
}

/** @param {App} app */
function preview(app) {
  const { t } = app.i18n;
  const video = h("video", { class: "preview__video", muted: true, autoplay: true, playsInline: true, "aria-label": t("camera_ok") });
  video.srcObject = app.media.stream;
  return h("figure", { class: "preview" }, video,
    h("figcaption", { class: "quiet", text: `${t("camera_ok")} · ${t("camera_tip")}` }));
}

/**
 * One line of the check: an icon and a word for its state, never colour alone.
 * @param {App} app @param {import("../../shared/icons.js").IconName} glyph @param {string} title
 */
function row(app, glyph, title) {
  const { t } = app.i18n;
  const state = h("span", { class: "status" });
  const text = h("p", { class: "soft small" });
  const extra = h("div", { class: "row" });
  const element = h("section", { class: "check" }, icon(glyph),
    h("div", { class: "stack stack--s" }, h("div", { class: "spread" }, h("h2", { class: "h-small", text: title }), state), text, extra));
  return {
    element, extra,
    /** @param {CheckState} now @param {string} sentence @param {boolean} [aloud] */
    set(now, sentence, aloud = true) {
      const word = now === "ok" ? t("state_ok") : now === "bad" ? t("state_bad") : t("state_wait");
      state.className = `status status--${now === "ok" ? "ok" : now === "bad" ? "wait" : ""}`;
      fill(state, icon(now === "ok" ? "ok" : now === "bad" ? "caution" : "circle"), word);
      setText(text, sentence);
      if (aloud) app.say(`${title}: ${sentence}`);
    },
  };
}

/** @param {App} app @param {AbortSignal} signal */
function microphoneRow(app, signal) {
  const { t } = app.i18n;
  const line = row(app, "mic", t("microphone"));
  const fillBar = h("div", { class: "meter__fill" });
  const meter = h("div", { class: "meter check__meter", role: "img", "aria-label": t("microphone") }, fillBar);
  fill(line.extra, meter);
  line.set("wait", t("microphone_wait"), false);
  let loud = 0;
  let readings = 0;
  /** @type {CheckState} */
  let state = "wait";
  const timer = setInterval(() => {
    const level = app.media.level;
    fillBar.style.setProperty("--value", level.toFixed(3));
    readings += 1;
    if (level > VOICE_LEVEL) loud += 1;
    if (state !== "ok" && loud >= VOICE_READINGS) { state = "ok"; line.set("ok", t("microphone_ok")); }
    if (state === "wait" && readings > PATIENCE_READINGS) { state = "bad"; line.set("bad", t("microphone_quiet")); }
  }, 50);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return line.element;
}

/** @param {App} app */
function speakerRow(app) {
  const { t } = app.i18n;
  const line = row(app, "speaker", t("speaker"));
  line.set("wait", t("speaker_wait"), false);
  const play = button(t("speaker_play"), async () => {
    play.setAttribute("aria-disabled", "true");
    await playChime().catch(() => undefined);
    play.removeAttribute("aria-disabled");
    show(heard, true);
    show(silent, true);
  }, "small", "play");
  const heard = button(t("speaker_heard"), () => answer("ok", t("speaker_ok")), "small", "check");
  const silent = button(t("speaker_not_heard"), () => answer("bad", t("speaker_bad")), "small");
  show(heard, false);
  show(silent, false);
  /** @param {CheckState} state @param {string} sentence */
  function answer(state, sentence) {
    line.set(state, sentence);
    show(heard, false);
    show(silent, false);
    play.focus();
  }
  fill(line.extra, play, heard, silent);
  return line.element;
}

/** @param {App} app @param {AbortSignal} signal */
function networkRow(app, signal) {
  const { t } = app.i18n;
  const line = row(app, "network", t("network"));
  const again = button(t("measure_again"), measure, "small", "again");
  const figuresLine = h("span", { class: "quiet figure" });
  fill(line.extra, figuresLine, again);

  async function measure() {
    show(again, false);
    setText(figuresLine, "");
    line.set("wait", t("network_wait"), false);
    const microphone = app.media.microphone;
    const figures = microphone ? await measureNetwork(app.sessionToken, microphone, signal) : null;
    if (signal.aborted) return;
    const verdict = verdictOf(figures);
    line.set(verdict === "good" ? "ok" : "bad", t(`network_${verdict}`));
    if (figures) {
      const loss = figures.lossShare === null ? "–" : app.i18n.percent(figures.lossShare);
      setText(figuresLine, t("network_figures", { rtt: figures.rttMs ?? "–", loss }));
    }
    show(again, true);
  }
  measure();
  return line.element;
}

/** A choice of devices where there is one. @param {App} app @param {() => void} again */
async function pickers(app, again) {
  const { t } = app.i18n;
  const { microphones, cameras } = await listDevices();
  const selects = [
    picker("microphone", t("choose_microphone"), microphones, app.media.microphone),
    picker("camera", t("choose_camera"), app.media.camera ? cameras : [], app.media.camera),
  ].filter((select) => select !== null);
  return selects.length ? h("div", { class: "pickers" }, selects) : null;

  /** @param {"microphone" | "camera"} kind @param {string} label @param {MediaDeviceInfo[]} found @param {MediaStreamTrack | null} now */
  function picker(kind, label, found, now) {
    if (found.length < 2) return null;
    const current = now?.getSettings().deviceId;
    const id = `pick-${kind}`;
    const select = h("select", { class: "input", id, on: { change: async () => { await app.media.choose({ [kind]: select.value }); again(); } } },
      found.map((device) => h("option", { value: device.deviceId, text: device.label, selected: device.deviceId === current })));
    return h("div", { class: "field" }, h("label", { htmlFor: id, text: label }), select);
  }
}
