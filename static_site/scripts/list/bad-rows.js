/** Rows that cannot be scored: every fault of them, mended where they stand, or all of them in a file. */

import { element, part } from "../elements.js";
import { countText, wholeText } from "../words.js";
import { writeRecord } from "./csv-writer.js";

/** @typedef {import("./check-rows.js").Checked} Checked */
/** @typedef {import("./check-rows.js").Problem} Problem */
/** @typedef {import("./table.js").Table} Table */

/** Rows that are shown at first, and more of them at each press. */
const [FIRST, MORE] = [5, 20];

export class BadRows {
  /** @type {() => void} */ onMend = () => {};
  /** @type {Checked | null} */ #checked = null;
  /** The rows that were bad when they were shown, in their order. @type {[number, Problem[]][]} */ #rows = [];
  #most = FIRST;
  #filter = /** @type {HTMLSelectElement} */ (part("bad-filter"));

  constructor() {
    this.#filter.addEventListener("change", () => {
      this.#most = FIRST;
      this.#draw();
    });
    part("bad-show").addEventListener("click", () => {
      this.#most += MORE;
      this.#draw();
    });
  }

  /** @param {Checked | null} checked null takes them away */
  show(checked) {
    this.#checked = checked;
    this.#rows = [...(checked?.bad ?? [])];
    this.#most = FIRST;
    part("bad").hidden = this.#rows.length === 0;
    const counts = new Map();
    for (const [, problems] of this.#rows) {
      for (const { label } of problems) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const options = [...counts].map(([label, count]) => element("option", { value: label }, `${label} (${wholeText(count)})`));
    this.#filter.replaceChildren(element("option", { value: "" }, `Any fault (${wholeText(this.#rows.length)})`), ...options);
    this.#draw();
  }

  #draw() {
    const label = this.#filter.value;
    const rows = label ? this.#rows.filter(([, problems]) => problems.some((problem) => problem.label === label)) : this.#rows;
    const bodies = rows.slice(0, this.#most).map(([number, problems]) => this.#rowOf(number, problems));
    part("bad-table").replaceChildren(part("bad-head"), ...bodies);
    // What a row of too few or too many cells lacks is to be corrected in the file.
    part("bad-note").hidden = part("bad-table").querySelector("input") === null;
    part("bad-show").hidden = rows.length <= this.#most;
    part("bad-show").textContent = `Show ${wholeText(Math.min(MORE, rows.length - this.#most))} more`;
    this.#tell();
  }

  #tell() {
    const left = this.#checked?.bad.size ?? 0;
    part("bad-title").textContent = left === 0 ? "Every row can be scored now" : `${countText(left, "row")} cannot be scored`;
  }

  /** @param {number} number @param {Problem[]} problems @returns {HTMLElement} a group of lines, one for each problem */
  #rowOf(number, problems) {
    const checked = /** @type {Checked} */ (this.#checked);
    const line = wholeText(checked.table.lines[number]);
    const said = problems.map(() => element("td", {}));
    const tell = () => {
      const now = checked.bad.get(number) ?? [];
      problems.forEach(({ label, place }, index) => {
        said[index].textContent = now.find((problem) => problem.place === place)?.text ?? `✓ ${label} mended`;
      });
    };
    tell();
    const lines = problems.map(({ label, place }, index) => {
      const [cell, value] = [element("td", {}), checked.table.rows[number][place]];
      if (value !== undefined) {
        const box = element("input", { class: "control cell", value, "aria-label": `${label}, line ${line}` });
        box.addEventListener("change", () => {
          checked.mend(number, place, box.value);
          tell();
          this.#tell();
          this.onMend();
        });
        cell.append(box);
      }
      const first = index === 0 ? [element("th", { scope: "rowgroup", rowspan: problems.length }, line)] : [];
      return element("tr", {}, ...first, element("td", { class: "bad-column" }, label), cell, said[index]);
    });
    return element("tbody", {}, ...lines);
  }
}

/**
 * @param {Checked} checked
 * @returns {string[]} whole rows, and what is wrong with each
 */
export function badRowsCsv({ table: { heading, rows, delimiter }, bad }) {
  const pieces = [writeRecord([...heading, "problem"], delimiter)];
  for (const [number, problems] of bad) {
    // A row with too few cells is filled up, so that the problem stands under its heading.
    const cells = heading.map((_, place) => rows[number][place] ?? "");
    const text = problems.map((problem) => problem.text).join(". ");
    pieces.push(writeRecord([...cells, text, ...rows[number].slice(heading.length)], delimiter));
  }
  return pieces;
}
