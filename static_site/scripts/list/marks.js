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

/** What cells show that should be numbers: how many show the point, how many the comma, how many could be either. */
export class Shown {
  points = 0;
  commas = 0;
  unclearPoints = 0;
  unclearCommas = 0;

  /** @param {string} cell */
  look(cell) {
    if (!cell.includes(".") && !cell.includes(",")) return;
    const text = cell.trim();
    this.points += Number(SHOWS_POINT.test(text));
    this.commas += Number(SHOWS_COMMA.test(text));
    this.unclearPoints += Number(UNCLEAR_POINT.test(text));
    this.unclearCommas += Number(UNCLEAR_COMMA.test(text));
  }

  /** @param {Shown} other what other cells show, to be counted with these */
  add(other) {
    this.points += other.points;
    this.commas += other.commas;
    this.unclearPoints += other.unclearPoints;
    this.unclearCommas += other.unclearCommas;
  }

  /**
   * @param {string} delimiter
   * @returns {string | null} the mark that is shown, else "," where semicolons leave the comma free; null where it is
   *   anybody's guess: semicolons and "1.234", tabs and "1,234", and no number that tells
   */
  mark(delimiter) {
    if (delimiter === ",") return ".";
    if (this.points !== this.commas) return this.points > this.commas ? "." : ",";
    if (delimiter === ";") return this.unclearPoints > 0 ? null : ",";
    return this.unclearCommas > 0 ? null : ".";
  }
}
