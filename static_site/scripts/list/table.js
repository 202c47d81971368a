/** A file's table: its heading, its rows, and on which line each of them starts. */

import { CsvReader, findDelimiter } from "./csv.js";
import { Slices } from "./slices.js";
import { SourceError } from "./source.js";

/** @typedef {import("./contract.js").Feature} Feature */
/**
 * @typedef {object} Table
 * @property {string} name of the file
 * @property {string} note on how it was read
 * @property {string} delimiter
 * @property {string[]} heading
 * @property {string[][]} rows each with its cells, which may be more or fewer than the heading's
 * @property {number[]} lines of the file on which the rows start, from 1
 */

/** With such a line Excel is told the delimiter. */
const FOR_EXCEL = /^\s*"?sep=.?"?\s*[\r\n]/i;

/** Rows between two looks at the clock. */
const STRIDE = 256;

/**
 * @param {string} name
 * @param {{text: string, note: string}} source
 * @param {Feature[]} features
 * @param {number} mostRows
 * @returns {Promise<Table>}
 * @throws {SourceError | import("./csv.js").CsvError}
 */
export async function readTable(name, { text, note }, features, mostRows) {
  if (text.trim() === "") throw new SourceError("The file is empty. It needs a heading and a line for each customer.");
  if (FOR_EXCEL.test(text)) {
    throw new SourceError("The line “sep=” is for Excel alone. Delete it, so that the heading is first.");
  }
  const delimiter = findDelimiter(text, new Set(features.flatMap(namesOf)));
  const reader = new CsvReader(text, delimiter);
  const heading = (reader.read() ?? []).map((cell) => cell.trim());
  if (heading.some((name) => name.includes("\0"))) {
    throw new SourceError("This looks like UTF-16 or binary data, not a CSV file. Save it as CSV (UTF-8).");
  }
  const slices = new Slices();
  /** @type {string[][]} */ const rows = [];
  const lines = [];
  for (let row = reader.read(); row; row = reader.read()) {
    rows.push(row);
    lines.push(reader.line);
    if (rows.length > mostRows) throw new SourceError(tooMany(mostRows));
    if (rows.length % STRIDE === 0 && slices.isOver) await slices.rest();
  }
  if (rows.length === 0) throw new SourceError("There is a heading and no row below it. Each customer needs a line.");
  return { name, note, delimiter, heading, rows, lines };
}

/**
 * @param {Feature} feature
 * @returns {string[]} every heading that its column may have
 */
export function namesOf({ name, label, aliases }) {
  return [name, label, ...aliases];
}

/** @param {number} mostRows */
function tooMany(mostRows) {
  return `The file has more than ${mostRows.toLocaleString("en-US")} customers. Split it, and score the parts.`;
}
