/** The numbers of a file, which are written with one decimal mark; the service reads files by the same rule. */

import { parseNumber } from "../numbers.js";

/** An exponent is how programs write very small and very large numbers. */
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const GROUPED_BY_POINTS = /^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/;
/** What can be a decimal mark only: "12.5", "0.125", "1234.5"; "1.234" may be a thousand and more. */
const DECIMAL = /^[+-]?(?:[0-9]*([.,])(?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,})([.,])[0-9]{3})$/;

/**
 * @param {string} text
 * @param {string} mark the file's decimal mark
 * @returns {number | null} null where the text is not a number
 */
export function readNumber(text, mark) {
  let digits = text.trim();
  if (mark === ",") {
    if (GROUPED_BY_POINTS.test(digits)) digits = digits.replaceAll(".", "");
    else if (!digits.includes(".")) digits = digits.replaceAll(",", ".");
  }
  if (!NUMBER.test(digits)) return parseNumber(digits);
  const number = Number(digits);
  return Number.isFinite(number) ? number + 0 : null;
}

/**
 * @param {string} delimiter
 * @param {Iterable<string>} texts cells that should be numbers
 * @returns {string} the mark that they show, else "," where semicolons leave the comma free
 */
export function decimalMark(delimiter, texts) {
  if (delimiter === ",") return ".";
  let [points, commas] = [0, 0];
  for (const text of new Set(texts)) {
    const found = DECIMAL.exec(text.trim());
    if (!found) continue;
    if ((found[1] ?? found[2]) === ",") commas += 1;
    else points += 1;
  }
  if (points !== commas) return commas > points ? "," : ".";
  return delimiter === ";" ? "," : ".";
}
