/** The decimal mark of a file: what its numbers show of it; the service finds it by the same rule. */

/**
 * What shows a mark for certain: "12.5", "0.125", "1234.567", "1.5e3", "1,234.5", "1,234,567".
 * @param {string} mark @param {string} group
 */
const shows = (mark, group) =>
  new RegExp(
    `^[+-]?(?:[0-9]*[${mark}](?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,})[${mark}][0-9]{3}|[0-9]*[${mark}][0-9]+[eE][+-]?[0-9]+` +
      `|[1-9][0-9]{0,2}(?:[${group}][0-9]{3})+[${mark}][0-9]+|[1-9][0-9]{0,2}(?:[${group}][0-9]{3}){2,})$`,
  );
const [SHOWS_POINT, SHOWS_COMMA] = [shows(".", ","), shows(",", ".")];
/** A thousand and more, or one and a bit. */
const [UNCLEAR_POINT, UNCLEAR_COMMA] = [/^[+-]?[1-9][0-9]{0,2}[.][0-9]{3}$/, /^[+-]?[1-9][0-9]{0,2}[,][0-9]{3}$/];

/** What cells that should be numbers show: that one or the other is the decimal mark, or what could be either. */
export class Shown {
  point = false;
  comma = false;
  unclearPoint = false;
  unclearComma = false;

  /** @param {string} cell */
  look(cell) {
    if (!cell.includes(".") && !cell.includes(",")) return;
    const text = cell.trim();
    this.point ||= SHOWS_POINT.test(text);
    this.comma ||= SHOWS_COMMA.test(text);
    this.unclearPoint ||= UNCLEAR_POINT.test(text);
    this.unclearComma ||= UNCLEAR_COMMA.test(text);
  }
}

/**
 * @param {string} delimiter
 * @param {Shown[]} columns what each column of numbers shows
 * @returns {{mark: string, unclear: Shown[]}} the mark that is shown, else the comma beside semicolons, which leave it
 *   free, and the point otherwise; and the columns in which that would be a guess, a thousandfold wrong perhaps
 */
export function findMark(delimiter, columns) {
  const [point, comma] = [columns.some((shown) => shown.point), columns.some((shown) => shown.comma)];
  if (point !== comma) return { mark: point ? "." : ",", unclear: [] };
  const usual = delimiter === ";" ? "," : ".";
  if (point) return { mark: usual, unclear: columns.filter((shown) => shown.unclearPoint || shown.unclearComma) };
  if (delimiter === ";") return { mark: usual, unclear: columns.filter((shown) => shown.unclearPoint) };
  // Beside commas "1,234" stands in quotation marks: thousands.
  return { mark: usual, unclear: columns.filter((shown) => shown.unclearComma && delimiter !== ",") };
}
