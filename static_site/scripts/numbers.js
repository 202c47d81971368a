/**
 * Numbers as people and programs write them, in a form's field or a file's cell (predict/requests/number.py).
 *
 * The text's own shape decides: "12,5", "1 234.5", "1.234,5" and "1,23,456.5" can be one number only. "1.234" and
 * "1,234" can be two, and are read where the rest of the file shows its decimal mark.
 */

import { readDays } from "./dates.js";
import { clean, saysUnknown } from "./text.js";

/** @typedef {"." | ","} Mark */
/**
 * @typedef {object} Numeral
 * @property {number} value of an unclear one, the thousands; infinite beyond a double
 * @property {Mark | ""} shows the decimal mark that the text has for certain
 * @property {Mark | ""} unclear the mark that could be the decimal mark or part thousands
 */
/** @typedef {import("./text.js").Optional & {kind: string, minimum?: number | null, maximum?: number | null,
 *   reference?: string, date_order?: string}} Rules */

const thousands = (/** @type {string} */ separator) => `[1-9][0-9]{0,2}(?:${separator}[0-9]{3})+`;
const LAKHS = "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}";
const ONE_MARK = /^(?=[.,]?[0-9])([0-9]*)(?:([.,])([0-9]*))?([eE][+-]?[0-9]+)?$/;
const UNCLEAR = /^[1-9][0-9]{0,2}[.,][0-9]{3}$/;
/** Groups, the decimal mark that may stand behind them, and the one that they show themselves. */
const GROUPED = [
  { groups: `${thousands(",")}|${LAKHS}`, mark: "[.]", shows: "." },
  { groups: thousands("[.]"), mark: ",", shows: "," },
  { groups: thousands("[ \u00a0\u2007\u2009\u202f]"), mark: "[.,]", shows: "" },
  { groups: thousands("['\u2019]"), mark: "[.,]", shows: "" },
].map(({ groups, mark, shows }) => ({ whole: new RegExp(`^(${groups})(?:(${mark})([0-9]*))?$`), shows }));

/**
 * @param {string} text
 * @returns {Numeral | null} null where it is not a number
 */
export function parseNumber(text) {
  const [, sign, digits] = /** @type {string[]} */ (/^([+-]?)([^]*)$/.exec(clean(text).replaceAll("\u2212", "-")));
  const plain = ONE_MARK.exec(digits);
  if (plain) {
    const [, whole, mark = "", rest = "", exponent = ""] = plain;
    if (UNCLEAR.test(digits)) return numeral(`${sign}${whole}${rest}`, "", mark);
    return numeral(`${sign}${whole}.${rest}${exponent}`, mark);
  }
  for (const { whole, shows } of GROUPED) {
    const [found, groups, mark = shows, rest = ""] = whole.exec(digits) ?? [];
    if (found) return numeral(`${sign}${groups.replace(/[^0-9]/g, "")}.${rest}`, mark);
  }
  return null;
}

/**
 * @param {string} text
 * @param {Mark | null} mark the decimal mark, where it is known
 * @param {string} [reference] of a date, the day to which its days are counted
 * @param {string} [dateOrder] as for readDays
 * @returns {number | "unclear" | null} null where the text is not a number
 */
export function readNumber(text, mark, reference = "", dateOrder = "") {
  const found = parseNumber(text);
  if (!found) return reference ? readDays(text, reference, dateOrder) : null;
  if (!found.unclear) return found.value;
  if (!mark) return "unclear";
  return found.unclear === mark ? found.value / 1000 : found.value;
}

/**
 * @param {string} text
 * @param {Mark | null} mark
 * @param {Rules} rules of the input
 * @returns {{value: number | ""} | {code: string}} the number, "" where it is not known, or which rule it breaks
 */
export function checkNumber(text, mark, { kind, minimum, maximum, reference, date_order, ...optional }) {
  if (saysUnknown(optional, text)) return { value: "" };
  if (clean(text) === "") return { code: "missing" };
  const value = readNumber(text, mark, reference, date_order);
  if (value === null) return { code: "wrong_type" };
  if (value === "unclear") return { code: "unclear_number" };
  if (!Number.isFinite(value)) return { code: "not_finite" };
  if (value < (minimum ?? -Infinity)) return { code: "too_small" };
  if (value > (maximum ?? Infinity)) return { code: "too_large" };
  if (kind === "integer" && !Number.isInteger(value)) return { code: "not_whole" };
  return { value };
}

/** @param {string} digits @param {string} shows @param {string} [unclear] @returns {Numeral} */
function numeral(digits, shows, unclear = "") {
  // -0 becomes 0.
  return /** @type {Numeral} */ ({ value: Number(digits) + 0, shows, unclear });
}
