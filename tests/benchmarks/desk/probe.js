/**
 * Run before the desk's own code: when each event came to the page, and when it could be seen.
 *
 * An event counts as seen in the frame after the one in which its part of the page changed (for what has
 * words: after these words stand there), so each time is up to one frame too long, never too short.
 */
(() => {
  const plain = (/** @type {string} */ text) => text.replace(/\s+/g, "");
  const AREAS = { transcript: "#transcript", charts: ".charts", prompts: ".prompts", overlay: ".frame__bottom", observations: ".frame__observations", chat: ".panel-bar" };
  const AREA_OF = {
    transcript_partial: "transcript", transcript_final: "transcript", question_asked: "transcript", follow_up_asked: "transcript",
    note_added: "transcript", bookmark_set: "transcript", delivery_measured: "charts", follow_up_proposed: "prompts",
    score_proposed: "overlay", observation_changed: "observations", panel_message: "chat",
  };
  const wordsOf = (event) => {
    switch (event.type) {
      case "transcript_partial": return plain(`${event.committed}${event.tentative}`);
      case "bookmark_set": return plain(event.word);
      case "delivery_measured": case "score_proposed": case "observation_changed": case "panel_message": return "";
      default: return plain(event.text ?? "");
    }
  };
  /** As the transcript writes a time. */
  const clockOf = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
  /** What was said stands in an entry of its own: the same sentence may have been said before. */
  const entryHolds = (one) => [...document.querySelectorAll("#transcript .entry")].some((entry) =>
    plain(entry.querySelector(".entry__time")?.textContent ?? "") === one.clock && plain(entry.querySelector(".entry__text")?.textContent ?? "") === one.words);
  const nothing = () => ({ waiting: [], shown: [], unseen: {}, faces: [], levels: [], metrics: [], bytes: 0, views: 0 });
  const probe = globalThis.probe = { ...nothing(), opened: null, forget: () => void Object.assign(probe, nothing()) };

  function note(data) {
    probe.bytes += data.length;
    const now = Date.now();
    const message = JSON.parse(data);
    if (message.type === "view") probe.views += 1;
    if (message.type === "live") (message.face !== undefined ? probe.faces : probe.levels).push(now);
    if (message.type !== "record") return;
    const { event } = message;
    if (event.type === "interview_opened") probe.opened = event.unix_ms - message.at_ms;
    if (event.type === "delivery_measured") probe.metrics.push(now);
    if (event.type === "follow_up_withdrawn") overtake("follow_up", event.follow_up);
    const area = AREA_OF[event.type];
    if (!area) return;
    if (event.type.startsWith("transcript_")) overtake("utterance", event.utterance);
    const one = { type: event.type, utterance: event.utterance, follow_up: event.follow_up, at_ms: message.at_ms, arrived: now, area,
      words: wordsOf(event), clock: event.type.startsWith("transcript_") ? clockOf(event.start_ms) : "" };
    probe.waiting.push(one);
    if (area === "prompts") requestAnimationFrame(() => requestAnimationFrame(() => stoodBefore(one)));
  }

  /** The view may bring a suggestion before its record is on the server's disk: then nothing changes with the record. */
  function stoodBefore(one) {
    if (!probe.waiting.includes(one) || !plain(document.querySelector(AREAS[one.area])?.textContent ?? "").includes(one.words)) return;
    probe.waiting = probe.waiting.filter((other) => other !== one);
    probe.shown.push({ ...one, words: undefined, shown: Date.now() });
  }

  /** A newer version of an utterance is drawn in its place; a suggestion taken back at once is not drawn. */
  function overtake(field, value) {
    probe.waiting = probe.waiting.filter((one) => one[field] !== value || drop(one, "overtaken before a frame"));
  }

  function drop(one, why) {
    const key = `${one.type}: ${why}`;
    probe.unseen[key] = (probe.unseen[key] ?? 0) + 1;
    return false;
  }

  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => note(event.data));
    }
  };

  const GIVEN_UP_MS = 3000; // what changes nothing that can be seen, as a score that stays as it was
  new MutationObserver((changes) => {
    const touched = new Set();
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      for (const [area, selector] of Object.entries(AREAS)) if (element?.closest(selector)) touched.add(area);
    }
    if (touched.size === 0 || probe.waiting.length === 0) return;
    const now = Date.now();
    const texts = {};
    const holds = (one) => one.clock ? entryHolds(one) : one.words === "" || (texts[one.area] ??= plain(document.querySelector(AREAS[one.area])?.textContent ?? "")).includes(one.words);
    const seen = [];
    probe.waiting = probe.waiting.filter((one) => {
      if (touched.has(one.area) && holds(one)) seen.push(one);
      else if (now - one.arrived < GIVEN_UP_MS) return true;
      else drop(one, "no change that can be seen");
      return false;
    });
    if (seen.length > 0) requestAnimationFrame(() => { for (const one of seen) probe.shown.push({ ...one, words: undefined, shown: Date.now() }); });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["d", "hidden", "style", "class"] });
})();
