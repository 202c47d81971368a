/** The model's page: charts of the numbers that stand in it, and a threshold that can be moved. */

import { part } from "../elements.js";
import { Plot, plotCalibration } from "../plot.js";
import { showProfit } from "./profit.js";
import { Threshold } from "./threshold.js";
import { target } from "../words.js";

/** @typedef {import("../plot.js").Place} Place */
/** @typedef {import("./threshold.js").Point} Point */
/**
 * @typedef {object} Curve drawn of the counts at every threshold
 * @property {string} words for those who do not see it
 * @property {string} x what the axis shows
 * @property {string} y
 * @property {(point: Point) => Place | null} placeOf where a threshold stands; null where it has no place
 */

/** @type {Record<string, Curve>} */
const CURVES = {
  "chart-precision-recall": {
    words: "Precision against recall at every threshold; the numbers are above.",
    x: "Recall",
    y: "Precision",
    placeOf: ({ precision, recall }) => (Number.isNaN(precision) ? null : [recall, precision]),
  },
  "chart-roc": {
    words: "True against false positive rate at every threshold; the numbers are above.",
    x: "False positive rate",
    y: "True positive rate",
    placeOf: ({ recall, falsePositiveRate }) => [falsePositiveRate, recall],
  },
  "chart-gains": {
    words: "Share of customers contacted against share reached at every threshold; the numbers are above.",
    x: "Customers contacted",
    y: `Share of ${target.people} reached`,
    placeOf: ({ recall, contacted }) => [contacted, recall],
  },
};

const threshold = document.getElementById("threshold") ? new Threshold(part("threshold")) : null;
if (threshold) showProfit(threshold);
for (const [id, curve] of Object.entries(CURVES)) drawCurve(document.getElementById(id), curve);
drawCalibration(document.getElementById("chart-calibration"));

/** @param {HTMLElement | null} place with the base rate, where chance is level @param {Curve} curve */
function drawCurve(place, { placeOf, ...words }) {
  if (!place) return;
  const [level] = numbersOf(place);
  const places = (threshold?.points ?? []).flatMap((point) => {
    const found = placeOf(point);
    return found ? [found] : [];
  });
  const plot = new Plot(place, { ...words, curve: places, reference: [[0, level ?? 0], [1, level ?? 1]] });
  threshold?.onMove((point) => plot.mark(placeOf(point)));
}

/** @param {HTMLElement | null} place with the bins: mean prediction, share that bought, both ends of its interval */
function drawCalibration(place) {
  if (!place) return;
  const words = "What the model predicted against what happened; the numbers are below.";
  plotCalibration(place, { words, x: "Predicted", y: `Share of ${target.people}` }, numbersOf(place));
}

/** @param {HTMLElement} place of a chart @returns {any[]} the numbers that stand in it */
function numbersOf(place) {
  return JSON.parse(place.dataset.points ?? "[]");
}
