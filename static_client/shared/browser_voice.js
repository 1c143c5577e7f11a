// @ts-check
/**
 * The browser's own voice (speechSynthesis), for languages the server has no voice for.
 *
 * STABLE API
 *   const voice = new BrowserVoice()
 *   voice.speak(text, language, { started, ended })   ended(heard): heard false when there is no voice at all
 *   voice.stop()
 *   canSpeak(language)                                 Promise<boolean>
 *
 * Chromium sometimes neither ends nor fails an utterance (no audio device, tab in the background), so every
 * utterance has a longest time after which it counts as ended: the interview must not hang on a voice.
 */

/** @typedef {"en" | "zh"} Language */

const VOICES_WAIT_MS = 1200;
const START_WAIT_MS = 4000;
const MS_PER_CHARACTER = { en: 110, zh: 380 };

/** Browsers load their voices late, but only once. @type {boolean} */
let voicesAwaited = false;

/** @param {Language} language @returns {Promise<SpeechSynthesisVoice | null>} */
async function voiceFor(language) {
  if (!("speechSynthesis" in window)) return null;
  let voices = speechSynthesis.getVoices();
  if (!voices.length && !voicesAwaited) {
    voicesAwaited = true;
    await new Promise((resolve) => {
      speechSynthesis.addEventListener("voiceschanged", resolve, { once: true });
      setTimeout(resolve, VOICES_WAIT_MS);
    });
    voices = speechSynthesis.getVoices();
  }
  const fitting = voices.filter((voice) => voice.lang.toLowerCase().replace("_", "-").startsWith(language));
  const mainland = fitting.filter((voice) => language !== "zh" || /cn|hans/i.test(voice.lang));
  return [...mainland, ...fitting].find((voice) => voice.localService) ?? mainland[0] ?? fitting[0] ?? null;
}

/** @param {Language} language */
export async function canSpeak(language) {
  return (await voiceFor(language)) !== null;
}

export class BrowserVoice {
  #turn = 0;

  /**
   * @param {string} text @param {Language} language
   * @param {{started: () => void, ended: (heard: boolean) => void}} on
   */
  async speak(text, language, on) {
    this.stop();
    const turn = this.#turn;
    const voice = await voiceFor(language);
    if (turn !== this.#turn) return;
    if (!voice) { on.ended(false); return; }
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = 0.96;
    let over = false;
    /** @param {boolean} heard */
    const end = (heard) => {
      if (over || turn !== this.#turn) return;
      over = true;
      clearTimeout(longest);
      speechSynthesis.cancel();
      on.ended(heard);
    };
    // A voice that does not even start (no device, no gesture yet) is a voice that is not there.
    let longest = window.setTimeout(() => end(false), START_WAIT_MS);
    utterance.addEventListener("start", () => {
      if (over || turn !== this.#turn) return;
      clearTimeout(longest);
      longest = window.setTimeout(() => end(true), 6000 + text.length * MS_PER_CHARACTER[language]);
      on.started();
    });
    utterance.addEventListener("end", () => end(true));
    utterance.addEventListener("error", () => end(false));
    speechSynthesis.speak(utterance);
  }

  stop() {
    this.#turn += 1;
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }
}
