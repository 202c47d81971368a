/** Tables of numbers: the first column names the line. */

import { element } from "./elements.js";

/** @typedef {string | (Node | string)[]} Cell */

/**
 * @param {Cell[]} heading
 * @param {Cell[][]} rows of as many cells
 * @returns {HTMLElement[]} a table's head and body
 */
export function linesOf(heading, rows) {
  // Without a name it heads nothing.
  const names = heading.map((name, place) =>
    name === "" ? element("td") : element("th", { scope: "col", ...(place > 0 && { class: "number" }) }, ...[name].flat()),
  );
  return [element("thead", {}, element("tr", {}, ...names)), element("tbody", {}, ...rows.map(lineOf))];
}

/** @param {Cell[]} row its name, and numbers @returns {HTMLElement} a line of a table */
export function lineOf([name, ...cells]) {
  const numbers = cells.map((cell) => element("td", { class: "number" }, ...[cell].flat()));
  return element("tr", {}, element("th", { scope: "row" }, ...[name].flat()), ...numbers);
}
