/** The card where columns are matched with the model's inputs, and rows that break a rule are shown. */

import { element, part } from "../elements.js";
import { countText, insideSentence } from "../words.js";
import { badRowsCsv, showBadRows } from "./bad-rows.js";
import { checkRows, readMark } from "./check-rows.js";
import { columnStates, findId, matchColumns } from "./columns.js";
import { shiftsOf } from "./resemblance.js";
import { nameWith, saveText } from "./save.js";

/** @typedef {import("./check-rows.js").Checked} Checked */
/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {import("./table.js").Table} Table */
/** @typedef {{select: HTMLSelectElement, values: HTMLElement, state: HTMLElement, row: HTMLElement}} Line */

const SHOWN_VALUES = 4;

export class CheckCard {
  /** @type {() => boolean} whether another column may be chosen */ onChange = () => true;
  /** @type {(table: Table, checked: Checked, idPlace: number) => void} */ onScore = () => {};
  /** @type {Table | null} */ #table = null;
  /** @type {Checked | null} */ #checked = null;
  #turn = 0;
  #count = 0;

  constructor() {
    part("score").addEventListener("click", () => {
      if (this.#table && this.#checked) this.onScore(this.#table, this.#checked, this.#idPlace);
    });
    part("check-show").addEventListener("click", () => {
      this.#unfold();
      part("check-title").focus();
    });
    part("bad-download").addEventListener("click", () => {
      if (!this.#table || !this.#checked) return;
      saveText(nameWith(this.#table.name, "problems"), badRowsCsv(this.#table, this.#checked.bad));
    });
  }

  hide() {
    this.#turn += 1;
    part("check").hidden = true;
  }

  /** @param {Table} table @param {Feature[]} features */
  async show(table, features) {
    this.#table = table;
    this.features = features;
    this.matches = matchColumns(features, table.heading);
    const idPlace = findId(table.heading, this.matches, table.rows);
    this.lines = features.map((feature, index) => this.#line(feature.label, this.matches?.[index].place ?? -1));
    this.id = this.#line("Customer id (optional)", idPlace, "No column");
    part("columns").replaceChildren(...[...this.lines, this.id].map(({ row }) => row));
    this.#unfold();
    part("check").hidden = false;
    await this.#check();
    part("check-title").focus();
  }

  /** Only a line remains, once the list is scored. */
  fold() {
    const [columns, bad] = [this.features?.length ?? 0, this.#checked?.bad.size ?? 0];
    const left = bad === 0 ? "every row is ready" : `${bad.toLocaleString("en-US")} rows left out`;
    part("check-summary").textContent = `${columns} columns matched, ${left}`;
    part("check-line").hidden = false;
    part("check-body").hidden = true;
  }

  #unfold() {
    part("check-line").hidden = true;
    part("check-body").hidden = false;
  }

  /** Look at every row again, with the columns as they are chosen now. */
  async #check() {
    const turn = (this.#turn += 1);
    const [table, features, lines] = [this.#table, this.features, this.lines];
    if (!table || !features || !lines || !this.matches) return;
    this.#checked = null;
    const places = lines.map(({ select }) => Number(select.value));
    const states = columnStates(features, places, this.matches);
    lines.forEach((line, index) => this.#tell(line, states[index]));
    this.#tell(/** @type {Line} */ (this.id), { text: "Stays in this browser", isFound: true });
    const missing = features.filter((_, index) => !states[index].isFound).map(({ label }) => insideSentence(label));
    part("check-missing").textContent = `Still to choose, each once: ${missing.join(", ")}.`;
    part("check-missing").hidden = missing.length === 0;
    for (const id of ["score", "bad", "shifts"]) part(id).hidden = true;
    part("check-ready").textContent = missing.length === 0 ? "Checking the rows…" : "";
    if (missing.length > 0) return;
    const { mark, unclear } = await readMark(table, features, places);
    if (turn !== this.#turn) return;
    if (unclear.length > 0) {
      this.#ask(unclear);
      return;
    }
    const checked = await checkRows(table, features, places, mark);
    if (turn !== this.#turn) return;
    this.#checked = checked;
    const [good, all] = [checked.good.length, table.rows.length];
    part("check-ready").textContent =
      `${good.toLocaleString("en-US")} of ${countText(all, "row")} ${all === 1 ? "is" : "are"} ready`;
    part("score").textContent = `Score ${countText(good, "customer")}`;
    part("score").hidden = checked.good.length === 0;
    showBadRows(table, checked.bad);
    const shifts = await shiftsOf(features, checked.columns);
    if (turn === this.#turn) showShifts(shifts);
  }

  /** A guess could be wrong a thousandfold. @param {Feature[]} features */
  #ask(features) {
    const labels = features.map(({ label }) => label).join(", ");
    part("check-missing").textContent =
      `The file does not tell whether these numbers have three decimals or are thousands: ${labels}. ` +
      "Write thousands without a mark, like 1234, or a fourth decimal, like 1.2340.";
    part("check-missing").hidden = false;
    part("check-ready").textContent = "";
  }

  /** @param {Line} line @param {{text: string, isFound: boolean}} state */
  #tell({ select, values, state }, { text, isFound }) {
    const place = Number(select.value);
    const cells = this.#table?.rows.slice(0, SHOWN_VALUES).map((row) => row[place] ?? "") ?? [];
    values.textContent = place < 0 ? "" : cells.join(", ");
    state.textContent = text;
    state.dataset.found = String(isFound);
  }

  /** @param {string} label @param {number} chosen @param {string} [none] @returns {Line} */
  #line(label, chosen, none = "Choose a column") {
    const names = this.#table?.heading ?? [];
    const options = names.map((name, place) => element("option", { value: place }, name || `Column ${place + 1}`));
    const select = element("select", { class: "control", id: `column-${(this.#count += 1)}` });
    select.append(element("option", { value: -1 }, none), ...options);
    select.value = String(chosen);
    let before = select.value;
    select.addEventListener("change", () => {
      if (this.onChange()) {
        before = select.value;
        this.#check();
      } else {
        select.value = before;
      }
    });
    const values = element("span", { class: "column-values" });
    const state = element("span", { class: "column-state" });
    const name = element("label", { class: "column-label", for: select.id }, label);
    return { select, values, state, row: element("div", { class: "column-line" }, name, select, values, state) };
  }

  get #idPlace() {
    return Number(this.id?.select.value ?? -1);
  }
}

/** @param {string[]} shifts */
function showShifts(shifts) {
  part("shifts-list").replaceChildren(...shifts.map((words) => element("li", {}, words)));
  part("shifts").hidden = shifts.length === 0;
}
