/** Gains: the share of the buyers that a list of the best so many reaches, and how often more than by chance. */

import { element, part } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { Plot } from "../plot.js";
import { decimalText, percentCell, percentText, target, wholeText } from "../words.js";
import { share, times } from "./tiles.js";

/** @typedef {import("./customers.js").Customers} Customers */

const [PLACES, PARTS] = [100, 10];

export class Gains {
  /** @type {Customers | null} */ #customers = null;
  /** @type {Plot | null} */ #plot = null;

  /** @param {Customers} customers */
  show(customers) {
    this.#customers = customers;
    const { ranking, known } = customers;
    const place = element("div", { class: "chart" });
    part("gains").replaceChildren(element("div", {}, place));
    this.#plot = new Plot(place, {
      words: `Share of the ${target.people} reached against share of the customers contacted; the numbers are below.`,
      x: "Customers contacted",
      y: `Share of ${target.people} reached`,
      curve: along(ranking.size, PLACES, (size) => ranking.expected(size).reached),
      points: known ? along(ranking.size, PARTS, (size) => known.at(size).recall) : [],
      reference: [[0, 0], [1, 1]],
    });
    part("gains-known").hidden = !known;
    const heading = ["Best", "Customers", "Lowest score", `Expected ${target.people}`, `Share of ${target.people} reached`, "Lift"];
    const rows = sizes(ranking.size, PARTS).slice(1).map((size, number) => {
      const { buyers, reached, lift } = ranking.expected(size);
      const facts = [wholeText(size), percentCell(ranking.scoreAt(size)), decimalText(buyers, 0, 2), share(reached), times(lift, 2)];
      const real = known ? [wholeText(known.at(size).buyers), times(known.at(size).lift, 2)] : [];
      return [percentText((number + 1) / PARTS), ...facts, ...real];
    });
    part("gains-table").replaceChildren(...linesOf([...heading, ...(known ? [`Known ${target.people} in this file`, "Lift in this file"] : [])], rows));
  }

  /** @param {number} size of the contact list */
  cut(size) {
    if (!this.#customers || !this.#plot) return;
    const { ranking } = this.#customers;
    const { reached } = ranking.expected(size);
    this.#plot.mark(Number.isFinite(reached) ? [size / ranking.size, reached] : null);
  }
}

/**
 * @param {number} all
 * @param {number} parts
 * @param {(size: number) => number} reached
 * @returns {import("../plot.js").Place[]} none where there are no buyers
 */
function along(all, parts, reached) {
  const places = sizes(all, parts).map((size) => /** @type {import("../plot.js").Place} */ ([size / all, reached(size)]));
  return places.filter(([, y]) => Number.isFinite(y));
}

/** @param {number} all @param {number} parts @returns {number[]} from none to all, in equal parts */
function sizes(all, parts) {
  return Array.from({ length: parts + 1 }, (_, number) => Math.round((number * all) / parts));
}
