/** Rows that cannot be scored: the first few on the page, all of them in a file. */

import { element, part } from "../elements.js";
import { countText } from "../words.js";
import { writeRecord } from "./csv-writer.js";

/** @typedef {import("./check-rows.js").Problem} Problem */
/** @typedef {import("./table.js").Table} Table */

const SHOWN = 5;

/** @param {Table} table @param {Map<number, Problem[]>} bad */
export function showBadRows({ lines }, bad) {
  const first = [...bad.entries()].slice(0, SHOWN);
  const rows = first.map(([number, [{ label, value, text }]]) =>
    element(
      "tr",
      {},
      element("td", { class: "number" }, lines[number].toLocaleString("en-US")),
      element("td", {}, label),
      element("td", {}, element("code", {}, value)),
      element("td", {}, text),
    ),
  );
  part("bad-title").textContent = `${countText(bad.size, "row")} cannot be scored`;
  part("bad-rows").replaceChildren(...rows);
  part("bad-more").textContent = bad.size > SHOWN ? `And ${(bad.size - SHOWN).toLocaleString("en-US")} more in the download.` : "";
  part("bad").hidden = bad.size === 0;
}

/**
 * @param {Table} table
 * @param {Map<number, Problem[]>} bad
 * @returns {string[]} whole rows, and what is wrong with each
 */
export function badRowsCsv({ heading, rows, delimiter }, bad) {
  const pieces = [writeRecord([...heading, "problem"], delimiter)];
  for (const [number, problems] of bad) {
    // A row with too few cells is filled up, so that the problem stands under its heading.
    const cells = heading.map((_, place) => rows[number][place] ?? "");
    const text = problems.map((problem) => problem.text).join(". ");
    pieces.push(writeRecord([...cells, text, ...rows[number].slice(heading.length)], delimiter));
  }
  return pieces;
}
