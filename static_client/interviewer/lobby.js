// @ts-check
/** All interviews this person may see: running as a wall, waiting and finished as lists; live. */
import { everySecond } from "../shared/clock.js";
import { dotted, isolated } from "../shared/bidi.js";
import { Control } from "../shared/control.js";
import { fill, h, setText, show } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { languageSwitch, themeSwitch } from "../shared/theme.js";
import { scoreText } from "./context.js";
import { keyed } from "./keyed.js";
import { CLOSED, createLinkState } from "./link_state.js";
import { createPick } from "./lobby_pick.js";
import { createStill } from "./still.js";

/** @typedef {import("./context.js").Context} Context */
/**
 * @typedef {object} Row one interview in the list, as in docs/protocol.md
 * @property {string} interview
 * @property {string} candidate
 * @property {{id: string, title: string}} job
 * @property {string} language
 * @property {"waiting" | "running" | "paused" | "ended"} status
 * @property {string} phase
 * @property {number | null} question_index
 * @property {number} question_total
 * @property {string} created_at
 * @property {number | null} running_ms
 * @property {"none" | "ready"} report
 * @property {number} [heardAt] when this page heard it, on the page's clock
 * @property {string} [mark] everything that the line says but the minutes, to see whether it changed
 * @property {"connected" | "lost" | "none"} connection
 * @property {string[]} attention
 * @property {number | null} total
 * @property {"video" | "voice" | "text"} [mode]
 * @property {boolean} [still] a small picture is to be had
 * @property {string[]} [interviewers] their names
 * @property {string[]} [may] what this person may do with it; a server that says nothing allows all
 */

/** @typedef {ReturnType<typeof createPick>} Pick */
/** @typedef {"running" | "waiting" | "finished"} Section */
/** @type {Section[]} */
const SECTIONS = ["running", "waiting", "finished"];

/** How the running ones are shown. @typedef {"wall" | "list"} Look */
const STORED_LOOK = "viva.interviewer.lobby";
/** More pictures at once are looked at by nobody. */
const MOST_STILLS = 12;

/** @param {Row} row @returns {Section} */
function sectionOf(row) {
  if (row.status === "ended") return "finished";
  return row.status === "waiting" ? "waiting" : "running";
}

/** @param {Context} context */
export function openLobby(context) {
  const { t, i18n } = context;
  document.title = `${t("lobby.title")} · Viva`;
  const link = createLinkState(context);
  const trouble = h("p", { class: "notice notice--alarm", role: "alert", hidden: true });
  const loading = h("p", { class: "quiet", text: t("lobby.loading") });
  const pick = createPick(context, draw);
  const sections = SECTIONS.map((name) => createSection(context, name, pick, () => { control.command("more").catch(() => undefined); }));
  const who = h("span", { class: "lobby__me" });
  const body = h("div", { class: "lobby__sections", hidden: true }, sections.map((section) => section.element), pick.element);
  const element = h("div", { class: "lobby" },
    h("header", { class: "lobby__head" },
      h("span", { class: "lobby__mark", "aria-hidden": "true", text: "Viva" }),
      link.element, who,
      h("span", { class: "lobby__switches" }, languageSwitch(i18n), themeSwitch(i18n))),
    h("main", { class: "lobby__main" },
      h("h1", { text: t("lobby.title") }), trouble, loading, body));

  let heard = "";
  /** @type {Row[]} */
  let known = [];
  /** Finished ones that the server has not told yet. */
  let more = 0;
  const control = new Control({
    token: context.token,
    on: {
      lobby(rows, me, notTold) {
        setText(who, me ? dotted([me.name, context.word(`role.${me.role}`, me.role)]) : "");
        show(loading, false);
        show(body, true);
        take(rows, notTold);
      },
      lobbyChanged(rows, gone, notTold) {
        take(merged(known, rows, gone), notTold);
      },
      state(state, why) {
        link.update(state, 0);
        const code = CLOSED[/** @type {keyof typeof CLOSED} */ (why.code ?? "")];
        show(trouble, Boolean(code));
        if (code) {
          show(loading, false);
          fill(trouble, icon("alarm"), t(code));
        }
      },
    },
  });
  control.connect();
  const stopTicking = everySecond(() => { for (const section of sections) section.tick(); });

  function draw() {
    for (const section of sections) {
      section.update(known.filter((row) => sectionOf(row) === section.name), section.name === "finished" ? more : 0);
    }
  }

  /** @param {Row[]} rows @param {number} notTold */
  function take(rows, notTold) {
    known = rows.map((row) => (row.heardAt === undefined
      ? { ...row, heardAt: performance.now(), mark: JSON.stringify({ ...row, running_ms: null }) } : row));
    more = notTold;
    draw();
    tell(rows);
  }

  /** Say how the numbers changed, once, politely. @param {Row[]} rows */
  function tell(rows) {
    const count = (/** @type {Section} */ name) => rows.filter((row) => sectionOf(row) === name).length;
    const text = t("lobby.changed", {
      running: count("running"), waiting: count("waiting"), finished: count("finished") + more,
    });
    if (heard && heard !== text) context.say(text);
    heard = text;
  }

  return {
    element,
    close() {
      for (const section of sections) section.close();
      stopTicking();
      control.close();
    },
  };
}

/**
 * The list after a change: what is known keeps its place, what is new stands where it was made, the newest first.
 * @param {Row[]} known @param {Row[]} rows @param {string[]} gone
 */
function merged(known, rows, gone) {
  const others = new Map(rows.map((row) => [row.interview, row]));
  const list = known.filter((row) => !gone.includes(row.interview)).map((row) => {
    const other = others.get(row.interview);
    others.delete(row.interview);
    return other ?? row;
  });
  for (const row of others.values()) {
    const place = list.findIndex((one) => one.created_at < row.created_at);
    list.splice(place < 0 ? list.length : place, 0, row);
  }
  return list;
}

/** @param {Context} context @param {Section} name @param {Pick} pick @param {() => void} askForMore */
function createSection(context, name, pick, askForMore) {
  const { t } = context;
  const heading = h("h2", { id: `lobby-${name}`, text: t(`lobby.${name}`) });
  const count = h("span", { class: "lobby__count figure" });
  /** @type {Look} */
  let look = name === "running" ? storedLook() : "list";
  const list = h("ul", { class: `lobby__${look}` });
  const none = h("p", { class: "quiet lobby__none", text: t(`lobby.none_${name}`) });
  const further = h("button", { type: "button", class: "button button--small", hidden: true, on: { click: askForMore } });
  const element = h("section", { "aria-labelledby": heading.id },
    h("div", { class: "lobby__heading" }, heading, count, name === "running" ? lookSwitch(context, look, choose) : null), list, none, further);

  /** What the list showed, and the minutes in it. */
  let shown = "";
  let minutes = "";

  /** @type {Row[]} */
  let rowsNow = [];
  let moreNow = 0;

  /** @param {Look} chosen */
  function choose(chosen) {
    look = chosen;
    shown = "";
    list.className = `lobby__${look}`;
    update(rowsNow, moreNow);
  }

  /** @param {Row[]} rows @param {number} more how many there are beside these */
  function update(rows, more) {
    rowsNow = rows;
    moreNow = more;
    const key = [...rows.map((row) => row.mark), pick.key, more].join("\n");
    const now = minutesOf(rows);
    if (key === shown && now === minutes) return;
    shown = key;
    minutes = now;
    setText(count, String(rows.length + more));
    setText(further, t("lobby.more", { n: more }));
    show(further, more > 0);
    show(none, rows.length === 0);
    show(list, rows.length > 0);
    // Its own key when a right comes or goes: such a line is made anew.
    const gone = [...list.children];
    keyed(list, rows, (row) => `${look} ${row.interview} ${may(row, "watch")} ${pictured(row, rows)}`,
      (row) => (look === "wall" ? createTile(context, row, pictured(row, rows)) : createLine(context, row, name, pick)),
      (item, row) => /** @type {any} */ (item).update(row));
    for (const item of gone) if (!item.isConnected) /** @type {any} */ (item).close?.();
  }

  /** Only the minutes go on between two lists. */
  function tick() {
    if (minutesOf(rowsNow) !== minutes) update(rowsNow, moreNow);
  }

  /** @param {Row[]} rows */
  function minutesOf(rows) {
    return name === "finished" ? "" : rows.map((row) => runningText(context, row)).join();
  }

  /** @param {Row} row @param {Row[]} rows */
  function pictured(row, rows) {
    return look === "wall" && may(row, "thumbnail") && rows.indexOf(row) < MOST_STILLS;
  }
  return { name, element, update, tick, close() { for (const item of list.children) /** @type {any} */ (item).close?.(); } };
}

/** @returns {Look} */
function storedLook() {
  try {
    return localStorage.getItem(STORED_LOOK) === "list" ? "list" : "wall";
  } catch {
    return "wall";
  }
}

/** Wall or list, remembered. @param {Context} context @param {Look} first @param {(look: Look) => void} choose */
function lookSwitch({ t }, first, choose) {
  /** @type {Look[]} */
  const looks = ["wall", "list"];
  const buttons = looks.map((look) => h("button", { type: "button", "aria-pressed": String(look === first), text: t(`lobby.as_${look}`), on: { click: () => chosen(look) } }));
  /** @param {Look} look */
  function chosen(look) {
    try { localStorage.setItem(STORED_LOOK, look); } catch { /* holds for this visit */ }
    buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(looks[place] === look)));
    choose(look);
  }
  return h("div", { class: "segmented lobby__look", role: "group", "aria-label": t("lobby.look") }, buttons);
}

/** @param {Context} context @param {Row} first @param {boolean} pictured */
function createTile(context, first, pictured) {
  const { t } = context;
  const still = pictured ? createStill(context, first) : null;
  const where = h("span", { class: "tile__where" });
  const steps = h("span", { class: "steps", "aria-hidden": "true" });
  const state = h("span", { class: "status" });
  const attention = h("ul", { class: "tile__attention" });
  const total = h("span", { class: "tile__total figure" });
  const people = h("p", { class: "quiet" });
  const item = h("li", { class: `tile${still ? " tile--pictured" : ""}` },
    still ? still.element : null,
    h("div", { class: "tile__top" },
      nameOf(context, first, "tile__name"), total),
    h("p", { class: "quiet", text: dotted([first.job.title, languageName(first.language)]) }), people,
    h("div", { class: "tile__progress" }, steps, where),
    h("div", { class: "tile__foot" }, state, attention));

  /** @param {Row} row */
  function update(row) {
    const index = row.question_index ?? 0;
    setText(where, whereText(context, row));
    still?.update(row);
    fill(steps, Array.from({ length: row.question_total }, (_, place) => h("span", { class: stepClass(place + 1, index) })));
    connection(context, state, row);
    setText(people, interviewersText(context, row));
    show(people, people.textContent !== "");
    fill(attention, row.attention.map((kind) =>
      h("li", { class: "status status--wait" }, icon("caution"), context.word(`observation.${kind}`, kind))));
    showTotal(context, total, row, "lobby.total");
    item.classList.toggle("tile--attention", row.attention.length > 0 || row.connection === "lost");
  }
  return Object.assign(item, { update, close: () => still?.close() });
}

/** Where a running interview stands: question, phase, how long. @param {Context} context @param {Row} row */
function whereText(context, row) {
  const index = row.question_index ?? 0;
  return dotted([
    index > 0 ? context.t("lobby.question", { index, total: row.question_total }) : "",
    phaseName(context, row),
    runningText(context, row),
  ]);
}

/** @param {Context} context @param {Row} first @param {Section} name @param {Pick} pick */
function createLine(context, first, name, pick) {
  const { t } = context;
  const state = h("span", { class: "status" });
  const when = h("span", { class: "quiet line__when" });
  const job = h("span", { class: "quiet line__job" });
  const total = h("span", { class: "line__total figure" });
  const route = `#/interview/${encodeURIComponent(first.interview)}`;
  const report = name === "finished"
    ? h("a", { class: "button button--small", href: `${route}/report`, "aria-label": t("lobby.report_of", { name: first.candidate }), text: t("lobby.report") })
    : null;
  const review = name === "finished"
    ? h("a", { class: "button button--small", href: `${route}/review`, "aria-label": t("lobby.review_of", { name: first.candidate }), text: t("lobby.review") })
    : null;
  const choice = name === "finished" ? pick.createSwitch(first) : null;
  const item = h("li", { class: "line" },
    nameOf(context, first, "line__name"),
    job,
    name === "finished" ? when : state, total, h("span", { class: "line__ways" }, review, report, choice?.button));

  /** @param {Row} row */
  function update(row) {
    connection(context, state, row);
    setText(when, madeText(context, row));
    setText(job, dotted([name === "running" ? whereText(context, row) : "", first.job.title, languageName(first.language), interviewersText(context, row)]));
    if (name === "running") {
      const noted = row.attention.map((kind) => context.word(`observation.${kind}`, kind));
      if (noted.length > 0) state.append(h("span", { class: "status--wait", text: noted.join(", ") }));
      showTotal(context, total, row, "lobby.total");
      return;
    }
    if (report) show(report, row.report === "ready" && may(row, "report"));
    if (review) show(review, may(row, "log"));
    choice?.update(row, may(row, "report"));
    if (name === "finished") showTotal(context, total, row, "lobby.total_final");
    else setText(total, "");
  }
  return Object.assign(item, { update });

}

/** @param {Row} row @param {string} action */
function may(row, action) {
  return !row.may || row.may.includes(action);
}

/** The candidate's name, as the way to the desk for whoever may watch. @param {Context} context @param {Row} row @param {string} name */
function nameOf({ t }, row, name) {
  if (!may(row, "watch")) return h("span", { class: name, dir: "auto", text: row.candidate });
  return h("a", { class: name, href: `#/interview/${encodeURIComponent(row.interview)}`, "aria-label": t("lobby.open", { name: row.candidate }), dir: "auto", text: row.candidate });
}

/** Who interviews: for those who see others' interviews as well. @param {Context} context @param {Row} row */
function interviewersText({ t }, row) {
  return row.interviewers?.length && may(row, "assign") ? t("lobby.interviewers", { names: row.interviewers.map(isolated).join(", ") }) : "";
}

/** Whole minutes since it began; the list does not come again only because time passes. @param {Context} context @param {Row} row */
function runningText({ t }, row) {
  if (row.running_ms === null) return "";
  const ms = row.running_ms + performance.now() - (row.heardAt ?? performance.now());
  return t("lobby.minutes", { minutes: Math.floor(ms / 60_000) });
}

/** When it was ordered: the time today, else the day. @param {Context} context @param {Row} row */
function madeText({ i18n }, row) {
  const made = new Date(row.created_at);
  const today = made.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(i18n.locale, today
    ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
    : { day: "numeric", month: "short", year: "numeric" }).format(made);
}

/** @param {Context} context @param {HTMLElement} element @param {Row} row */
function connection(context, element, row) {
  const kind = row.connection === "connected" ? "ok" : row.connection === "lost" ? "bad" : "none";
  element.className = `status status--${kind}`;
  fill(element, icon(kind === "ok" ? "network" : kind === "bad" ? "alarm" : "circle"),
    context.t(`connection.${row.connection}`));
}

/** @param {Context} context @param {HTMLElement} element @param {Row} row @param {"lobby.total" | "lobby.total_final"} label */
function showTotal(context, element, row, label) {
  const { t, i18n } = context;
  if (row.total === null || row.total === undefined) {
    fill(element, h("span", { class: "quiet", text: t("lobby.no_total") }));
    return;
  }
  fill(element, h("span", { class: "sr-only", text: `${t(label)} ` }), scoreText(i18n, row.total),
    h("span", { class: "quiet", text: " / 10" }));
}

/** @param {Context} context @param {Row} row */
function phaseName(context, row) {
  return context.word(`phase.${row.status === "paused" ? "paused" : row.phase}`, row.phase);
}

/** @param {string} language */
function languageName(language) {
  return language === "zh" ? "中文" : "English";
}

/** @param {number} number @param {number} now */
function stepClass(number, now) {
  return `steps__step${number < now ? " steps__step--done" : number === now ? " steps__step--now" : ""}`;
}
