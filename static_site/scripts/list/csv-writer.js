/** Rows that are safe to open in a spreadsheet: what it would run gets an apostrophe (predict/csv_file/writer.py). */

import { BLANKS } from "../text.js";

/**
 * A spreadsheet runs a cell that begins so; a Japanese one reads fullwidth signs as plain ones, and some skip blanks,
 * quotation marks and NULs before the sign.
 */
const MAY_RUN = new RegExp(`^(?:[\\t\\r]|[${BLANKS}"\\0]*[=@+＝＠＋－-])`);
/**
 * Behind a plus or minus: a number, a telephone number, dashes alone, or words behind a dash. No character fits two
 * parts in a row: linear time.
 */
const HARMLESS = new RegExp(
  "^ *(?:[+-](?:[0-9 \\u00a0\\u202f()/.,'’-]*(?:% *)?|(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)[eE][+-]?[0-9]+ *)" +
    "|-+[ \\u00a0][\\p{L}\\p{Nl}\\p{No} .,-]*)$",
  "u",
);

/**
 * @param {string[]} cells
 * @param {string} delimiter
 * @returns {string} one line with its end
 */
export function writeRecord(cells, delimiter) {
  return `${cells.map((cell) => writeCell(cell, delimiter)).join(delimiter)}\r\n`;
}

/** @param {string} cell @param {string} delimiter */
function writeCell(cell, delimiter) {
  const safe = MAY_RUN.test(cell) && !HARMLESS.test(cell) ? `'${cell}` : cell;
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
