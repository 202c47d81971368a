/** The numbers of a file, which are written with one decimal mark; the service reads files by the same rule. */

import { parseNumber } from "../numbers.js";

/** An exponent is how programs write very small and very large numbers. */
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const GROUPED_BY_POINTS = /^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/;

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
