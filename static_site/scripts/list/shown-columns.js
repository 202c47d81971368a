/** Which columns of the ranked table are shown: chosen by checkboxes, and kept in this browser. */

import { element, part } from "../elements.js";
import { keep, recall } from "../storage.js";

/** @typedef {import("./table-columns.js").Column} Column */

const NAME = "shown-columns";
/** Without it a row says nothing of whom it is. */
const ALWAYS = "customer";

export class ShownColumns {
  /** @type {() => void} */ onChange = () => {};
  /** What the person chose, by the name of the column. @type {Record<string, boolean>} */ #chosen = recall(NAME, {});
  /** @type {Column[]} */ #all = [];

  /** @param {Column[]} columns that may be shown */
  offer(columns) {
    this.#all = columns;
    const boxes = columns.filter(({ name }) => name !== ALWAYS).map((column) => this.#boxOf(column));
    part("shown-columns").replaceChildren(...boxes);
  }

  /** @returns {Column[]} */
  get columns() {
    return this.#all.filter((column) => this.#isShown(column));
  }

  /** @param {Column} column */
  #isShown({ name, isShown }) {
    return name === ALWAYS || (this.#chosen[name] ?? isShown);
  }

  /** @param {Column} column */
  #boxOf(column) {
    const box = element("input", { type: "checkbox" });
    box.checked = this.#isShown(column);
    box.addEventListener("change", () => {
      this.#chosen = { ...this.#chosen, [column.name]: box.checked };
      keep(NAME, this.#chosen);
      this.onChange();
    });
    return element("label", { class: "check" }, box, column.label);
  }
}
