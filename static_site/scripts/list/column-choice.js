/** Which column of the file stands for which input, which names the customers, and which says what became of them. */

import { part } from "../elements.js";
import { wholeText } from "../words.js";
import { ColumnLine, arrange } from "./column-line.js";
import { NONE, UNCHOSEN, columnStates, findId, matchColumns } from "./columns.js";
import { findOutcome, readOutcomes } from "./outcome.js";
import { recall } from "./remembered.js";

/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {import("./remembered.js").Choice} Choice */
/** @typedef {import("./table.js").Table} Table */

/** What the other columns are remembered by: no input is called so. */
const [ID, OUTCOME] = ["#id", "#outcome"];

export class ColumnChoice {
  /**
   * @param {Table} table
   * @param {import("./contract.js").Contract} contract
   * @param {Choice | undefined} kept what was chosen before; without it, what is remembered for the heading
   * @param {() => boolean} onChange whether the choice may change
   */
  constructor(table, { features, target }, kept, onChange) {
    this.table = table;
    this.features = features;
    this.target = target;
    this.matches = matchColumns(features, table.heading);
    this.before = kept ?? recall(table.heading);
    const line = (/** @type {string} */ label, /** @type {number} */ place, /** @type {boolean} */ mayBeNone) =>
      new ColumnLine({ label, table, place, mayBeNone, onChange });
    this.lines = features.map(({ name, label, optional }, index) => {
      const found = this.matches[index].place;
      return line(label, this.before[name] ?? (found === NONE ? UNCHOSEN : found), optional);
    });
    this.id = line("Customer id (optional)", this.before[ID] ?? findId(table.heading, this.matches, table.rows), true);
    const outcomePlace = this.before[OUTCOME] ?? findOutcome(table.heading, table.rows, target);
    this.outcome = line("Known outcome (optional)", outcomePlace, true);
    part("columns").replaceChildren(...arrange(this.lines, [this.id, this.outcome]));
  }

  /** @returns {number[]} the column of each input */
  get places() {
    return this.lines.map(({ place }) => place);
  }

  /** @returns {Choice} to be remembered */
  get choice() {
    const places = this.lines.map(({ place }, index) => [this.features[index].name, place]);
    return { ...Object.fromEntries(places), [ID]: this.id.place, [OUTCOME]: this.outcome.place };
  }

  /** @returns {Int8Array | null} what became of each customer, where the file knows it */
  get outcomes() {
    return this.outcome.place < 0 ? null : readOutcomes(this.table.rows, this.outcome.place, this.target);
  }

  /** Say beside each column what it is. @returns {Feature[]} inputs that have no column yet */
  tell() {
    const states = columnStates(this.features, this.places, this.matches, this.before);
    this.lines.forEach((line, index) => line.tell(states[index]));
    this.id.tell({ text: this.id.place < 0 ? "" : "Stays in this browser", isFound: true });
    this.outcome.tell(this.#outcomeState());
    return this.features.filter((_, index) => !states[index].isFound);
  }

  #outcomeState() {
    const { outcomes } = this;
    if (!outcomes) return this.outcome.place < 0 ? { text: "", isFound: true } : { text: "Not yes or no", isFound: false };
    const [yes, known] = [outcomes.filter((outcome) => outcome > 0).length, outcomes.filter((outcome) => outcome >= 0).length];
    return { text: `✓ ${wholeText(yes)} of ${wholeText(known)} yes`, isFound: true };
  }
}
