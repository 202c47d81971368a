/** The decimal mark of a file: what its numbers show of it; the service finds it by the same rule. */

import { parseNumber } from "../numbers.js";

/** @typedef {import("../numbers.js").Mark} Mark */

/** What cells that should be numbers show. */
export class Shown {
  /** The decimal marks that a cell has for certain. @type {Set<Mark>} */ marks = new Set();
  /** Whether there is a cell such as "1.234" or "1,234". */
  unclear = false;
  /** What a number shows is in its shape, of which there are few: every digit but 0 is as good as another. */
  #shapes = new Set();

  /** @param {string} cell */
  look(cell) {
    if (!cell.includes(".") && !cell.includes(",")) return;
    const shape = cell.replace(/[2-9]/g, "1");
    if (this.#shapes.has(shape)) return;
    this.#shapes.add(shape);
    const numeral = parseNumber(shape);
    if (numeral?.shows) this.marks.add(numeral.shows);
    if (numeral?.unclear) this.unclear = true;
  }
}

/**
 * @param {Shown[]} columns what each column of numbers shows
 * @returns {{mark: Mark | null, unclear: Shown[]}} the only mark that is shown; without one, or with both, the columns
 *   in which a number could be thousands or have three decimals
 */
export function findMark(columns) {
  const marks = new Set(columns.flatMap((shown) => [...shown.marks]));
  if (marks.size === 1) return { mark: [...marks][0], unclear: [] };
  return { mark: null, unclear: columns.filter(({ unclear }) => unclear) };
}
