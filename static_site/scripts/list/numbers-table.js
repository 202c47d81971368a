/** Small tables of numbers: the first column names the line. */

import { element } from "../elements.js";

/**
 * @param {string[]} heading
 * @param {string[][]} rows of as many cells
 * @returns {HTMLElement[]} a table's head and body
 */
export function linesOf(heading, rows) {
  const names = heading.map((name, place) => element("th", { scope: "col", ...(place > 0 && { class: "number" }) }, name));
  const lines = rows.map(([name, ...cells]) => {
    const numbers = cells.map((cell) => element("td", { class: "number" }, cell));
    return element("tr", {}, element("th", { scope: "row" }, name), ...numbers);
  });
  return [element("thead", {}, element("tr", {}, ...names)), element("tbody", {}, ...lines)];
}
