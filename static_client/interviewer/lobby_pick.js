// @ts-check
/** Picking two finished interviews of one job to be compared. */
import { fill, h, show } from "../shared/dom.js";

/** @typedef {import("./lobby.js").Row} Row */

/**
 * @param {import("./context.js").Context} context
 * @param {() => void} changed the list is to be drawn again
 */
export function createPick(context, changed) {
  const { t } = context;
  /** @type {Row[]} at most two */
  let picked = [];
  const element = h("div", { class: "pick", role: "status", hidden: true });

  /** @param {Row} row */
  function toggle(row) {
    const without = picked.filter((one) => one.interview !== row.interview);
    picked = without.length < picked.length ? without : [...picked, row].slice(-2);
    draw();
    changed();
  }

  function clear() {
    picked = [];
    draw();
    changed();
  }

  function draw() {
    const [first, second] = picked;
    show(element, first !== undefined);
    if (!first) return;
    fill(element,
      second ? h("a", { class: "button button--small button--primary", href: `#/compare/${encodeURIComponent(first.interview)}/${encodeURIComponent(second.interview)}`, text: t("compare.open", { first: first.candidate, second: second.candidate }) })
        : h("p", { text: t("compare.picked", { name: first.candidate }) }),
      h("button", { type: "button", class: "button button--small button--quiet", text: t("compare.clear"), on: { click: clear } }));
  }

  return {
    element,
    /** The switch of one line; `update` shows whether it is picked and whether it can be. @param {Row} row */
    createSwitch(row) {
      const button = h("button", { type: "button", class: "button button--small line__pick", "aria-label": t("compare.pick_of", { name: row.candidate }), text: t("compare.pick"), on: { click: () => {
        if (button.getAttribute("aria-disabled") !== "true") toggle(row);
      } } });
      return {
        button,
        /** @param {Row} now @param {boolean} allowed to read its report */
        update(now, allowed) {
          show(button, allowed && now.report === "ready");
          const chosen = picked.some((one) => one.interview === now.interview);
          button.setAttribute("aria-pressed", String(chosen));
          button.setAttribute("aria-disabled", String(!chosen && picked.some((one) => one.job.id !== now.job.id)));
        },
      };
    },
    /** What of this changes how a line looks. */
    get key() { return picked.map((one) => one.interview).join(); },
  };
}
