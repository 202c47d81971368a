/** The model's page: charts of the numbers that stand in it, and a threshold that can be moved. */

import { part } from "../elements.js";
import { Plot } from "../plot.js";
import { showProfit } from "./profit.js";
import { Threshold } from "./threshold.js";
import { target } from "../words.js";

/** @typedef {import("./threshold.js").Point} Point */

const threshold = document.getElementById("threshold") ? new Threshold(part("threshold")) : null;
const points = threshold?.points ?? [];
if (threshold) showProfit(threshold);

/** Each chart that the model has numbers for, and where the threshold stands on it. */
const charts = /** @type {[string, (place: HTMLElement, points: Point[]) => Plot, (point: Point) => [number, number] | null][]} */ ([
  ["chart-calibration", drawCalibration, () => null],
  ["chart-precision-recall", drawPrecisionRecall, ({ precision, recall }) => (Number.isNaN(precision) ? null : [recall, precision])],
  ["chart-roc", drawRoc, ({ recall, falsePositiveRate }) => [falsePositiveRate, recall]],
  ["chart-gains", drawGains, ({ recall, contacted }) => [contacted, recall]],
]);

for (const [id, draw, placeOf] of charts) {
  const place = document.getElementById(id);
  if (!place) continue;
  const plot = draw(place, points);
  threshold?.onMove((point) => plot.mark(placeOf(point)));
}

/**
 * @param {HTMLElement} place with the bins: mean prediction, share that bought, both ends of its interval
 * @returns {Plot}
 */
function drawCalibration(place) {
  const bins = /** @type {number[][]} */ (JSON.parse(place.dataset.points ?? "[]"));
  const points = bins.map(([x, y]) => /** @type {[number, number]} */ ([x, y]));
  return new Plot(place, {
    words: "What the model predicted against what happened; the numbers are below.",
    x: "Predicted",
    y: `Share of ${target.people}`,
    curve: points,
    points,
    whiskers: bins.map(([x, , low, high]) => [x, low, high]),
    reference: [[0, 0], [1, 1]],
  });
}

/**
 * @param {HTMLElement} place with the base rate
 * @param {Point[]} points
 * @returns {Plot}
 */
function drawPrecisionRecall(place, points) {
  const [base] = /** @type {number[]} */ (JSON.parse(place.dataset.points ?? "[]"));
  return new Plot(place, {
    words: "Precision against recall at every threshold; the numbers are above.",
    x: "Recall",
    y: "Precision",
    curve: points.filter(({ precision }) => !Number.isNaN(precision)).map(({ recall, precision }) => [recall, precision]),
    reference: [[0, base], [1, base]],
  });
}

/**
 * @param {HTMLElement} place
 * @param {Point[]} points
 * @returns {Plot}
 */
function drawRoc(place, points) {
  return new Plot(place, {
    words: "True against false positive rate at every threshold; the numbers are above.",
    x: "False positive rate",
    y: "True positive rate",
    curve: points.map(({ recall, falsePositiveRate }) => [falsePositiveRate, recall]),
    reference: [[0, 0], [1, 1]],
  });
}

/**
 * @param {HTMLElement} place
 * @param {Point[]} points
 * @returns {Plot}
 */
function drawGains(place, points) {
  return new Plot(place, {
    words: "Share of customers contacted against share reached at every threshold; the numbers are above.",
    x: "Customers contacted",
    y: `Share of ${target.people} reached`,
    curve: points.map(({ recall, contacted }) => [contacted, recall]),
    reference: [[0, 0], [1, 1]],
  });
}
