/** The model's page: charts of the numbers that stand in it, and a threshold that can be moved. */

import { part } from "../elements.js";
import { drawCalibration, drawPrecisionRecall, drawRoc } from "./charts.js";
import { Threshold } from "./threshold.js";

/** @typedef {import("./plot.js").Plot} Plot */
/** @typedef {import("./threshold.js").Point} Point */

const threshold = document.getElementById("threshold") ? new Threshold(part("threshold")) : null;
const points = threshold?.points ?? [];

/** Each chart that the model has numbers for, and where the threshold stands on it. */
const charts = /** @type {[string, (place: HTMLElement, points: Point[]) => Plot, (point: Point) => [number, number] | null][]} */ ([
  ["chart-calibration", drawCalibration, () => null],
  ["chart-precision-recall", drawPrecisionRecall, ({ precision, recall }) => (Number.isNaN(precision) ? null : [recall, precision])],
  ["chart-roc", drawRoc, ({ recall, falsePositiveRate }) => [falsePositiveRate, recall]],
]);

for (const [id, draw, placeOf] of charts) {
  const place = document.getElementById(id);
  if (!place) continue;
  const plot = draw(place, points);
  threshold?.onMove((point) => plot.mark(placeOf(point)));
}
