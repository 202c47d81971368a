/** The threshold that a person moves: a sentence, the confusion matrix, and whoever else listens. */

import { part } from "../elements.js";
import { percentText, target, wholeText } from "../words.js";

/**
 * @typedef {object} Point
 * @property {number} threshold
 * @property {number} tp
 * @property {number} fp
 * @property {number} fn
 * @property {number} tn
 * @property {number} precision NaN where nobody scores that high
 * @property {number} recall
 * @property {number} falsePositiveRate
 * @property {number} contacted the share of the customers at or over it
 */

export class Threshold {
  /** @type {((point: Point) => void)[]} */ #listeners = [];
  #slider = /** @type {HTMLInputElement} */ (part("threshold-slider"));

  /** @param {HTMLElement} element that holds the curve */
  constructor(element) {
    const { curve = "[]", start = "0" } = element.dataset;
    this.points = /** @type {number[][]} */ (JSON.parse(curve)).map(pointOf);
    this.start = Number(start);
    this.#slider.hidden = false;
    part("threshold-reset").hidden = false;
    this.#slider.addEventListener("input", () => this.#show());
    part("threshold-reset").addEventListener("click", () => this.move(this.start));
  }

  /** @param {number} place of a point */
  move(place) {
    this.#slider.value = String(place);
    this.#show();
  }

  /** @param {(point: Point) => void} listener is told at once, and whenever the threshold moves */
  onMove(listener) {
    this.#listeners.push(listener);
    listener(this.#point);
  }

  get #point() {
    return this.points[Number(this.#slider.value)];
  }

  /** Tell every listener again, because what it knows beside the threshold has changed. */
  tell() {
    this.#listeners.forEach((listener) => listener(this.#point));
  }

  #show() {
    const point = this.#point;
    const label = percentText(point.threshold);
    this.#slider.ariaValueText = label;
    part("threshold-value").textContent = label;
    part("threshold-sentence").textContent = sentenceOf(point);
    for (const name of /** @type {const} */ (["tp", "fp", "fn", "tn"])) {
      part(name).textContent = wholeText(point[name]);
    }
    this.tell();
  }
}

/** @param {number[]} counts @returns {Point} */
function pointOf([threshold, tp, fp, fn, tn]) {
  const [precision, recall, falsePositiveRate] = [tp / (tp + fp), tp / (tp + fn), fp / (fp + tn)];
  const contacted = (tp + fp) / (tp + fp + fn + tn);
  return { threshold, tp, fp, fn, tn, precision, recall, falsePositiveRate, contacted };
}

/**
 * @param {Point} point
 * @returns {string} what the threshold comes to; the page is made with the same words (training/pages/model_page.py)
 */
function sentenceOf({ tp, fp, fn, tn, precision, recall }) {
  if (tp + fp === 0) return "Nobody scores that high: the list would be empty.";
  const ofThousand = wholeText(Math.floor((1000 * (tp + fp)) / (tp + fp + fn + tn) + 0.5));
  const ofHundred = Math.floor(100 * precision + 0.5);
  return `Of 1,000 customers like these you would contact ${ofThousand}. About ${ofHundred} in 100 of those ${target.verb}, and the list reaches ${percentText(recall)} of all ${target.people}.`;
}
