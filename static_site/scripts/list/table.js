/** A file's table: its heading, its rows, and on which line each of them starts. */

import { BLANKS, clean, foldHeading } from "../text.js";
import { wholeText } from "../words.js";
import { namesOf } from "./columns.js";
import { CsvReader, DELIMITERS, consistsOf } from "./csv.js";
import { Slices } from "./slices.js";
import { SourceError } from "./source.js";

/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {keyof typeof DELIMITERS} Delimiter */
/**
 * @typedef {object} Table
 * @property {string} name of the file
 * @property {Delimiter} delimiter
 * @property {string[]} heading
 * @property {string[][]} rows each with its cells, which may be more or fewer than the heading's
 * @property {[number, number, string][]} mended cells that the person corrected: row, column, text
 * @property {number[]} lines of the file on which the rows start, from 1
 */

/** A row of nothing else has no content, whatever its delimiter. */
const NO_CONTENT = `${BLANKS}"${Object.keys(DELIMITERS).join("")}`;
/** With such a line above the heading Excel is told the delimiter. */
const FOR_EXCEL = /^\s*sep=(.)\s*$/i;
const LIKE_A_NUMBER = /^[+-]?\.?[0-9]/;
/** Rows between two looks at the clock. */
const STRIDE = 256;

/**
 * @param {string} name
 * @param {string} text
 * @param {Feature[]} features
 * @param {number} mostRows
 * @returns {Promise<Table>}
 * @throws {SourceError}
 */
export async function readTable(name, text, features, mostRows) {
  const { reader, heading } = openTable(text, features);
  const slices = new Slices();
  /** @type {string[][]} */ const rows = [];
  const lines = [];
  for (let row = reader.read(); row; row = reader.read()) {
    rows.push(row);
    lines.push(reader.line);
    if (rows.length > mostRows) throw new SourceError("too_large", tooMany(mostRows));
    if (rows.length % STRIDE === 0 && slices.isOver) await slices.rest();
  }
  if (rows.length === 0) {
    throw new SourceError("no_rows", "There is a heading and no row below it. Each customer needs a line.");
  }
  return { name, delimiter: /** @type {Delimiter} */ (reader.delimiter), heading, rows, lines, mended: [] };
}

/**
 * @param {string} text
 * @param {Feature[]} features
 * @returns {{reader: CsvReader, heading: string[]}} with the delimiter that makes most known names, else most cells
 */
function openTable(text, features) {
  const opening = new CsvReader(text, ",");
  const [, told] = FOR_EXCEL.exec(firstRow(opening)?.join(",") ?? "") ?? [];
  if (told && !Object.hasOwn(DELIMITERS, told)) throw wrongDelimiter("The line “sep=” names another delimiter.");
  const known = new Set(features.flatMap(namesOf).map(foldHeading));
  const readings = (told ? [told] : Object.keys(DELIMITERS)).map((delimiter) => {
    const reader = new CsvReader(text, delimiter, told ? opening.position : 0);
    const row = firstRow(reader);
    const fitting = row?.filter((cell) => known.has(foldHeading(cell))).length ?? -1;
    return { reader, heading: row?.map(clean) ?? [], fitting };
  });
  const best = readings.reduce((a, b) => (b.fitting - a.fitting || b.heading.length - a.heading.length) > 0 ? b : a);
  const { reader, heading } = best;
  if (heading.length < 2 && readings.some(({ fitting }) => fitting < 0)) {
    throw new SourceError("malformed", "The heading cannot be read: a quotation mark is astray.");
  }
  if (heading.length === 0) {
    throw new SourceError("empty", "The file is empty. It needs a heading and a line for each customer.");
  }
  if (best.fitting === 0) refuseOtherFiles(heading);
  return { reader, heading };
}

/** @param {CsvReader} reader @returns {string[] | null} none of an empty file; null where it cannot be read */
function firstRow(reader) {
  try {
    let row = reader.read();
    while (row?.every((cell) => consistsOf(cell, NO_CONTENT))) row = reader.read();
    return row ?? [];
  } catch (error) {
    if (error instanceof SourceError && error.code === "too_large") throw error;
    return null;
  }
}

/** @param {string[]} heading in which nothing is known */
function refuseOtherFiles(heading) {
  if (/^[{[]/.test(heading[0])) {
    throw new SourceError("malformed", "This is JSON, not a CSV file. Save it as CSV (UTF-8).");
  }
  if (heading.length === 1 && heading[0].includes(":")) {
    throw wrongDelimiter("The cells seem to be separated by colons.");
  }
  if (heading.some((cell) => LIKE_A_NUMBER.test(cell))) {
    throw new SourceError("no_heading", "The first line must name the columns. Add a heading line.");
  }
}

/** @param {string} problem */
function wrongDelimiter(problem) {
  return new SourceError("wrong_delimiter", `${problem} Use commas, semicolons, tabs or vertical bars.`);
}

/** @param {number} mostRows */
function tooMany(mostRows) {
  return `The file has more than ${wholeText(mostRows)} customers. Split it, and score the parts.`;
}
