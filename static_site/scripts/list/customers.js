/** The scored customers: what the file, the check and the service know of each, by its number among the good rows. */

import { wholeText } from "../words.js";
import { valueText } from "./contract.js";
import { Known } from "./known.js";

/** @typedef {import("./contract.js").Contract} Contract */
/** @typedef {import("./scores.js").Reason} Reason */

export class Customers {
  /**
   * @param {object} facts
   * @param {Contract} facts.contract
   * @param {import("./check-rows.js").Checked} facts.checked
   * @param {number} facts.idPlace the column that names them, -1 without one
   * @param {import("./scores.js").Scores} facts.scores
   * @param {import("./ranking.js").Ranking} facts.ranking
   * @param {number} facts.outcomePlace the column that says what became of them, -1 without one
   * @param {Int8Array | null} facts.outcomes of each row of the file, where it knows them
   */
  constructor({ contract, checked, idPlace, scores, ranking, outcomePlace, outcomes }) {
    this.contract = contract;
    this.table = checked.table;
    this.checked = checked;
    this.idPlace = idPlace;
    this.scores = scores;
    this.ranking = ranking;
    this.outcomePlace = outcomePlace;
    const known = outcomes && new Known(ranking, Int8Array.from(checked.good, (row) => outcomes[row]));
    /** What became of them, where that is known of any. */
    this.known = known?.count ? known : null;
  }

  get features() {
    return this.contract.features;
  }

  /** @param {number} number @returns {string[]} the row as it stands in the file */
  cellsOf(number) {
    return this.table.rows[this.checked.good[number]];
  }

  /** @param {number} number @param {number} place of a column @returns {string} */
  cellOf(number, place) {
    return (this.cellsOf(number)[place] ?? "").trim();
  }

  /** @returns {number[]} the columns of the file that are no input and do not name the customer */
  get otherPlaces() {
    return [...this.table.heading.keys()].filter((place) => place !== this.idPlace && !this.checked.places.includes(place));
  }

  /** @param {number} number @returns {string} its id, or the line where it stands */
  idOf(number) {
    const id = this.idPlace < 0 ? "" : this.cellOf(number, this.idPlace);
    return id || `Line ${wholeText(this.table.lines[this.checked.good[number]])}`;
  }

  /** @param {number} number @param {number} place of a feature */
  valueOf(number, place) {
    return this.checked.columns[place][number];
  }

  /** @param {number} number @param {number} place of a feature @returns {string} */
  textOf(number, place) {
    return valueText(this.features[place], this.valueOf(number, place));
  }

  /** @param {number} number @param {Reason | undefined} reason @returns {string} such as "Visits: 12" */
  reasonText(number, reason) {
    if (!reason) return "–";
    return `${this.features[reason.feature].label}: ${this.textOf(number, reason.feature)}`;
  }

  /** @param {number} number @returns {Record<string, number | string>} the model's inputs */
  inputsOf(number) {
    return Object.fromEntries(this.features.map(({ name }, place) => [name, this.valueOf(number, place)]));
  }
}
