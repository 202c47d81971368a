/** The pinned customer beside the one that is shown. */

import { showComparison } from "../comparison.js";
import { part } from "../elements.js";
import { pointsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */

/** @type {Answer | null} */
let pinned = null;
/** @type {Answer | null} */
let shown = null;

/** Let the button pin what is shown, and let it go. @param {Field[]} fields */
export function holdPin(fields) {
  part("pin").addEventListener("click", () => {
    pinned = pinned ? null : shown;
    draw(fields);
  });
}

/** @param {Field[]} fields @param {Answer | null} answer null lets the pinned one go, too */
export function showBesidePinned(fields, answer) {
  shown = answer;
  if (!answer) pinned = null;
  draw(fields);
}

/** @param {Field[]} fields */
function draw(fields) {
  const isPinned = pinned !== null;
  part("pin").textContent = isPinned ? "Unpin" : "Pin to compare";
  part("pin").dataset.on = String(isPinned);
  part("pinned").hidden = !isPinned;
  part("gauge-pinned").setAttribute("visibility", isPinned ? "visible" : "hidden");
  part("compare").hidden = !isPinned;
  if (!pinned || !shown) return;
  const points = pointsText(shown.probability - pinned.probability);
  const arrow = points.startsWith("+") ? "▲" : points.startsWith("−") ? "▼" : "=";
  part("pinned").textContent = `${arrow} ${points.replace(/^[+−]/, "")} pts vs pinned`;
  for (const end of ["x1", "x2"]) part("gauge-pinned").setAttribute(end, `${(pinned.probability * 100).toFixed(2)}%`);
  showComparison(pinned, shown, ({ feature, value }) => {
    const field = fields.find(({ name }) => name === feature);
    return field ? { label: field.label, value: valueText(field, value) } : null;
  });
}
