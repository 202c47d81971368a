/** The columns of the ranked table, and what it is sorted by. */

import { element } from "../elements.js";

/** @typedef {import("./customers.js").Customers} Customers */
/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {boolean} isNumber
 * @property {boolean} startsDown whether the largest come first when it is chosen
 * @property {(customers: Customers) => ArrayLike<number | string>} keys by the number of the customer
 */

/**
 * @param {Customers} customers
 * @returns {Column[]}
 */
function columnsOf({ features }) {
  const inputs = features.map(({ name, label, kind }, place) => ({
    name: `input-${name}`,
    label,
    isNumber: kind !== "category",
    startsDown: kind !== "category",
    keys: (/** @type {Customers} */ customers) =>
      kind === "category" ? textKeys(customers, (number) => customers.textOf(number, place)) : numberKeys(customers, place),
  }));
  return [
    { name: "rank", label: "Rank", isNumber: true, startsDown: false, keys: ({ ranking }) => ranking.ranks },
    {
      name: "customer",
      label: "Customer",
      isNumber: false,
      startsDown: false,
      keys: (all) => textKeys(all, (number) => all.idOf(number)),
    },
    { name: "score", label: "Score", isNumber: true, startsDown: true, keys: ({ scores }) => scores.probabilities },
    {
      name: "for",
      label: "Main reason for",
      isNumber: false,
      startsDown: true,
      keys: (all) => pointKeys(all, (number) => all.scores.reasonsFor(number)),
    },
    {
      name: "against",
      label: "Main reason against",
      isNumber: false,
      startsDown: true,
      keys: (all) => pointKeys(all, (number) => all.scores.reasonsAgainst(number)),
    },
    ...inputs,
  ];
}

/**
 * @param {Customers} customers
 * @param {{name: string, isDown: boolean}} sort
 * @param {(column: Column) => void} onSort
 * @returns {HTMLElement[]} a heading of each column, with a button that sorts by it
 */
export function headOf(customers, sort, onSort) {
  return columnsOf(customers).map((column, place) => {
    const isSorted = column.name === sort.name;
    const arrow = isSorted ? (sort.isDown ? "↓" : "↑") : "↕";
    const mark = element("span", { class: "sort-mark", "aria-hidden": "true" }, arrow);
    const button = element("button", { type: "button", class: "sort", id: `sort-${place}` }, column.label, mark);
    button.addEventListener("click", () => onSort(column));
    const order = isSorted && { "aria-sort": sort.isDown ? "descending" : "ascending" };
    return element("th", { scope: "col", class: column.isNumber ? "number" : "text", ...(order || {}) }, button);
  });
}

/** @param {Customers} customers @param {(number: number) => string} read */
function textKeys({ scores }, read) {
  return Array.from(scores.probabilities, (probability, number) => (Number.isNaN(probability) ? "" : read(number).toLowerCase()));
}

/** @param {Customers} customers @param {number} place of a feature @returns {Float64Array} what is not known is least */
function numberKeys({ checked }, place) {
  return Float64Array.from(checked.columns[place], (value) => (value === "" ? -Infinity : Number(value)));
}

/** @param {Customers} customers @param {(number: number) => import("./scores.js").Reason[]} read @returns {Float32Array} sizes */
function pointKeys({ scores }, read) {
  return Float32Array.from(scores.probabilities, (_, number) => Math.abs(read(number)[0]?.points ?? 0));
}
