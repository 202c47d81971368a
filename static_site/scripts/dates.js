/** A date as a number: the days from it to a day of reference (predict/requests/date.py). */

import { clean } from "./text.js";

const YEAR_FIRST = /^(?!0000)(?<year>[0-9]{4})([-/.])(?<month>[0-9]{1,2})\2(?<day>[0-9]{1,2})(?:[T ].*)?$/;
/** @type {Record<string, RegExp>} by the order of day and month, which could be swapped where the contract has none */
const YEAR_LAST = {
  dmy: /^(?<day>[0-9]{1,2})([-/.])(?<month>[0-9]{1,2})\2(?!0000)(?<year>[0-9]{4})(?:[T ].*)?$/,
  mdy: /^(?<month>[0-9]{1,2})([-/.])(?<day>[0-9]{1,2})\2(?!0000)(?<year>[0-9]{4})(?:[T ].*)?$/,
};
const MILLISECONDS = 86_400_000;

/**
 * @param {string} text
 * @param {string} reference a date, YYYY-MM-DD
 * @param {string} [order] "dmy" or "mdy", how a date with the year behind is meant
 * @returns {number | null} the days to it, negative for a later date; null where the text is no date
 */
export function readDays(text, reference, order = "") {
  const cleaned = clean(text);
  const found = YEAR_FIRST.exec(cleaned) ?? YEAR_LAST[order]?.exec(cleaned);
  if (!found?.groups) return null;
  const { year, month, day } = found.groups;
  const iso = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  const time = Date.parse(iso);
  // Date.parse takes the 30th of February for a day in March, or for none.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso) return null;
  return (Date.parse(reference) - time) / MILLISECONDS;
}
