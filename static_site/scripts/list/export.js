/** The ranked list as it is downloaded: what the model says first, then the columns as they came. */

import { target } from "../words.js";
import { writeRecord } from "./csv-writer.js";
import { inSlices } from "./slices.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {string | number} Cell */
/**
 * @typedef {object} Added a column that is added
 * @property {string} name
 * @property {string} meaning
 * @property {(customers: Customers, number: number, size: number) => Cell} cellOf a customer; size: of the contact list
 */

/** Decimals of a score: more would be noise. */
const DIGITS = 6;

/** The place of the score among what is added: the only number with decimals. */
export const SCORE = 1;
/** @type {Added[]} */
const ADDED = [
  { name: "rank", meaning: "Place in the order of the scores, best first", cellOf: ({ ranking }, number) => ranking.ranks[number] },
  {
    name: "score",
    meaning: `Probability of ${target.noun}, from 0 to 1`,
    cellOf: ({ scores }, number) => Number(scores.probabilities[number].toFixed(DIGITS)),
  },
  {
    name: "contact",
    meaning: "Whether the customer is on the contact list, as it was cut in the page",
    cellOf: ({ ranking }, number, size) => (ranking.ranks[number] <= size ? "yes" : "no"),
  },
  {
    name: "model_decision",
    meaning: "What the model says at its own threshold",
    cellOf: ({ contract: { target, threshold }, scores }, number) =>
      scores.probabilities[number] >= threshold ? target.positive : target.negative,
  },
  {
    name: "reasons",
    meaning: "What raises and lowers the score most, in percentage points",
    cellOf: (customers, number) =>
      [...customers.scores.reasonsFor(number), ...customers.scores.reasonsAgainst(number)]
        .map((reason) => reasonWords(customers, number, reason))
        .join("; "),
  },
  {
    name: "warnings",
    meaning: "Values rare in the training data, outside of it or not known: treat the score with care",
    cellOf: ({ scores }, number) => scores.warnings.get(number) ?? "",
  },
  { name: "model_version", meaning: "Version of the model that gave the score", cellOf: ({ scores }) => scores.version },
];

/**
 * @param {string[]} heading of the file
 * @returns {Added[]} what is added, with a number behind the names where the file has one of them
 */
export function addedTo(heading) {
  let suffix = "";
  for (let count = 2; ADDED.some(({ name }) => heading.includes(name + suffix)); count += 1) suffix = `_${count}`;
  return ADDED.map((column) => ({ ...column, name: column.name + suffix }));
}

/**
 * @param {Customers} customers
 * @param {number} size of the contact list
 * @param {boolean} onlyContact whether to leave out who is not on it
 * @returns {Promise<string[]>} pieces of a CSV, in the dialect of the file that came
 */
export async function listCsv(customers, size, onlyContact) {
  const { table, ranking, checked } = customers;
  const added = addedTo(table.heading);
  const pieces = [writeRecord([...added.map(({ name }) => name), ...table.heading], table.delimiter)];
  await inSlices(onlyContact ? size : ranking.size, (from, to) => {
    for (const number of ranking.order.subarray(from, to)) {
      const cells = added.map(({ cellOf }) => String(cellOf(customers, number, size)));
      cells[SCORE] = cells[SCORE].replace(".", checked.mark);
      pieces.push(writeRecord([...cells, ...customers.cellsOf(number)], table.delimiter));
    }
  });
  return pieces;
}

/** @param {Customers} customers @param {number} number @param {import("./scores.js").Reason} reason */
function reasonWords(customers, number, reason) {
  const points = `${reason.points < 0 ? "-" : "+"}${Math.abs(reason.points).toFixed(1)}`;
  return `${customers.reasonText(number, reason)} (${points} points)`;
}
