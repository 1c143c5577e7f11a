// @ts-check
/**
 * The control socket (docs/protocol.md): hello, resume, back-off, ping watch, commands with answers.
 *
 * STABLE API
 *   const control = new Control({ token, interview?, after?, url?, on: {…} })
 *     on.view(view, seq)              what the page shows, as a whole
 *     on.record(record)               {seq, at_ms, cause, event:{type,…}}, in order, each once
 *     on.live(message)                latest-wins values ({type:"live",…})
 *     on.lobby(interviews, me, more)  the list, whose it is, and how many finished ones are not told yet
 *     on.lobbyChanged(interviews, gone, more)  lines that are new or others, and ids that are to be seen no longer
 *     on.problem(problem)             a problem that answers no command
 *     on.state(state, why)            "connecting" | "open" | "lost" | "closed"
 *     on.message(message)             any other message type
 *   control.connect()                 opens, and keeps it open
 *   control.command(name, fields?)    → Promise of the ack; rejects with ControlProblem
 *   control.retryNow()                skips what is left of the waiting time
 *   control.close()                   for good
 *   control.state, control.seq        seq: the last one seen (hand it to a later `after`)
 *
 * "open" means that the server has answered the hello. "lost" comes with the milliseconds until the next
 * try in why.retryMs; "closed" comes with why.code: "refused" (4401), "forbidden" (4403), "taken_over"
 * (4409), "done" (close() was called). After "closed", connect() may be called again ("continue here").
 *
 * A command is sent once. If the socket goes before its answer, it rejects with code "connection_lost":
 * the server may or may not have carried it out, the next view tells, so nothing is repeated blindly.
 */

/** @typedef {"connecting" | "open" | "lost" | "closed"} ControlState */
/** @typedef {{code: string, title: string, reason?: string, values?: Record<string, string | number>, id?: string}} Problem */
/** @typedef {{seq: number, at_ms: number, cause?: number | null, event: {type: string} & Record<string, any>}} LogRecord */
/** @typedef {{retryMs?: number, code?: string}} Why */
/**
 * @typedef {object} Handlers
 * @property {(view: any, seq: number) => void} [view]
 * @property {(record: LogRecord) => void} [record]
 * @property {(message: any) => void} [live]
 * @property {(interviews: any[], me: {name: string, role: string} | undefined, more: number) => void} [lobby]
 * @property {(interviews: any[], gone: string[], more: number) => void} [lobbyChanged]
 * @property {(problem: Problem) => void} [problem]
 * @property {(state: ControlState, why: Why) => void} [state]
 * @property {(message: any) => void} [message]
 */
/**
 * @typedef {object} ControlOptions
 * @property {string} token
 * @property {string} [interview]       an interviewer's choice of interview
 * @property {number} [after]           last seq already seen
 * @property {string} [url]             default: /api/v1/control on this origin
 * @property {Handlers} on
 * @property {number} [silenceMs]       no message for so long: the line is dead (pings come every 3 s)
 * @property {number} [commandMs]       an answer is waited for so long
 * @property {() => number} [random]    0–1, for the jitter
 */

/** Close codes that no waiting cures. */
const FINAL = new Map([[4401, "refused"], [4403, "forbidden"], [4409, "taken_over"]]);
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 8000;
const TOO_MANY_RETRY_MS = 5000;

/** A command that was refused or got no answer. `code` is the server's, or "connection_lost", "not_connected", "timeout". */
export class ControlProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.title || problem.code);
    this.name = "ControlProblem";
    this.code = problem.code;
    this.reason = problem.reason ?? "";
    this.values = problem.values ?? {};
  }
}

/**
 * Waiting time before the nth try (n from 0): doubles up to a limit, half of it random, so that a restarted
 * server is not met by everybody at once.
 * @param {number} attempt @param {number} random 0–1
 */
export function retryDelayMs(attempt, random) {
  const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

export class Control {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<string, {resolve: (ack: any) => void, reject: (problem: ControlProblem) => void, timer: number}>} */
  #waiting = new Map();
  #attempt = 0;
  #commands = 0;
  #retryTimer = 0;
  #silenceTimer = 0;
  #lastRecord = 0;
  #wanted = false;
  #listening = new AbortController();

  /** @param {ControlOptions} options */
  constructor(options) {
    this.options = { silenceMs: 9000, commandMs: 10000, random: Math.random, ...options };
    this.seq = options.after ?? 0;
    this.#lastRecord = this.seq;
    /** @type {ControlState} */
    this.state = "closed";
  }

  connect() {
    this.#wanted = true;
    this.#listen();
    this.#attempt = 0;
    this.#open();
  }

  retryNow() {
    if (this.#wanted && this.state === "lost") this.#open();
  }

  close() {
    this.#wanted = false;
    this.#listening.abort();
    this.#detach(1000);
    this.#failWaiting("connection_lost");
    this.#setState("closed", { code: "done" });
  }

  /**
   * @param {string} name @param {Record<string, unknown>} [fields]
   * @returns {Promise<any>}
   */
  command(name, fields = {}) {
    const socket = this.#socket;
    if (!socket || this.state !== "open") {
      return Promise.reject(new ControlProblem({ code: "not_connected", title: "not connected" }));
    }
    this.#commands += 1;
    const id = `${Date.now().toString(36)}-${this.#commands}`;
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => this.#answer(id, { code: "timeout", title: "no answer" }), this.options.commandMs);
      this.#waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ ...fields, type: "command", id, command: name }));
    });
  }

  /** The window outlives this connection: what listens to it would keep a page that was left in memory. */
  #listen() {
    this.#listening.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener("online", () => this.retryNow(), { signal });
    addEventListener("offline", () => this.#dropped(0), { signal });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.retryNow(); }, { signal });
  }

  #open() {
    clearTimeout(this.#retryTimer);
    this.#detach(1000);
    this.#setState("connecting", {});
    const socket = new WebSocket(this.options.url ?? controlUrl());
    this.#socket = socket;
    this.#heard();
    socket.addEventListener("open", () => {
      const hello = { type: "hello", token: this.options.token, after: this.seq };
      socket.send(JSON.stringify(this.options.interview ? { ...hello, interview: this.options.interview } : hello));
    });
    socket.addEventListener("message", (event) => { if (socket === this.#socket) this.#receive(event.data); });
    socket.addEventListener("close", (event) => { if (socket === this.#socket) this.#dropped(event.code); });
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heard();
    /** @type {any} */
    let message;
    try { message = JSON.parse(String(data)); } catch { return; }
    if (this.state !== "open" && message.type !== "problem") {
      this.#attempt = 0;
      this.#setState("open", {});
    }
    const { on } = this.options;
    switch (message.type) {
      case "ping": this.#socket?.send('{"type":"pong"}'); break;
      case "view": this.seq = Math.max(this.seq, message.seq ?? 0); on.view?.(message.view, message.seq ?? 0); break;
      case "record": this.#record(message); break;
      case "live": on.live?.(message); break;
      case "lobby": on.lobby?.(message.interviews, message.me, message.more ?? 0); break;
      case "lobby_changed": on.lobbyChanged?.(message.interviews, message.gone, message.more ?? 0); break;
      case "ack": this.#answer(message.id, null, message); break;
      case "problem":
        if (message.id && this.#waiting.has(message.id)) this.#answer(message.id, message);
        else on.problem?.(message);
        break;
      default: on.message?.(message);
    }
  }

  /** @param {LogRecord} record */
  #record(record) {
    if (record.seq <= this.#lastRecord) return; // a repeated one after resuming
    this.#lastRecord = record.seq;
    this.seq = Math.max(this.seq, record.seq);
    this.options.on.record?.(record);
  }

  /** @param {string} id @param {Problem | null} problem @param {any} [ack] */
  #answer(id, problem, ack) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (problem) waiting.reject(new ControlProblem(problem));
    else waiting.resolve(ack);
  }

  /** Something came: the line lives. */
  #heard() {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = window.setTimeout(() => this.#dropped(0), this.options.silenceMs);
  }

  /** @param {number} code */
  #dropped(code) {
    if (!this.#wanted || this.state === "lost" || this.state === "closed") return;
    this.#detach(1000);
    this.#failWaiting("connection_lost");
    const final = FINAL.get(code);
    if (final) {
      this.#wanted = false;
      this.#setState("closed", { code: final });
      return;
    }
    const delay = code === 4429 ? TOO_MANY_RETRY_MS : retryDelayMs(this.#attempt, this.options.random());
    this.#attempt += 1;
    this.#retryTimer = window.setTimeout(() => this.#open(), delay);
    this.#setState("lost", { retryMs: delay });
  }

  /** @param {number} code */
  #detach(code) {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#retryTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(code);
  }

  /** @param {string} code */
  #failWaiting(code) {
    for (const id of [...this.#waiting.keys()]) this.#answer(id, { code, title: "the connection was lost" });
  }

  /** @param {ControlState} state @param {Why} why */
  #setState(state, why) {
    if (state === this.state && state !== "lost") return;
    this.state = state;
    this.options.on.state?.(state, why);
  }
}

function controlUrl() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/v1/control`;
}
