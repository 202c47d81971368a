/** A line of the card of columns: what a column is wanted for, the file's columns to choose from, and what they hold. */

import { element } from "../elements.js";
import { countText } from "../words.js";
import { NONE, UNCHOSEN } from "./columns.js";
import { MOST_TOGETHER } from "./contract.js";

/** @typedef {import("./table.js").Table} Table */

const SHOWN_VALUES = 4;
const NARROW = "(max-width: 40em)";
let count = 0;

export class ColumnLine {
  #select;
  #values = element("span", { class: "column-values", translate: "no" });
  #state = element("span", { class: "column-state" });

  /**
   * @param {object} facts
   * @param {string} facts.label
   * @param {Table} facts.table
   * @param {number} facts.place of the column that is chosen at first
   * @param {boolean} facts.mayBeNone whether it does without a column
   * @param {() => boolean} facts.onChange returns whether another column may be chosen
   */
  constructor({ label, table, place, mayBeNone, onChange }) {
    this.table = table;
    // A browser that translates the page leaves alone what is the file's.
    const names = table.heading.map((name, value) => element("option", { value, translate: "no" }, name || `Column ${value + 1}`));
    const none = [...(place === UNCHOSEN ? [[UNCHOSEN, "Choose a column"]] : []), ...(mayBeNone ? [[NONE, "No column"]] : [])];
    const options = [...none.map(([value, words]) => element("option", { value }, String(words))), ...names];
    const select = element("select", { class: "control", id: `column-${(count += 1)}` }, ...options);
    select.value = String(place);
    let before = select.value;
    select.addEventListener("change", () => {
      if (onChange()) before = select.value;
      else select.value = before;
    });
    this.#select = select;
    const name = element("label", { class: "column-label", for: select.id }, label);
    this.row = element("div", { class: "column-line" }, name, select, this.#values, this.#state);
  }

  /** The column that is chosen; NONE or UNCHOSEN without one. */
  get place() {
    return Number(this.#select.value);
  }

  /** @param {{text: string, isFound: boolean}} state */
  tell({ text, isFound }) {
    const group = this.row.closest("details");
    if (group && !isFound) group.open = true;
    const cells = this.table.rows.slice(0, SHOWN_VALUES).map((row) => row[this.place] ?? "");
    this.#values.textContent = this.place < 0 ? "" : cells.join(", ");
    this.#state.textContent = text;
    this.#state.dataset.found = String(isFound);
  }
}

/**
 * @param {ColumnLine[]} lines of the model's inputs
 * @param {ColumnLine[]} others
 * @returns {HTMLElement[]} all in a row; of many inputs, or in a narrow window, those whose columns were found fold into one line
 */
export function arrange(lines, others) {
  const found = lines.filter(({ place }) => place >= 0);
  const isRoomy = lines.length <= MOST_TOGETHER && !matchMedia(NARROW).matches;
  if (isRoomy || found.length === 0) return [...lines, ...others].map(({ row }) => row);
  const summary = element("summary", {}, `${countText(found.length, "column")} found`);
  const group = element("details", { class: "group" }, summary, ...found.map(({ row }) => row));
  const open = lines.filter((line) => !found.includes(line));
  return [...[...open, ...others].map(({ row }) => row), group];
}
