/** The table of ranked customers: sorted by any column, a page at a time, with a line where the contact list ends. */

import { element, part } from "../elements.js";
import { percentText, wholeText } from "../words.js";
import { ShownColumns } from "./shown-columns.js";
import { sortInSlices } from "./slices.js";
import { columnsOf } from "./table-columns.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {import("./table-columns.js").Column} Column */

const PAGE = 25;
const NARROW = "(max-width: 40em)";
/** How it is sorted before anybody asks. */
const RANKED = { name: "score", isDown: true };

export class RankedTable {
  /** @type {Customers | null} */ #customers = null;
  /** @type {Uint32Array<ArrayBuffer>} */ #order = new Uint32Array();
  /** @type {{column: Column | null, isDown: boolean}} */ #sort = { column: null, isDown: false };
  #first = 0;
  #size = 0;
  #threshold = 0;
  #isOnly = false;
  #turn = 0;
  #shown = new ShownColumns();

  constructor() {
    this.#shown.onChange = () => {
      this.#showHead();
      this.#showRows();
    };
    part("previous").addEventListener("click", () => this.#turnTo(this.#first - PAGE));
    part("next").addEventListener("click", () => this.#turnTo(this.#first + PAGE));
  }

  /** @param {Customers} customers @param {(number: number) => void} onOpen with the number of a customer to explain */
  show(customers, onOpen) {
    this.#customers = customers;
    this.#shown.offer(columnsOf(customers, onOpen, matchMedia(NARROW).matches));
    this.#order = Uint32Array.from(customers.ranking.order);
    this.#sort = { column: null, isDown: false };
    this.#first = 0;
    part("ranked").hidden = false;
    this.#showHead();
  }

  hide() {
    this.#turn += 1;
    this.#customers = null;
    part("ranked").hidden = true;
    part("ranked-rows").replaceChildren();
  }

  /** @param {number} size of the contact list @param {number} threshold @param {boolean} isOnly whether the others are hidden */
  cut(size, threshold, isOnly) {
    [this.#size, this.#threshold, this.#isOnly] = [size, threshold, isOnly];
    this.#showRows();
  }

  /** @param {boolean} isOnly */
  only(isOnly) {
    this.#isOnly = isOnly;
    this.#first = 0;
    this.#showRows();
  }

  /** @param {number} first */
  #turnTo(first) {
    this.#first = first;
    this.#showRows();
  }

  /** @param {Column} column */
  async #sortBy(column) {
    const [customers, turn] = [this.#customers, (this.#turn += 1)];
    if (!customers) return;
    const now = this.#sorted;
    const isDown = now.name === column.name ? !now.isDown : column.startsDown;
    const order = Uint32Array.from(customers.ranking.order);
    const keys = column.keys();
    const sign = isDown ? -1 : 1;
    await sortInSlices(order, (a, b) => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : 0));
    if (turn !== this.#turn) return;
    this.#order = order;
    this.#sort = { column, isDown };
    this.#first = 0;
    this.#showHead();
    this.#showRows();
  }

  #showHead() {
    const customers = this.#customers;
    if (!customers) return;
    const focused = document.activeElement?.id;
    part("ranked-head").replaceChildren(element("tr", {}, ...this.#shown.columns.map((column) => this.#headingOf(column))));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** @param {Column} column @returns {HTMLElement} with a button that sorts by it */
  #headingOf(column) {
    const { name, isDown } = this.#sorted;
    const isSorted = column.name === name;
    const arrow = isSorted ? (isDown ? "↓" : "↑") : "↕";
    const mark = element("span", { class: "sort-mark", "aria-hidden": "true" }, arrow);
    const button = element("button", { type: "button", class: "sort", id: `sort-${column.name}` }, column.label, mark);
    button.addEventListener("click", () => this.#sortBy(column));
    const order = isSorted && { "aria-sort": isDown ? "descending" : "ascending" };
    return element("th", { scope: "col", class: column.look, ...order }, button);
  }

  /** @param {number} number of a customer */
  #rowOf(number) {
    const isContact = (this.#customers?.ranking.ranks[number] ?? 0) <= this.#size;
    const cells = this.#shown.columns.map(({ name, look, cellOf }) => {
      const content = Array.from(cellOf(number));
      return name === "customer" ? element("th", { scope: "row" }, ...content) : element("td", { class: look }, ...content);
    });
    return element("tr", { "data-contact": String(isContact) }, ...cells);
  }

  /** The name of the column it is sorted by, and which way. */
  get #sorted() {
    const { column, isDown } = this.#sort;
    return column ? { name: column.name, isDown } : RANKED;
  }

  /** In the order of the ranks, best first. */
  get #isRanked() {
    const { column, isDown } = this.#sort;
    return !column || (column.name === "rank" && !isDown) || (column.name === "score" && isDown);
  }

  #showRows() {
    const customers = this.#customers;
    if (!customers) return;
    const { ranks } = customers.ranking;
    const order = this.#isOnly ? this.#order.filter((number) => ranks[number] <= this.#size) : this.#order;
    this.#first = Math.max(0, Math.min(this.#first, Math.floor((order.length - 1) / PAGE) * PAGE));
    const shown = order.subarray(this.#first, this.#first + PAGE);
    const rows = Array.from(shown, (number) => this.#rowOf(number));
    const place = this.#size - this.#first;
    if (this.#isRanked && this.#size < order.length && place > 0 && place <= rows.length) {
      rows.splice(place, 0, cutRow(this.#size, this.#threshold, this.#shown.columns.length));
    }
    part("ranked-rows").replaceChildren(...rows);
    this.#showPaging(order.length, shown.length);
  }

  /** @param {number} all @param {number} shown */
  #showPaging(all, shown) {
    const [from, to] = [this.#first + 1, this.#first + shown].map(wholeText);
    part("page-words").textContent = all === 0 ? "No customers" : `${from}–${to} of ${wholeText(all)}`;
    for (const [id, isOff] of /** @type {[string, boolean][]} */ ([
      ["previous", this.#first === 0],
      ["next", this.#first + shown >= all],
    ])) {
      const button = /** @type {HTMLButtonElement} */ (part(id));
      // A button that is switched off while it has the focus would lose it.
      if (isOff && document.activeElement === button) part(id === "next" ? "previous" : "next").focus();
      button.disabled = isOff;
    }
  }
}

/** @param {number} size @param {number} threshold @param {number} columns */
function cutRow(size, threshold, columns) {
  const words = `${wholeText(size)} on the contact list, cut at ${percentText(threshold)}`;
  return element("tr", { class: "cut-row" }, element("td", { colspan: columns }, words));
}
