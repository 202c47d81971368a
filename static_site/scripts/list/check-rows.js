/** The rows of a file held to the model's rules, before anything is sent. */

import { categoryReader } from "../categories.js";
import { checkNumber } from "../numbers.js";
import { clean } from "../text.js";
import { wordsFor } from "../validation.js";
import { countText } from "../words.js";
import { Shown, findMark } from "./decimal-mark.js";
import { inSlices } from "./slices.js";

/** @typedef {import("../numbers.js").Mark} Mark */
/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {import("./table.js").Table} Table */
/** @typedef {{value: number | string} | {code: string}} Reading the code as the service has it */
/** @typedef {{label: string, value: string, code: string, text: string}} Problem */
/**
 * @typedef {object} Checked
 * @property {Mark} mark in which numbers are written to the file: its own, or the usual one
 * @property {number[]} good numbers of the rows that can be scored, from 0
 * @property {(number | string)[][]} columns the values of each feature for the good rows
 * @property {Map<number, Problem[]>} bad every problem of each other row, by its number
 */

/**
 * @param {Table} table
 * @param {Feature[]} features
 * @param {number[]} places the column of each
 * @returns {Promise<{mark: Mark | null, unclear: Feature[]}>} the file's decimal mark, and where a number needs one
 */
export async function readMark({ rows, heading }, features, places) {
  const numbers = features
    .map((feature, index) => ({ feature, place: places[index], shown: new Shown() }))
    .filter(({ feature }) => feature.kind !== "category");
  await inSlices(rows.length, (from, to) => {
    // A row that is not as long as the heading tells nothing: its cells may stand in other columns.
    const whole = rows.slice(from, to).filter((row) => row.length === heading.length);
    for (const { place, shown } of numbers) whole.forEach((row) => shown.look(row[place]));
  });
  const { mark, unclear } = findMark(numbers.map(({ shown }) => shown));
  return { mark, unclear: numbers.filter(({ shown }) => unclear.includes(shown)).map(({ feature }) => feature) };
}

/**
 * @param {Table} table
 * @param {Feature[]} features
 * @param {number[]} places the column of each
 * @param {Mark | null} mark the file's decimal mark
 * @returns {Promise<Checked>}
 */
export async function checkRows(table, features, places, mark) {
  const readers = features.map((feature) => cellReader(feature, mark));
  // Beside semicolons a comma is free.
  const usual = mark ?? (table.delimiter === ";" ? "," : ".");
  /** @type {Checked} */ const checked = { mark: usual, good: [], columns: features.map(() => []), bad: new Map() };
  await inSlices(table.rows.length, (from, to) => {
    for (let number = from; number < to; number += 1) {
      const row = table.rows[number];
      const readings = places.map((place, index) => readers[index](row[place] ?? ""));
      const problems = problemsOf(row, table.heading.length, features, places, readings, usual);
      if (problems.length > 0) {
        checked.bad.set(number, problems);
      } else {
        checked.good.push(number);
        readings.forEach((reading, index) => "value" in reading && checked.columns[index].push(reading.value));
      }
    }
  });
  return checked;
}

/**
 * @param {Feature} feature
 * @param {Mark | null} mark
 * @returns {(text: string) => Reading} reads each distinct text once
 */
export function cellReader(feature, mark) {
  /** @type {Map<string, Reading>} */ const known = new Map();
  const read = readerOf(feature, mark);
  return (text) => {
    let reading = known.get(text);
    if (!reading) known.set(text, (reading = read(text)));
    return reading;
  };
}

/** @param {Feature} feature @param {Mark | null} mark @returns {(text: string) => Reading} */
function readerOf(feature, mark) {
  if (feature.kind !== "category") return (text) => checkNumber(text, mark, feature);
  const read = categoryReader(feature);
  return (text) => {
    const value = read(text);
    if (value !== null) return { value };
    return { code: clean(text) === "" ? "missing" : "unknown_category" };
  };
}

/**
 * @param {string[]} row
 * @param {number} width of the heading
 * @param {Feature[]} features
 * @param {number[]} places
 * @param {Reading[]} readings
 * @param {Mark} mark in which numbers are written
 * @returns {Problem[]}
 */
function problemsOf(row, width, features, places, readings, mark) {
  if (row.length !== width) {
    const text = `The row has ${countText(row.length, "cell")}, the heading has ${width}`;
    return [{ label: "", value: "", code: "uneven", text }];
  }
  return readings.flatMap((reading, index) => {
    if ("value" in reading) return [];
    const { code } = reading;
    const feature = features[index];
    return [{ label: feature.label, value: row[places[index]], code, text: words(feature, code, mark) }];
  });
}

/** @param {Feature} feature @param {string} code @param {Mark} mark @returns {string} as the form has it */
function words({ name, label, kind, minimum, maximum, seen }, code, mark) {
  if (code === "missing") return `${label} is missing`;
  if (code === "unknown_category") return `${label} is not in the list that the model knows`;
  const facts = { minimum: Number(minimum), maximum: Number(maximum), upperQuartile: Number(seen.upper_quartile) };
  const fault = { field: name, code, message: "", limit: null };
  const said = wordsFor(/** @type {any} */ ({ name, label, kind, facts, mark }), fault);
  return code === "wrong_type" ? `${said}: digits 0–9, no unit, currency sign or percent sign` : said;
}
