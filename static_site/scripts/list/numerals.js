/** The numbers of a file, which are written with one decimal mark; the service reads files by the same rule. */

import { parseNumber } from "../numbers.js";

/** An exponent is how programs write very small and very large numbers. */
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const GROUPED_BY_POINTS = /^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/;
/**
 * What shows a mark for certain: "12.5", "0.125", "1234.567", "1.5e3", "1,234.5", "1,234,567".
 * @param {string} mark @param {string} group
 */
const shown = (mark, group) =>
  new RegExp(
    `^[+-]?(?:[0-9]*[${mark}](?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,})[${mark}][0-9]{3}|[0-9]*[${mark}][0-9]+[eE][+-]?[0-9]+` +
      `|[1-9][0-9]{0,2}(?:[${group}][0-9]{3})+[${mark}][0-9]+|[1-9][0-9]{0,2}(?:[${group}][0-9]{3}){2,})$`,
  );
const [SHOWS_POINT, SHOWS_COMMA] = [shown(".", ","), shown(",", ".")];
/** A thousand and more, or one and a bit. */
const EITHER = { ".": /^[+-]?[1-9][0-9]{0,2}[.][0-9]{3}$/, ",": /^[+-]?[1-9][0-9]{0,2}[,][0-9]{3}$/ };

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
 * @returns {string | null} the mark that they show, else "," where semicolons leave the comma free; null where it is
 *   anybody's guess: semicolons and "1.234", tabs and "1,234", and no number that tells
 */
export function decimalMark(delimiter, texts) {
  if (delimiter === ",") return ".";
  const distinct = [...new Set([...texts].map((text) => text.trim()))];
  const points = distinct.filter((text) => SHOWS_POINT.test(text)).length;
  const commas = distinct.filter((text) => SHOWS_COMMA.test(text)).length;
  if (points !== commas) return commas > points ? "," : ".";
  const other = delimiter === ";" ? "." : ",";
  if (distinct.some((text) => EITHER[other].test(text))) return null;
  return delimiter === ";" ? "," : ".";
}
