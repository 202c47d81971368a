/** The ranked list as a file: what the model says first, then the columns as they came. */

import { writeRecord } from "./csv-writer.js";
import { inSlices } from "./slices.js";

/** @typedef {import("./customers.js").Customers} Customers */

const ADDED = ["rank", "score", "contact", "model_decision", "reasons", "warnings", "model_version"];
/** Decimals of a score: more would be noise. */
const DIGITS = 6;

/**
 * @param {Customers} customers
 * @param {number} size of the contact list
 * @param {boolean} onlyContact whether to leave out who is not on it
 * @returns {Promise<string[]>} pieces of a CSV, in the dialect of the file that came
 */
export async function listCsv(customers, size, onlyContact) {
  const { table, ranking } = customers;
  const pieces = [writeRecord([...namesBeside(table.heading), ...table.heading], table.delimiter)];
  await inSlices(onlyContact ? size : ranking.size, (from, to) => {
    for (let place = from; place < to; place += 1) {
      const number = ranking.order[place];
      pieces.push(writeRecord([...added(customers, number, place, size), ...customers.cellsOf(number)], table.delimiter));
    }
  });
  return pieces;
}

/** @param {Customers} customers @param {number} number @param {number} place @param {number} size */
function added(customers, number, place, size) {
  const { contract, scores, checked, ranking } = customers;
  const score = ranking.scores[place];
  return [
    String(place + 1),
    String(Number(score.toFixed(DIGITS))).replace(".", checked.mark),
    place < size ? "yes" : "no",
    score >= contract.threshold ? contract.target.positive : contract.target.negative,
    [...scores.reasonsFor(number), ...scores.reasonsAgainst(number)].map((reason) => words(customers, number, reason)).join("; "),
    scores.warnings.get(number) ?? "",
    scores.version,
  ];
}

/** @param {Customers} customers @param {number} number @param {import("./scores.js").Reason} reason */
function words(customers, number, reason) {
  const points = `${reason.points < 0 ? "-" : "+"}${Math.abs(reason.points).toFixed(1)}`;
  return `${customers.reasonText(number, reason)} (${points} points)`;
}

/** @param {string[]} heading @returns {string[]} the new names, with a number behind where the file has one of them */
function namesBeside(heading) {
  let suffix = "";
  for (let count = 2; ADDED.some((name) => heading.includes(name + suffix)); count += 1) suffix = `_${count}`;
  return ADDED.map((name) => name + suffix);
}
