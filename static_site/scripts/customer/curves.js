/** The curve above each slider: the score if only this input changed, tinted where it reaches the threshold. */

import { part, shape } from "../elements.js";
import { Scale } from "./slider.js";

/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("../api.js").Curve} Curve */

/** The curve's own units; the picture is stretched to the slider's width. */
const [WIDTH, HEIGHT] = [100, 100];

/**
 * @param {Field[]} fields
 * @param {Curve[]} curves an empty list takes them away
 * @param {number} [threshold]
 */
export function showCurves(fields, curves, threshold = 0) {
  for (const field of fields) {
    const track = field.element.querySelector(".track");
    track?.querySelector(".curve")?.remove();
    const curve = curves.find(({ feature }) => feature === field.name);
    if (track && curve && curve.values.length > 1) track.prepend(draw(new Scale(field.facts), curve, threshold));
  }
  part("legend").hidden = curves.length === 0;
}

/** @param {Scale} scale @param {Curve} curve @param {number} threshold */
function draw(scale, { values, probabilities }, threshold) {
  /** @type {[number, number][]} */
  const points = values.map((value, i) => [scale.place(value) * WIDTH, probabilities[i]]);
  const outline = points.map(([x, p]) => `${x.toFixed(2)} ${((1 - p) * HEIGHT).toFixed(2)}`).join("L");
  return shape(
    "svg",
    { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("path", { class: "curve-over", d: areaOver(points, threshold) }),
    shape("path", { class: "curve-line", d: `M${outline}` }),
  );
}

/**
 * @param {[number, number][]} points
 * @param {number} threshold
 * @returns {string} a path for what lies below the curve where it is at the threshold or over it
 */
function areaOver(points, threshold) {
  let path = "";
  for (let i = 1; i < points.length; i += 1) {
    const [left, right] = [points[i - 1], points[i]];
    const from = left[1] >= threshold ? left : crossing(left, right, threshold);
    const to = right[1] >= threshold ? right : crossing(left, right, threshold);
    if (left[1] >= threshold || right[1] >= threshold) {
      const [top, end] = [from, to].map(([x, p]) => `${x.toFixed(2)} ${((1 - p) * HEIGHT).toFixed(2)}`);
      path += `M${from[0].toFixed(2)} ${HEIGHT}L${top}L${end}L${to[0].toFixed(2)} ${HEIGHT}Z`;
    }
  }
  return path;
}

/**
 * @param {[number, number]} left
 * @param {[number, number]} right
 * @param {number} threshold
 * @returns {[number, number]} where the line between the two crosses it
 */
function crossing([x1, p1], [x2, p2], threshold) {
  return [x1 + ((x2 - x1) * (threshold - p1)) / (p2 - p1), threshold];
}
