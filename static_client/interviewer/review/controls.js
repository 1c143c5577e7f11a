// @ts-check
/** The buttons under the picture. What cannot be done stays where it is and says why. */
import { fill, h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { timeCode } from "../desk/clock.js";
import { RATES } from "./player.js";

/**
 * @param {import("../context.js").Context} context
 * @param {import("./player.js").Player} player
 * @param {{from: number, to: number}} range
 * @param {{playOrPause: () => void, by: (ms: number) => void, utterance: (direction: 1 | -1) => void}} acts
 */
export function createControls(context, player, range, acts) {
  const { t, i18n } = context;
  const play = button("review.play", () => acts.playOrPause(), "Space");
  play.classList.add("button--primary");
  const sound = button("review.mute", () => player.toggleSound(), "m");
  const rate = h("select", { class: "input input--dense controls__rate", "aria-label": t("review.rate"), on: { change: () => player.setRate(Number(rate.value)) } },
    RATES.map((one) => h("option", { value: String(one), text: `${i18n.number(one)}×`, selected: one === 1 })));
  const now = h("span", { class: "controls__now figure" });
  const element = h("div", { class: "controls", role: "group", "aria-label": t("review.controls") },
    iconButton("review.previous", "previous", () => acts.utterance(-1), "k"),
    textButton("review.back_5", "−5 s", () => acts.by(-5000), "ArrowLeft"),
    play,
    textButton("review.forward_5", "+5 s", () => acts.by(5000), "ArrowRight"),
    iconButton("review.next", "next", () => acts.utterance(1), "j"),
    h("span", { class: "controls__time figure" }, now, h("span", { class: "quiet", text: ` / ${timeCode(range.to)}` })),
    h("span", { class: "controls__end" }, rate, sound));

  /** @param {import("../context.js").WordKey} key @param {() => void} act @param {string} shortcut */
  function button(key, act, shortcut) {
    return h("button", { type: "button", class: "button button--dense button--icon", "aria-label": t(key), title: t(key), "aria-keyshortcuts": shortcut, on: { click: act } });
  }

  /** @param {import("../context.js").WordKey} key @param {string} text @param {() => void} act @param {string} shortcut */
  function textButton(key, text, act, shortcut) {
    const made = button(key, act, shortcut);
    made.classList.remove("button--icon");
    made.classList.add("controls__step");
    made.removeAttribute("aria-label");
    made.append(text, h("span", { class: "sr-only", text: t(key) }));
    return made;
  }

  /** @param {import("../context.js").WordKey} key @param {"previous" | "next"} glyph @param {() => void} act @param {string} shortcut */
  function iconButton(key, glyph, act, shortcut) {
    const made = button(key, act, shortcut);
    made.append(icon(glyph));
    return made;
  }

  let drawn = "";
  function update() {
    const { playing, recorded, muted } = player;
    const state = [playing, recorded, muted, player.rate].join();
    if (state === drawn) return;
    drawn = state;
    fill(play, icon(playing ? "pause" : "play"));
    named(play, t(playing ? "review.pause" : "review.play"));
    fill(sound, icon(muted ? "speakerOff" : "speaker"));
    named(sound, t(muted ? "review.unmute" : "review.mute"));
    play.setAttribute("aria-disabled", String(!recorded));
    rate.value = String(player.rate);
    for (const one of [rate, sound]) show(one, recorded);
  }

  /** @param {HTMLElement} element @param {string} name */
  function named(element, name) {
    element.setAttribute("aria-label", name);
    element.title = name;
  }

  update();
  return {
    element, update,
    /** @param {number} ms */
    at(ms) { setText(now, timeCode(ms)); },
  };
}
