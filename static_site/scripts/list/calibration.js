/** What the scores said against what happened, where the file knows it. */

import { element, part } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { plotCalibration } from "../plot.js";
import { numberText, percentCell, percentText, target, wholeText } from "../words.js";
import { calibrationError } from "./known.js";

/** @param {import("./known.js").Known | null} known */
export function showCalibration(known) {
  part("calibration-part").hidden = !known;
  if (!known) return;
  const bins = known.calibration();
  const expected = bins.reduce((sum, { mean, count }) => sum + mean * count, 0);
  const bought = bins.reduce((sum, { bought: share, count }) => sum + share * count, 0);
  part("calibration-words").textContent =
    `The scores expected ${percentText(expected / known.count)} of these customers to ${target.verb}; ${percentText(bought / known.count)} did. ` +
    `On average a score is off by ${numberText(calibrationError(bins) * 100)} points.`;
  const place = element("div", { class: "chart" });
  part("calibration").replaceChildren(element("div", {}, place));
  const words = "What the scores said against what happened; the numbers are below.";
  plotCalibration(place, { words, x: "Score", y: `Share of ${target.people}` }, bins.map(({ mean, bought: share }) => [mean, share]));
  const rows = bins.map(({ mean, bought: share, count }) => [percentCell(mean), percentCell(share), wholeText(count)]);
  part("calibration-table").replaceChildren(...linesOf(["Average score", `Share of ${target.people}`, "Customers"], rows));
}
