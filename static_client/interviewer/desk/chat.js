// @ts-check
/** Words among the panel. Closed it counts what is unread; open it is a log that is read politely. */
import { h, setText, show } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { keyed } from "../keyed.js";
import { timeCode } from "./clock.js";
import { nameOf, panelOf } from "./people.js";

/** @typedef {import("./state.js").ChatMessage} ChatMessage */

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createChat(context, desk) {
  const { t } = context;
  const unreadMark = h("span", { class: "chat__unread figure" });
  const toggle = h("button", { type: "button", class: "button button--dense button--quiet chat__toggle", data: { needs: "chat" }, "aria-expanded": "false", "aria-controls": "chat", "aria-keyshortcuts": "c", on: { click: () => (element.hidden ? open() : close()) } }, icon("chat"), () => t("chat.open"), unreadMark);
  const none = h("p", { class: "quiet chat__none", text: () => t("chat.empty") });
  const messages = h("ol", { class: "chat__messages" });
  const list = h("div", { class: "chat__list", role: "log", "aria-label": () => t("chat.title"), tabIndex: 0 }, messages);
  const field = h("input", { class: "input input--dense", dir: "auto", type: "text", maxLength: 500, autocomplete: "off", placeholder: () => t("chat.label"), "aria-label": () => t("chat.label") });
  const sendButton = h("button", { type: "submit", class: "button button--dense", text: () => t("chat.send") });
  const outcome = h("p", { class: "field__error chat__outcome", role: "status" });
  const form = h("form", { class: "chat__form", on: { submit } }, field, sendButton, outcome);
  const element = h("section", { class: "panel chat", id: "chat", "aria-labelledby": "chat-title", hidden: true },
    h("div", { class: "panel__head" },
      h("h2", { class: "panel__title", id: "chat-title", text: () => t("chat.title") }), h("span", { class: "quiet", text: () => t("chat.private") }),
      h("button", { type: "button", class: "button button--dense button--quiet button--icon", "aria-label": () => t("app.close"), on: { click: close } }, icon("close"))),
    none, list, form);
  let read = 0;
  let heard = -1;
  let opened = () => {};
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  field.addEventListener("input", () => setText(outcome, ""));

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    show(toggle, panelOf(state.view).takes_part);
    if (!changed.has("chat") && !changed.has("view")) return;
    const { chat } = state;
    if (heard < 0) read = chat.length; // what was said before this page came is not news
    else if (element.hidden) announce(chat.slice(Math.max(heard, 0)));
    heard = chat.length;
    draw();
  }

  /** @param {ChatMessage[]} fresh */
  function announce(fresh) {
    const last = fresh.filter((one) => one.by !== panelOf(desk.state.view).me).at(-1);
    if (last) context.say(t("chat.new", { name: nameOf(context, desk.state.view, last.by) }));
  }

  function draw() {
    const { chat, view } = desk.state;
    const { me } = panelOf(view);
    if (!element.hidden) read = chat.length;
    const unread = chat.slice(read).filter((one) => one.by !== me).length;
    setText(unreadMark, unread ? t("chat.unread", { count: unread }) : "");
    show(unreadMark, unread > 0);
    show(none, chat.length === 0);
    show(list, chat.length > 0);
    if (element.hidden) return;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    keyed(messages, chat, (one) => String(one.seq), create, () => {});
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  /** @param {ChatMessage} one */
  function create(one) {
    const mine = one.by === panelOf(desk.state.view).me;
    const name = () => (mine ? t("chat.you") : nameOf(context, desk.state.view, one.by));
    return h("li", { class: `chat__one${mine ? " chat__one--mine" : ""}` },
      h("span", { class: "chat__who" }, h("span", { dir: "auto", text: name }), " ", h("span", { class: "quiet figure", text: timeCode(one.at_ms) })),
      h("span", { class: "chat__text", dir: "auto", text: one.text }));
  }

  function open() {
    if (toggle.hidden) return;
    opened();
    show(element, true);
    toggle.setAttribute("aria-expanded", "true");
    draw();
    list.scrollTop = list.scrollHeight;
    field.focus();
  }

  function shut() {
    show(element, false);
    toggle.setAttribute("aria-expanded", "false");
  }

  function close() {
    shut();
    toggle.focus();
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || sendButton.disabled) return;
    sendButton.disabled = true;
    const problem = await desk.command("chat", { text });
    sendButton.disabled = false;
    setText(outcome, problem ? t("chat.failed", { problem }) : "");
    if (problem) return;
    field.value = "";
    list.scrollTop = list.scrollHeight;
  }

  return {
    element, toggle, update, open, shut,
    /** @param {() => void} act */
    onOpen(act) { opened = act; },
  };
}
