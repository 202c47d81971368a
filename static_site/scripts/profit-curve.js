/** The profit along a slider: a curve as wide as the slider, with its best place and the present one. */

import { shape } from "./elements.js";
import { moneyText } from "./money.js";

const [PLACES, HEIGHT, EDGE] = [200, 64, 6];

export class ProfitCurve {
  #here = shape("line", { class: "profit-here", y1: 0, y2: HEIGHT });

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.figure = figure;
  }

  /** @param {((share: number) => number) | null} profitAt a share of the slider's way; null takes the curve away */
  show(profitAt) {
    this.figure.hidden = profitAt === null;
    if (!profitAt) return;
    const profits = Array.from({ length: PLACES + 1 }, (_, step) => profitAt(step / PLACES));
    const [least, most] = [Math.min(0, ...profits), Math.max(0, ...profits)];
    const y = (/** @type {number} */ profit) => EDGE + ((most - profit) / (most - least || 1)) * (HEIGHT - 2 * EDGE);
    const path = profits.map((profit, step) => `${step === 0 ? "M" : "L"}${step} ${y(profit).toFixed(1)}`).join("");
    const best = profits.indexOf(Math.max(...profits));
    const zero = shape("line", { class: "reference", x1: 0, x2: "100%", y1: y(0), y2: y(0) });
    const line = shape(
      "svg",
      { viewBox: `0 0 ${PLACES} ${HEIGHT}`, preserveAspectRatio: "none", width: "100%", height: HEIGHT },
      shape("path", { class: "curve", d: path }),
    );
    const dot = shape("circle", { class: "profit-best", cx: `${(best / PLACES) * 100}%`, cy: y(profits[best]), r: 5 });
    const words = `Profit along the slider, from ${moneyText(Math.min(...profits))} to ${moneyText(profits[best])}`;
    const picture = { class: "chart", height: HEIGHT, width: "100%", role: "img", "aria-label": words };
    this.figure.replaceChildren(shape("svg", picture, zero, line, this.#here, dot));
  }

  /** @param {number} share of the slider's way */
  mark(share) {
    for (const end of ["x1", "x2"]) this.#here.setAttribute(end, `${(share * 100).toFixed(2)}%`);
  }
}
