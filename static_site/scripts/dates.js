/** A date as a number: the days from it to a day of reference (predict/requests/date.py). */

import { clean } from "./text.js";

/** Year, month, day; in any other order month and day could be swapped. */
const DATE = /^(?!0000)([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ].*)?$/;
const MILLISECONDS = 86_400_000;

/**
 * @param {string} text
 * @param {string} reference a date, YYYY-MM-DD
 * @returns {number | null} the days to it, negative for a later date; null where the text is no date
 */
export function readDays(text, reference) {
  const [found, year, , month, day] = DATE.exec(clean(text)) ?? [];
  if (!found) return null;
  const iso = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  const time = Date.parse(iso);
  // Date.parse takes the 30th of February for a day in March, or for none.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso) return null;
  return (Date.parse(reference) - time) / MILLISECONDS;
}
