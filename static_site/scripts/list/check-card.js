/** The card where columns are matched with the model's inputs, and rows that break a rule are shown and mended. */

import { announce } from "../announcer.js";
import { element, part } from "../elements.js";
import { countText } from "../words.js";
import { BadRows, badRowsCsv } from "./bad-rows.js";
import { checkRows, readMark } from "./check-rows.js";
import { ColumnLine, arrange } from "./column-line.js";
import { NONE, UNCHOSEN, columnStates, findId, matchColumns } from "./columns.js";
import { findOutcome, readOutcomes } from "./outcome.js";
import { recall, remember } from "./remembered.js";
import { shiftsOf } from "./resemblance.js";
import { nameWith, saveText } from "./save.js";

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

/** What the other columns are remembered by: no input is called so. */
const [ID, OUTCOME] = ["#id", "#outcome"];

export class CheckCard {
  /** @type {() => boolean} whether another column may be chosen */ onChange = () => true;
  /** @type {(checks: Checks) => void} */ onScore = () => {};
  /** With rows that were mended since. @type {() => void} */ onScoreMore = () => {};
  /** @type {Table | null} */ #table = null;
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
      part("check-title").focus();
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
  async show(table, { features, target }, kept) {
    table.mended = kept?.mended ?? [];
    for (const [number, place, text] of table.mended) table.rows[number][place] = text;
    this.#table = table;
    this.#kept = kept;
    this.features = features;
    this.target = target;
    this.matches = matchColumns(features, table.heading);
    this.before = kept?.choice ?? recall(table.heading);
    this.lines = features.map(({ name, label, optional }, index) => {
      const found = this.matches?.[index].place ?? NONE;
      return this.#line(label, this.before?.[name] ?? (found === NONE ? UNCHOSEN : found), optional);
    });
    const idPlace = this.before[ID] ?? findId(table.heading, this.matches, table.rows);
    this.id = this.#line("Customer id (optional)", idPlace, true);
    const outcomePlace = this.before[OUTCOME] ?? findOutcome(table.heading, table.rows, target);
    this.outcome = this.#line("Known outcome (optional)", outcomePlace, true);
    part("columns").replaceChildren(...arrange(this.lines, [this.id, this.outcome]));
    this.#unfold();
    part("check").hidden = false;
    await this.#check();
    part("check-title").focus();
  }

  /** Only a line remains, once the list is scored. */
  fold() {
    const [columns, bad] = [this.#checked?.places.filter((place) => place >= 0).length ?? 0, this.#checked?.bad.size ?? 0];
    const left = bad === 0 ? "every row is ready" : `${bad.toLocaleString("en-US")} rows left out`;
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
    if (!this.#checked || !this.features || !this.lines) return null;
    const places = this.lines.map(({ place }, index) => [this.features?.[index].name, place]);
    const [idPlace, outcomePlace] = [this.id?.place ?? NONE, this.outcome?.place ?? NONE];
    const choice = { ...Object.fromEntries(places), [ID]: idPlace, [OUTCOME]: outcomePlace };
    return { checked: this.#checked, choice, idPlace, outcomePlace, outcomes: this.#outcomes };
  }

  /** Rows that were mended since the others were scored. */
  get #more() {
    return this.#scored > 0 ? (this.#checked?.good.length ?? 0) - this.#scored : 0;
  }

  /** Look at every row again, with the columns as they are chosen now. */
  async #check() {
    const turn = (this.#turn += 1);
    const [table, features, lines] = [this.#table, this.features, this.lines];
    if (!table || !features || !lines || !this.matches) return;
    this.#checked = null;
    this.#scored = 0;
    const places = lines.map(({ place }) => place);
    const states = columnStates(features, places, this.matches, this.before ?? {});
    lines.forEach((line, index) => line.tell(states[index]));
    this.id?.tell({ text: "Stays in this browser", isFound: true });
    this.outcome?.tell(this.#outcomeState());
    const missing = features.filter((_, index) => !states[index].isFound);
    this.#ask(missing.length > 0 ? `Choose a column for ${listed(missing)}.` : "");
    for (const id of ["score", "bad", "shifts"]) part(id).hidden = true;
    part("check-ready").textContent = missing.length === 0 ? "Checking the rows…" : "";
    if (missing.length > 0) return;
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
    const [good, all] = [this.#checked?.good.length ?? 0, this.#table?.rows.length ?? 0];
    part("check-ready").textContent =
      `${good.toLocaleString("en-US")} of ${countText(all, "row")} ${all === 1 ? "is" : "are"} ready`;
    part("score").textContent =
      this.#more > 0 ? `Score ${countText(this.#more, "more customer")}` : `Score ${countText(good, "customer")}`;
    part("score").hidden = good === 0;
  }

  /** @param {string} words "" takes them away */
  #ask(words) {
    part("check-missing").textContent = words;
    part("check-missing").hidden = words === "";
  }

  /** @param {string} label @param {number} place @param {boolean} mayBeNone */
  #line(label, place, mayBeNone) {
    const onChange = () => {
      const may = this.onChange();
      if (may) this.#check();
      return may;
    };
    return new ColumnLine({ label, table: /** @type {Table} */ (this.#table), place, mayBeNone, onChange });
  }

  /** @returns {Int8Array | null} */
  get #outcomes() {
    const place = this.outcome?.place ?? NONE;
    if (place < 0 || !this.#table || !this.target) return null;
    return readOutcomes(this.#table.rows, place, this.target);
  }

  #outcomeState() {
    const outcomes = this.#outcomes;
    if (!outcomes) return (this.outcome?.place ?? NONE) < 0 ? { text: "", isFound: true } : { text: "Not yes or no", isFound: false };
    const [yes, known] = [outcomes.filter((outcome) => outcome > 0).length, outcomes.filter((outcome) => outcome >= 0).length];
    return { text: `✓ ${yes.toLocaleString("en-US")} of ${known.toLocaleString("en-US")} yes`, isFound: true };
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
  return new Intl.ListFormat("en-US").format(features.map(({ label }) => label));
}

/** @param {string[]} shifts */
function showShifts(shifts) {
  part("shifts-list").replaceChildren(...shifts.map((words) => element("li", {}, words)));
  part("shifts").hidden = shifts.length === 0;
}
