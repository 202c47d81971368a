/** The rows of a file held to the model's rules, before anything is sent. */

import { fold } from "../matching.js";
import { SYNONYMS } from "../synonyms.js";
import { wordsFor } from "../validation.js";
import { countText } from "../words.js";
import { Shown, findMark } from "./decimal-mark.js";
import { readNumber } from "./cell-number.js";
import { inSlices } from "./slices.js";

/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {import("./table.js").Table} Table */
/** @typedef {{value: number | string} | {problem: string}} Reading */
/** @typedef {{label: string, value: string, text: string}} Problem */
/**
 * @typedef {object} Checked
 * @property {string} mark the file's decimal mark
 * @property {number[]} good numbers of the rows that can be scored, from 0
 * @property {(number | string)[][]} columns the values of each feature for the good rows
 * @property {Map<number, Problem[]>} bad every problem of each other row, by its number
 */

/**
 * @param {Table} table
 * @param {Feature[]} features
 * @param {number[]} places the column of each
 * @returns {Promise<{mark: string, unclear: Feature[]}>} the file's decimal mark, and where it would be a guess
 */
export async function readMark({ rows, delimiter }, features, places) {
  const numbers = features
    .map((feature, index) => ({ feature, place: places[index], shown: new Shown() }))
    .filter(({ feature }) => feature.kind !== "category");
  await inSlices(rows.length, (from, to) => {
    for (const { place, shown } of numbers) {
      for (let number = from; number < to; number += 1) shown.look(rows[number][place] ?? "");
    }
  });
  const { mark, unclear } = findMark(delimiter, numbers.map(({ shown }) => shown));
  return { mark, unclear: numbers.filter(({ shown }) => unclear.includes(shown)).map(({ feature }) => feature) };
}

/**
 * @param {Table} table
 * @param {Feature[]} features
 * @param {number[]} places the column of each
 * @param {string} mark the file's decimal mark
 * @returns {Promise<Checked>}
 */
export async function checkRows(table, features, places, mark) {
  const readers = features.map((feature) => cellReader(feature, mark));
  /** @type {Checked} */ const checked = { mark, good: [], columns: features.map(() => []), bad: new Map() };
  await inSlices(table.rows.length, (from, to) => {
    for (let number = from; number < to; number += 1) {
      const row = table.rows[number];
      const readings = places.map((place, index) => readers[index](row[place] ?? ""));
      const problems = problemsOf(row, table.heading.length, features, places, readings);
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
 * @param {string} mark
 * @returns {(text: string) => Reading} reads each distinct text once
 */
export function cellReader(feature, mark) {
  /** @type {Map<string, Reading>} */ const known = new Map();
  const read = feature.kind === "category" ? categoryReader(feature) : numberReader(feature, mark);
  return (text) => {
    let reading = known.get(text);
    if (!reading) known.set(text, (reading = read(text.trim())));
    return reading;
  };
}

/**
 * @param {string[]} row
 * @param {number} width of the heading
 * @param {Feature[]} features
 * @param {number[]} places
 * @param {Reading[]} readings
 * @returns {Problem[]}
 */
function problemsOf(row, width, features, places, readings) {
  if (row.length !== width) {
    return [{ label: "", value: "", text: `The row has ${countText(row.length, "cell")}, the heading has ${width}` }];
  }
  return readings.flatMap((reading, index) => {
    if (!("problem" in reading)) return [];
    return [{ label: features[index].label, value: row[places[index]], text: reading.problem }];
  });
}

/** @param {Feature} feature @param {string} mark @returns {(text: string) => Reading} */
function numberReader(feature, mark) {
  const { minimum, maximum, kind } = feature;
  const problem = problemWords(feature);
  return (text) => {
    if (text === "") return problem("missing");
    const value = readNumber(text, mark);
    if (value === null) return problem("wrong_type");
    if (minimum !== null && value < minimum) return problem("too_small");
    if (maximum !== null && value > maximum) return problem("too_large");
    if (kind === "integer" && !Number.isInteger(value)) return problem("not_whole");
    return { value };
  };
}

/** @param {Feature} feature @returns {(text: string) => Reading} by code, name or another name */
function categoryReader(feature) {
  const codes = new Map();
  for (const [code, label] of Object.entries(feature.values)) {
    for (const other of SYNONYMS[code] ?? []) codes.set(other, code);
    codes.set(fold(label), code);
  }
  for (const code of Object.keys(feature.values)) codes.set(fold(code), code);
  return (text) => {
    if (Object.hasOwn(feature.values, text) || (text === "" && feature.optional)) return { value: text };
    if (text === "") return { problem: `${feature.label} is missing` };
    const code = codes.get(fold(text));
    return code ? { value: code } : { problem: `${feature.label} is not in the list that the model knows` };
  };
}

/** @param {Feature} feature @returns {(code: string) => {problem: string}} the words that the form has for it */
function problemWords({ name, label, kind, minimum, maximum, seen }) {
  const facts = { minimum: Number(minimum), maximum: Number(maximum), upperQuartile: Number(seen.upper_quartile) };
  return (code) => {
    if (code === "missing") return { problem: `${label} is missing` };
    const fault = { field: name, code, message: "", limit: null };
    return { problem: wordsFor(/** @type {any} */ ({ name, label, kind, facts }), fault) };
  };
}

