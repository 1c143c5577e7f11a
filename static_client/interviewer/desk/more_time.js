// @ts-check
/** One more minute for the open question. The candidate is told, and both clocks follow. */
import { h, show } from "../../shared/dom.js";
import { steers } from "./people.js";

const ADDED_S = 60;

/** @param {import("../context.js").Context} context @param {import("./desk.js").Desk} desk */
export function createMoreTime(context, desk) {
  const { t } = context;
  const element = h("button", { type: "button", class: "button button--dense ask__more", data: { needs: "control" }, title: () => t("more_time.title"), "aria-keyshortcuts": "m", text: () => t("more_time.button"), on: { click: () => void give() } });

  /** @param {import("./state.js").DeskState} state @param {Set<string>} changed */
  function update(state, changed) {
    if (!changed.has("view")) return;
    const { view } = state;
    show(element, steers(view) && view.status === "running" && Boolean(view.deadline) && view.phase !== "practice");
  }

  async function give() {
    if (element.hidden || element.disabled) return;
    element.disabled = true;
    const problem = await desk.command("extend", { seconds: ADDED_S });
    element.disabled = false;
    context.say(problem ? t("command.failed", { problem }) : t("more_time.given"));
    element.dispatchEvent(new CustomEvent("problem", { detail: problem, bubbles: true }));
  }

  return { element, update, give: () => void give() };
}
