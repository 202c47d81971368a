/** A plot of shares against shares, from 0 to 100% both ways, as wide as the place it stands in. */

import { shape } from "./elements.js";

/** @typedef {[number, number]} Place x and y, from 0 to 1 */
/**
 * @typedef {object} Contents
 * @property {string} words for those who do not see it
 * @property {string} x what the axis shows
 * @property {string} y
 * @property {Place[]} curve
 * @property {[Place, Place]} reference what the curve is compared with
 * @property {Place[]} [points]
 * @property {number[][]} [whiskers] x, lowest y, highest y
 */

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const MARGIN = { top: 28, right: 22, bottom: 44, left: 44 };
const [SHAPE, MOST_HEIGHT] = [0.62, 320];

/**
 * Plot what was said against what happened: right on average where the points lie on the diagonal.
 *
 * @param {HTMLElement} place
 * @param {Pick<Contents, "words" | "x" | "y">} names
 * @param {number[][]} bins what was said, what happened and, if it is known, both ends of its interval
 */
export function plotCalibration(place, names, bins) {
  const points = bins.map(([said, happened]) => /** @type {Place} */ ([said, happened]));
  const whiskers = bins.filter(({ length }) => length > 2).map(([said, , low, high]) => [said, low, high]);
  new Plot(place, { ...names, curve: points, points, whiskers, reference: [[0, 0], [1, 1]] });
}

export class Plot {
  /** @type {Place | null} */ #marked = null;
  #marker = shape("circle", { class: "marker", r: 6 });
  #width = 0;
  #height = 0;

  /** @param {HTMLElement} place @param {Contents} contents */
  constructor(place, contents) {
    this.place = place;
    this.contents = contents;
    new ResizeObserver(() => this.#draw()).observe(place.parentElement ?? place);
    this.#draw();
  }

  /** @param {Place | null} place where the threshold stands; null where it has no place */
  mark(place) {
    this.#marked = place;
    this.#marker.remove();
    if (!place) return;
    this.#marker.setAttribute("cx", String(this.#x(place[0])));
    this.#marker.setAttribute("cy", String(this.#y(place[1])));
    this.place.firstElementChild?.append(this.#marker);
  }

  #draw() {
    const width = Math.floor((this.place.parentElement ?? this.place).clientWidth);
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#height = Math.min(MOST_HEIGHT, Math.round(width * SHAPE)) + MARGIN.bottom;
    const { words, curve, reference, points = [], whiskers = [] } = this.contents;
    const picture = { width, height: this.#height, viewBox: `0 0 ${width} ${this.#height}`, role: "img", "aria-label": words };
    this.place.replaceChildren(
      shape(
        "svg",
        picture,
        ...TICKS.flatMap((tick) => this.#tick(tick)),
        ...this.#names(),
        shape("path", { class: "reference", d: this.#path(reference) }),
        ...whiskers.map(([x, low, high]) => this.#whisker(x, low, high)),
        shape("path", { class: "curve", d: this.#path(curve) }),
        ...points.map(([x, y]) => shape("circle", { class: "point", r: 4.5, cx: this.#x(x), cy: this.#y(y) })),
      ),
    );
    this.mark(this.#marked);
  }

  /** @param {number} tick */
  #tick(tick) {
    const label = `${tick * 100}%`;
    const [x, y] = [this.#x(tick), this.#y(tick)];
    return [
      shape("line", { class: "grid-line", x1: this.#x(0), x2: this.#x(1), y1: y, y2: y }),
      shape("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, label),
      shape("text", { x, y: this.#y(0) + 18, "text-anchor": "middle" }, label),
    ];
  }

  #names() {
    const { x, y } = this.contents;
    return [
      shape("text", { class: "axis-name", x: 0, y: 12 }, `↑ ${y}`),
      shape("text", { class: "axis-name", x: this.#x(1), y: this.#height - 6, "text-anchor": "end" }, `${x} →`),
    ];
  }

  /** @param {number} x @param {number} low @param {number} high */
  #whisker(x, low, high) {
    return shape("line", { class: "whisker", x1: this.#x(x), x2: this.#x(x), y1: this.#y(low), y2: this.#y(high) });
  }

  /** @param {Place[]} places */
  #path(places) {
    return places.map(([x, y], index) => `${index === 0 ? "M" : "L"}${this.#x(x).toFixed(1)} ${this.#y(y).toFixed(1)}`).join("");
  }

  /** @param {number} share */
  #x(share) {
    return MARGIN.left + share * (this.#width - MARGIN.left - MARGIN.right);
  }

  /** @param {number} share */
  #y(share) {
    return MARGIN.top + (1 - share) * (this.#height - MARGIN.top - MARGIN.bottom);
  }
}
