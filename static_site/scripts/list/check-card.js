/** The card where columns are matched with the model's inputs, and rows that break a rule are shown and mended. */

import { announce } from "../announcer.js";
import { element, part } from "../elements.js";
import { LANGUAGE, countText, wholeText } from "../words.js";
import { BadRows, badRowsCsv } from "./bad-rows.js";
import { checkRows, readMark } from "./check-rows.js";
import { ColumnChoice } from "./column-choice.js";
import { remember } from "./remembered.js";
import { shiftsOf } from "./resemblance.js";
import { nameWith, saveText } from "./save.js";
import { turnTo } from "./step.js";

/** @typedef {import("./check-rows.js").Checked} Checked */
/** @typedef {import("./contract.js").Contract} Contract */
/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {import("./table.js").Table} Table */
/**
 * @typedef {object} Checks what the check found of a file that is to be scored
 * @property {Checked} checked
 * @property {import("./remembered.js").Choice} choice of columns
 * @property {number} idPlace the column that names the customers, NONE without one
 * @property {number} outcomePlace the column that says what became of them
 * @property {Int8Array | null} outcomes of each row, where the file knows them
 */

export class CheckCard {
  /** @type {() => boolean} whether another column may be chosen */ onChange = () => true;
  /** @type {(checks: Checks) => void} */ onScore = () => {};
  /** With rows that were mended since. @type {() => void} */ onScoreMore = () => {};
  /** @type {ColumnChoice | null} */ #columns = null;
  /** @type {Checked | null} */ #checked = null;
  /** @type {import("./kept.js").Kept | null} */ #kept = null;
  /** Rows that are scored already. */
  #scored = 0;
  #turn = 0;
  #bad = new BadRows();

  constructor() {
    part("score").addEventListener("click", () => this.#score());
    part("check-show").addEventListener("click", () => {
      this.#unfold();
      turnTo("check");
    });
    part("bad-download").addEventListener("click", () => {
      if (!this.#checked) return;
      saveText(nameWith(this.#checked.table.name, "problems"), badRowsCsv(this.#checked));
    });
    this.#bad.onMend = () => {
      this.#showReady();
      announce(part("check-ready").textContent ?? "");
    };
  }

  hide() {
    this.#turn += 1;
    part("check").hidden = true;
  }

  /** @param {Table} table @param {Contract} contract @param {import("./kept.js").Kept | null} kept what was chosen before */
  async show(table, contract, kept) {
    table.mended = kept?.mended ?? [];
    for (const [number, place, text] of table.mended) table.rows[number][place] = text;
    this.#kept = kept;
    this.#columns = new ColumnChoice(table, contract, kept?.choice, () => {
      const may = this.onChange();
      if (may) this.#check();
      return may;
    });
    this.#unfold();
    part("check").hidden = false;
    await this.#check();
    turnTo("check");
  }

  /** Only a line remains, once the list is scored. */
  fold() {
    const [columns, bad] = [this.#checked?.places.filter((place) => place >= 0).length ?? 0, this.#checked?.bad.size ?? 0];
    const left = bad === 0 ? "every row is ready" : `${countText(bad, "row")} left out`;
    part("check-summary").textContent = `${columns} columns matched, ${left}`;
    part("check-line").hidden = false;
    part("check-body").hidden = true;
    this.#scored = this.#checked?.good.length ?? 0;
    // What was mended is scored: it is not changed any more.
    this.#bad.show(this.#checked);
    this.#showReady();
  }

  #unfold() {
    part("check-line").hidden = true;
    part("check-body").hidden = false;
  }

  #score() {
    const { checks } = this;
    if (!checks) return;
    if (this.#more > 0) {
      this.onScoreMore();
      return;
    }
    remember(checks.checked.table.heading, checks.choice);
    this.onScore(checks);
  }

  /** @returns {Checks | null} null while columns are still to be chosen or rows to be checked */
  get checks() {
    if (!this.#checked || !this.#columns) return null;
    const { choice, id, outcome, outcomes } = this.#columns;
    return { checked: this.#checked, choice, idPlace: id.place, outcomePlace: outcome.place, outcomes };
  }

  /** Rows that were mended since the others were scored. */
  get #more() {
    return this.#scored > 0 ? (this.#checked?.good.length ?? 0) - this.#scored : 0;
  }

  /** Look at every row again, with the columns as they are chosen now. */
  async #check() {
    const turn = (this.#turn += 1);
    const columns = this.#columns;
    if (!columns) return;
    this.#checked = null;
    this.#scored = 0;
    const missing = columns.tell();
    this.#ask(missing.length > 0 ? `Choose a column for ${listed(missing)}.` : "");
    for (const id of ["score", "bad", "shifts"]) part(id).hidden = true;
    part("check-ready").textContent = missing.length === 0 ? "Checking the rows…" : "";
    if (missing.length > 0) return;
    const { table, features, places } = columns;
    const { mark, unclear } = await readMark(table, features, places);
    if (turn !== this.#turn) return;
    if (unclear.length > 0) {
      part("check-ready").textContent = "";
      this.#ask(unclearWords(unclear));
      return;
    }
    const checked = await checkRows(table, features, places, mark, this.#kept?.good);
    if (turn !== this.#turn) return;
    this.#checked = checked;
    this.#showReady();
    this.#bad.show(checked);
    const shifts = await shiftsOf(features, checked.columns);
    if (turn === this.#turn) showShifts(shifts);
  }

  #showReady() {
    const [good, all] = [this.#checked?.good.length ?? 0, this.#columns?.table.rows.length ?? 0];
    part("check-ready").textContent =
      `${wholeText(good)} of ${countText(all, "row")} ${all === 1 ? "is" : "are"} ready`;
    part("score").textContent =
      this.#more > 0 ? `Score ${countText(this.#more, "more customer")}` : `Score ${countText(good, "customer")}`;
    part("score").hidden = good === 0;
  }

  /** @param {string} words "" takes them away */
  #ask(words) {
    part("check-missing").textContent = words;
    part("check-missing").hidden = words === "";
  }
}

/** A guess could be wrong a thousandfold. @param {Feature[]} features */
function unclearWords(features) {
  const labels = features.map(({ label }) => label).join(", ");
  return (
    `The file does not tell whether these numbers have three decimals or are thousands: ${labels}. ` +
    "Write thousands without a mark, like 1234, or a fourth decimal, like 1.2340."
  );
}

/** @param {Feature[]} features @returns {string} such as "Minutes, Steps and Country" */
function listed(features) {
  return new Intl.ListFormat(LANGUAGE).format(features.map(({ label }) => label));
}

/** @param {string[]} shifts */
function showShifts(shifts) {
  part("shifts-list").replaceChildren(...shifts.map((words) => element("li", {}, words)));
  part("shifts").hidden = shifts.length === 0;
}
