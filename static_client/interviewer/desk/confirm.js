// @ts-check
/** One dialog that asks before something that cannot be undone. */
import { h, setText } from "../../shared/dom.js";

/** @param {import("../context.js").Context} context */
export function createConfirm(context) {
  const title = h("h2", { id: "confirm-title" });
  const text = h("p", { class: "soft" });
  const yes = h("button", { type: "button", class: "button button--alarm" });
  const no = h("button", { type: "button", class: "button", text: () => context.t("app.cancel"), on: { click: () => element.close() } });
  const element = h("dialog", { class: "dialog", "aria-labelledby": title.id },
    h("div", { class: "stack" }, title, text, h("div", { class: "row" }, yes, no)));
  let act = () => {};
  yes.addEventListener("click", () => {
    element.close();
    act();
  });

  /** @param {{title: string, text: string, yes: string}} words @param {() => void} then */
  function ask(words, then) {
    setText(title, words.title);
    setText(text, words.text);
    setText(yes, words.yes);
    act = then;
    element.showModal();
    no.focus();
  }
  return { element, ask };
}
