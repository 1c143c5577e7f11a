// @ts-check
/**
 * The running transcript as a list of entries, folded from the interview's records.
 *
 * What was said, asked, noted and what happened to the connection stand in one list in the order of time,
 * so that a note or a lost connection is read where it happened.
 */

/**
 * @typedef {object} Entry
 * @property {string} key stable over the entry's life
 * @property {"said" | "question" | "follow_up" | "system" | "note" | "bookmark" | "score" | "mark"} kind
 * @property {number} atMs session milliseconds
 * @property {number} [endMs] where the last word ends, once it is known
 * @property {string} [speaker] candidate, interviewer or system
 * @property {string} [text] what will not change any more
 * @property {string} [tentative] words that may still change
 * @property {boolean} [partial] still being spoken
 * @property {boolean} [overlap] spoken over the system's own voice; never counted
 * @property {boolean} [typed]
 * @property {boolean} [closing] a follow-up asked as the answer was closed
 * @property {boolean} [interrupted] the system was interrupted while saying it
 * @property {string} [question] the question it belongs to
 * @property {string} [code] for marks: which sentence of the word list
 * @property {Record<string, unknown>} [values] what that sentence is filled with
 * @property {string} [reason]
 * @property {string} [quote]
 * @property {string} [by]
 * @property {string} [name] what somebody who spoke in person is called
 * @property {number} [version] raised whenever the entry changed
 */

/** Events that become a one-line mark, with the word-list code they are shown as. */
const MARKS = /** @type {Record<string, (event: any) => {code: string, values?: any} | null>} */ ({
  candidate_signed_in: (event) => ({ code: "mark.signed_in", values: { name: event.display_name } }),
  accommodation_chosen: (event) => ({ code: `mark.accommodation.${event.kind}` }),
  mode_changed: (event) => ({ code: `mark.mode.${event.mode}` }),
  connection_changed: (event) =>
    event.state === "connected" ? null : { code: `mark.connection.${event.channel}.${event.state}` },
  hold_started: () => ({ code: "mark.hold" }),
  answer_ended: (event) => ({ code: `mark.answer_ended.${event.reason}` }),
  interview_paused: (event) => ({ code: `mark.paused.${event.by}` }),
  interview_resumed: () => ({ code: "mark.resumed" }),
  presence_changed: (event) => ({ code: `mark.presence.${event.state}` }),
  resume_offered: () => ({ code: "mark.resume_offered" }),
  interview_ended: (event) => ({ code: `mark.ended.${event.reason}` }),
  part_degraded: (event) => ({ code: `mark.part.${event.part}.${event.state}` }),
  question_extended: (event) => ({ code: "mark.extended", values: { seconds: Math.round(event.added_ms / 1000) } }),
  control_dropped: (event) => ({ code: "mark.control.dropped", values: { person: event.by } }),
  control_passed: (event) => ({ code: `mark.control.${event.reason}`, values: { person: event.to } }),
  guard_rail_reached: (event) => ({ code: `mark.guard_rail.${event.level}` }),
});

/** Written after their moment has passed. */
const PLACED_BY_MOMENT = new Set(["said", "note", "bookmark"]);

export class Timeline {
  constructor() {
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Map<string, Entry>} */
    this.byKey = new Map();
    /** Raised by every change, so that a renderer can tell at a glance. */
    this.version = 0;
    this.question = "";
    /** What is agreed to now, by purpose: a change of it is told, what was chosen at the beginning is not. @type {Map<string, boolean>} */
    this.agreed = new Map();
    /** Who spoke in person, from when; one at a time. @type {{from: number, by: string, name: string}[]} */
    this.onAir = [];
  }

  /**
   * @param {{seq: number, at_ms: number, event: any}} record
   * @returns {Entry | null} the entry it made or changed
   */
  apply(record) {
    const { event } = record;
    switch (event.type) {
      case "microphone_changed":
        if (event.on) this.onAir.push({ from: record.at_ms, by: event.by, name: event.name ?? "" });
        return null;
      case "question_asked":
        this.question = event.question;
        return this.#add(record, "question", {
          text: event.text,
          values: { index: event.index, total: event.total, practice: event.practice },
        });
      case "question_rephrased":
        return this.#add(record, "system", { text: event.text, reason: "rephrased" });
      case "follow_up_asked":
        return this.#add(record, "follow_up", {
          text: event.text, quote: event.quote, reason: event.reason, by: event.person || event.by, code: event.kind,
          ...(event.occasion === "closing" ? { closing: true } : {}),
        });
      case "nudged":
        return this.#add(record, "system", { text: event.text });
      case "help_asked":
        return this.#add(record, "said", { speaker: "candidate", text: event.text, reason: "help" });
      case "help_answered":
        return this.#add(record, "system", { text: event.text, quote: event.passage ?? undefined });
      case "note_added":
        return this.#add(record, "note", { text: event.text, by: event.by, atMs: event.moment_ms ?? record.at_ms });
      case "bookmark_set":
        return this.#bookmark(record);
      case "consent_recorded":
        return this.#agreement(record);
      case "score_given":
        return this.#add(record, "score", {
          by: event.by, reason: event.reason,
          values: { competency: event.competency, score: event.score },
        });
      case "transcript_partial":
        return this.#partial(record);
      case "transcript_final":
        return this.#final(record);
      case "speech_out_started":
        return this.#spoken(record);
      case "speech_out_ended":
        return this.#interrupted(event);
      default: {
        const mark = MARKS[event.type]?.(event);
        return mark ? this.#add(record, "mark", mark) : null;
      }
    }
  }

  /**
   * @param {{seq: number, at_ms: number, event: any}} record
   * @param {Entry["kind"]} kind
   * @param {Partial<Entry>} rest
   * @param {string} [key]
   */
  #add(record, kind, rest, key = `r${record.seq}`) {
    const known = this.byKey.get(key);
    if (known) return known;
    /** @type {Entry} */
    const entry = { key, kind, atMs: record.at_ms, question: this.question, version: 0, ...rest };
    this.byKey.set(key, entry);
    this.entries.splice(this.#placeFor(entry), 0, entry);
    this.version += 1;
    return entry;
  }

  /** Withdrawn, or given again. @param {{seq: number, at_ms: number, event: any}} record */
  #agreement(record) {
    const { purpose, granted } = record.event;
    const before = this.agreed.get(purpose);
    this.agreed.set(purpose, granted);
    if (before === undefined || before === granted) return null;
    return this.#add(record, "mark", { code: `mark.consent.${purpose}.${granted ? "given" : "withdrawn"}` });
  }

  /** Set again it gets another word. @param {{seq: number, at_ms: number, event: any}} record */
  #bookmark(record) {
    const { event } = record;
    const key = `b${event.by}\n${event.bookmark}`;
    const known = this.byKey.get(key);
    if (!known) return this.#add(record, "bookmark", { text: event.word, by: event.by, atMs: event.moment_ms }, key);
    known.text = event.word;
    return this.#touch(known);
  }

  /**
   * Words are recognised a while after they were said: they stand where they were said, before whatever
   * was asked or happened meanwhile; so do notes and bookmarks. Everything else stands in the order of the log.
   * @param {Entry} entry
   */
  #placeFor(entry) {
    let place = this.entries.length;
    if (!PLACED_BY_MOMENT.has(entry.kind)) return place;
    while (place > 0 && /** @type {Entry} */ (this.entries[place - 1]).atMs > entry.atMs) place -= 1;
    return place;
  }

  /** @param {{seq: number, at_ms: number, event: any}} record */
  #partial(record) {
    const { event } = record;
    const key = `u${event.utterance}`;
    const known = this.byKey.get(key);
    if (known && !known.partial) return null;
    const entry = known ?? this.#add(record, "said", { speaker: event.speaker ?? "candidate", atMs: event.start_ms, partial: true, ...this.#inPerson(event) }, key);
    entry.text = event.committed;
    entry.tentative = event.tentative;
    return this.#touch(entry);
  }

  /** @param {{seq: number, at_ms: number, event: any}} record */
  #final(record) {
    const { event } = record;
    const key = `u${event.utterance}`;
    if (!event.text && !this.byKey.has(key)) return null;
    const entry = this.#add(record, "said", { speaker: event.speaker, atMs: event.start_ms, ...this.#inPerson(event) }, key);
    if (!event.text) return this.#remove(entry);
    Object.assign(entry, {
      speaker: event.speaker,
      text: event.text,
      tentative: "",
      partial: false,
      atMs: event.start_ms,
      endMs: event.end_ms,
      overlap: event.overlap,
      typed: event.source === "text",
      question: event.question ?? this.question,
      ...this.#inPerson(event),
    });
    return this.#touch(entry);
  }

  /**
   * The system's voice. A question or follow-up is in the list already when it is spoken; then only the
   * link to its utterance is kept.
   * @param {{seq: number, at_ms: number, event: any}} record
   */
  #spoken(record) {
    const { event } = record;
    const recent = this.entries.slice(-6).reverse().find(
      (entry) => entry.text === event.text && entry.kind !== "said" && entry.kind !== "note");
    const entry = recent ?? this.#add(record, "system", { text: event.text });
    this.byKey.set(`o${event.utterance}`, entry);
    return recent ? null : entry;
  }

  /** @param {any} event */
  #interrupted(event) {
    const entry = this.byKey.get(`o${event.utterance}`);
    if (!entry || event.reason !== "barge_in") return null;
    entry.interrupted = true;
    return this.#touch(entry);
  }

  /** Whose words an interviewer's are: who was on air last as they were said. @param {any} event @returns {Partial<Entry>} */
  #inPerson({ speaker, start_ms: start, end_ms: end }) {
    if (speaker !== "interviewer") return {};
    const who = this.onAir.findLast((one) => one.from <= (start + end) / 2) ?? this.onAir[0];
    return who ? { by: who.by, name: who.name } : {};
  }

  /** @param {Entry} entry */
  #touch(entry) {
    entry.version = (entry.version ?? 0) + 1;
    this.version += 1;
    return entry;
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.byKey.delete(entry.key);
    this.version += 1;
    return null;
  }
}

/**
 * @param {Entry[]} entries
 * @param {string} query
 * @returns {number[]} places of the entries whose words contain the query, in order
 */
export function search(entries, query) {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return [];
  const found = [];
  for (const [place, { text = "", tentative = "", reason = "" }] of entries.entries()) {
    if (`${text}${tentative}\n${reason}`.toLocaleLowerCase().includes(wanted)) found.push(place);
  }
  return found;
}

/**
 * The entry in which something was said at a given time: the last one that began at or before it.
 * @param {Entry[]} entries
 * @param {number} atMs
 */
export function placeAt(entries, atMs) {
  let best = -1;
  let bestMs = -Infinity;
  for (const [place, entry] of entries.entries()) {
    if (entry.kind !== "said" || entry.atMs > atMs || entry.atMs < bestMs) continue;
    best = place;
    bestMs = entry.atMs;
  }
  return best;
}
