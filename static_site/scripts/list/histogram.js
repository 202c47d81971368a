/** How many customers have which score, and where the list is cut. */

import { shape } from "../elements.js";

const BINS = 40;
const TICKS = [0, 25, 50, 75, 100];
const [HEIGHT, AXIS] = [112, 20];

export class Histogram {
  /** @type {SVGElement[]} */ #bars = [];
  #line = shape("line", { class: "histogram-cut", y1: 0, y2: HEIGHT });

  /** @param {HTMLElement} figure that holds it */
  constructor(figure) {
    this.figure = figure;
  }

  /**
   * @param {number[]} counts
   * @param {string} words for those who do not see it
   */
  show(counts, words) {
    // Square roots, so that a few customers with a high score are seen beside thousands with a low one.
    const tallest = Math.sqrt(Math.max(...counts, 1));
    const width = 100 / counts.length;
    this.#bars = counts.map((count, bin) => {
      const height = count === 0 ? 0 : Math.max(2, (Math.sqrt(count) / tallest) * HEIGHT);
      const [x, wide] = [`${bin * width + 0.05}%`, `${width - 0.1}%`];
      return shape("rect", { x, width: wide, y: HEIGHT - height, height, "data-least": bin / counts.length });
    });
    const ticks = TICKS.map((tick) => {
      const anchor = tick === 0 ? "start" : tick === 100 ? "end" : "middle";
      return shape("text", { x: `${tick}%`, y: HEIGHT + AXIS - 4, "text-anchor": anchor }, `${tick}%`);
    });
    const picture = { class: "chart", height: HEIGHT + AXIS, width: "100%", role: "img", "aria-label": words };
    this.figure.replaceChildren(shape("svg", picture, ...this.#bars, ...ticks, this.#line));
  }

  /** @param {number} threshold */
  cut(threshold) {
    const place = `${(threshold * 100).toFixed(2)}%`;
    this.#line.setAttribute("x1", place);
    this.#line.setAttribute("x2", place);
    for (const bar of this.#bars) {
      bar.toggleAttribute("data-over", Number(bar.dataset.least) + 0.5 / BINS >= threshold);
    }
  }
}

/** @param {{histogram: (bins: number) => number[]}} ranking */
export function binned(ranking) {
  return ranking.histogram(BINS);
}
