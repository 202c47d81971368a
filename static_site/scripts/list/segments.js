/** Segments: the customers by a category of the model or a column of the file with few values. */

import { element, part } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { percentCell, target, wholeText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {{name: string, textOf: (number: number) => string}} Grouping the text says in which segment a customer is */
/** @typedef {{name: string, all: number, contacted: number, score: number, known: number, buyers: number}} Segment score: the mean */

/** A column with more values is no segment: it names or measures. */
const MOST_VALUES = 50;
const SHOWN = 12;

export class Segments {
  /** @type {Customers | null} */ #customers = null;
  /** @type {Grouping[]} */ #groupings = [];
  #size = 0;
  #select = /** @type {HTMLSelectElement} */ (part("segment"));

  constructor() {
    this.#select.addEventListener("change", () => this.cut(this.#size));
  }

  /** @param {Customers} customers */
  show(customers) {
    const before = this.#select.value;
    this.#customers = customers;
    this.#groupings = groupingsOf(customers);
    this.#select.replaceChildren(...this.#groupings.map(({ name }, value) => element("option", { value }, name)));
    if (this.#groupings[Number(before)]) this.#select.value = before || "0";
    part("segments-part").hidden = this.#groupings.length === 0;
  }

  /** @param {number} size of the contact list */
  cut(size) {
    this.#size = size;
    const [customers, grouping] = [this.#customers, this.#groupings[Number(this.#select.value)]];
    if (!customers || !grouping) return;
    const { known } = customers;
    const segments = segmentsOf(customers, grouping, size);
    const rows = segments.slice(0, SHOWN).map((segment) => [
      segment.name || "(blank)",
      wholeText(segment.all),
      wholeText(segment.contacted),
      percentCell(segment.score),
      ...(known ? [segment.known > 0 ? percentCell(segment.buyers / segment.known) : "–"] : []),
    ]);
    const heading = [grouping.name, "Customers", "On the contact list", "Average score", ...(known ? [`Share of ${target.people} in this file`] : [])];
    part("segments").replaceChildren(...linesOf(heading, rows));
    const left = segments.length - SHOWN;
    part("segments-more").textContent = left > 0 ? `And ${left} more.` : "";
  }
}

/** @param {Customers} customers @returns {Grouping[]} */
function groupingsOf(customers) {
  const { features, table, otherPlaces, outcomePlace } = customers;
  const inputs = features.flatMap(({ label, kind }, place) =>
    kind === "category" ? [{ name: label, textOf: (/** @type {number} */ number) => customers.textOf(number, place) }] : [],
  );
  const columns = otherPlaces
    .filter((place) => place !== outcomePlace && hasFewValues(customers, place))
    .map((place) => ({
      name: table.heading[place] || `Column ${place + 1}`,
      textOf: (/** @type {number} */ number) => customers.cellOf(number, place),
    }));
  return [...inputs, ...columns];
}

/**
 * @param {Customers} customers
 * @param {Grouping} grouping
 * @param {number} size of the contact list
 * @returns {Segment[]} those with the most on the contact list first, then the largest
 */
function segmentsOf({ ranking, known }, { textOf }, size) {
  /** @type {Map<string, Segment>} */ const segments = new Map();
  ranking.order.forEach((number, place) => {
    const name = textOf(number);
    let segment = segments.get(name);
    if (!segment) segments.set(name, (segment = { name, all: 0, contacted: 0, score: 0, known: 0, buyers: 0 }));
    segment.all += 1;
    segment.contacted += Number(place < size);
    segment.score += ranking.scores[place];
    segment.known += Number((known?.outcomes[number] ?? -1) >= 0);
    segment.buyers += Number(known?.outcomes[number] === 1);
  });
  for (const segment of segments.values()) segment.score /= segment.all;
  return [...segments.values()].sort((a, b) => b.contacted - a.contacted || b.all - a.all);
}

/** @param {Customers} customers @param {number} place @returns {boolean} whether the column has several values, and few */
function hasFewValues(customers, place) {
  const values = new Set();
  for (const number of customers.ranking.order) {
    values.add(customers.cellOf(number, place));
    if (values.size > MOST_VALUES) return false;
  }
  return values.size > 1 && values.size < customers.ranking.size;
}
