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
/** @typedef {{label: string, place: number, code: string, text: string}} Problem place: its column, -1 of a whole row */

/** The rows of a file as they stand: those that can be scored, and what is wrong with the others. */
export class Checked {
  /** Numbers of the rows that can be scored, from 0; those that were mended come last. @type {number[]} */ good = [];
  /** Every problem of each other row, by its number. @type {Map<number, Problem[]>} */ bad = new Map();
  #readers;

  /**
   * @param {Table} table
   * @param {Feature[]} features
   * @param {number[]} places the column of each, negative without one
   * @param {Mark | null} mark the file's decimal mark
   */
  constructor(table, features, places, mark) {
    this.table = table;
    this.features = features;
    this.places = places;
    /** The values of each feature for the good rows. @type {(number | string)[][]} */
    this.columns = features.map(() => []);
    /** In which numbers are written to the file: its own, or the usual one; beside semicolons a comma is free. */
    this.mark = mark ?? (table.delimiter === ";" ? "," : ".");
    this.#readers = features.map((feature) => cellReader(feature, mark));
  }

  /** @param {number} number of a row that was not looked at yet */
  look(number) {
    const row = this.table.rows[number];
    const readings = this.places.map((place, index) => this.#readers[index](row[place] ?? ""));
    const problems = problemsOf(row, this.table.heading.length, this.features, this.places, readings, this.mark);
    if (problems.length > 0) {
      this.bad.set(number, problems);
    } else {
      this.good.push(number);
      readings.forEach((reading, index) => "value" in reading && this.columns[index].push(reading.value));
    }
  }

  /** Write another text into a cell, and look at its row again. @param {number} number @param {number} place @param {string} text */
  mend(number, place, text) {
    this.table.rows[number][place] = text;
    this.table.mended.push([number, place, text]);
    const at = this.good.lastIndexOf(number);
    if (at >= 0) [this.good, ...this.columns].forEach((column) => column.splice(at, 1));
    this.bad.delete(number);
    this.look(number);
  }
}

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
    for (const { place, shown } of numbers) whole.forEach((row) => shown.look(row[place] ?? ""));
  });
  const { mark, unclear } = findMark(numbers.map(({ shown }) => shown));
  return { mark, unclear: numbers.filter(({ shown }) => unclear.includes(shown)).map(({ feature }) => feature) };
}

/**
 * @param {Table} table
 * @param {Feature[]} features
 * @param {number[]} places the column of each
 * @param {Mark | null} mark the file's decimal mark
 * @param {Uint32Array} [first] numbers of rows that come before the others
 * @returns {Promise<Checked>}
 */
export async function checkRows(table, features, places, mark, first = new Uint32Array()) {
  const checked = new Checked(table, features, places, mark);
  const order = [...new Set([...first, ...table.rows.keys()])];
  await inSlices(order.length, (from, to) => order.slice(from, to).forEach((number) => checked.look(number)));
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
    return [{ label: "Row length", place: -1, code: "uneven", text }];
  }
  return readings.flatMap((reading, index) => {
    if ("value" in reading) return [];
    const { code } = reading;
    const feature = features[index];
    return [{ label: feature.label, place: places[index], code, text: words(feature, code, mark) }];
  });
}

/** @param {Feature} feature @param {string} code @param {Mark} mark @returns {string} as the form has it */
function words({ name, label, kind, reference, minimum, maximum, seen }, code, mark) {
  if (code === "missing") return `${label} is missing`;
  if (code === "unknown_category") return `${label} is not in the list that the model knows`;
  const facts = { minimum: Number(minimum), maximum: Number(maximum), upperQuartile: Number(seen.upper_quartile) };
  const fault = { field: name, code, message: "", limit: null };
  const said = wordsFor(/** @type {any} */ ({ name, label, kind, reference, facts, mark }), fault);
  return code === "wrong_type" && !reference ? `${said}: digits 0–9, no unit, currency sign or percent sign` : said;
}
