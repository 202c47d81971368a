/** The pinned customer beside the one that is shown: what each did, and which inputs make the difference. */

import { effectsOf, sideOf } from "../effects.js";
import { element, part } from "../elements.js";
import { chanceAndThreshold, insideSentence, pointsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../api.js").Contribution} Contribution */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("../effects.js").Effect<{label: string, value: string, then: string}>} Difference then: of the pinned one */

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
  const differences = differencesOf(fields, pinned.contributions ?? [], shown.contributions ?? []);
  const isSame = differences.every(({ then, value }) => then === value);
  part("compare-words").textContent = isSame ? "Enter or open another customer to see both here." : wordsOf(differences);
  part("compare-table").hidden = isSame;
  const [then, value] = [pinned, shown].map(({ probability, threshold }) => chanceAndThreshold(probability, threshold).chance);
  const chances = { label: "Chance", then, value, share: shown.probability - pinned.probability };
  part("compare-rows").replaceChildren(...[chances, ...differences].map(buildRow));
}

/**
 * @param {Field[]} fields
 * @param {Contribution[]} before
 * @param {Contribution[]} after
 * @returns {Difference[]} of what each input adds to the two
 */
function differencesOf(fields, before, after) {
  const thens = new Map(before.map((then) => [then.feature, then]));
  const changes = after.flatMap((now) => {
    const then = thens.get(now.feature);
    const approximate = then?.approximate ?? now.approximate;
    return then ? [{ ...now, contribution: now.contribution - then.contribution, approximate }] : [];
  });
  const nameOf = (/** @type {Contribution} */ { feature, value }) => {
    const field = fields.find(({ name }) => name === feature);
    return field ? { label: field.label, value: valueText(field, value), then: valueText(field, thens.get(feature)?.value ?? null) } : null;
  };
  return effectsOf(changes, nameOf, { label: "", value: "", then: "" });
}

/** @param {Difference[]} differences @returns {string} what makes most of it */
function wordsOf(differences) {
  const [{ label, then, value, share }] = differences;
  const values = then !== value ? ` (${value} instead of ${then})` : "";
  return `${pointsText(share)} points, the largest part of the difference, come from ${insideSentence(label)}${values}.`;
}

/** @param {Difference} difference */
function buildRow({ label, then, value, share }) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, label),
    element("td", { class: "number" }, then),
    element("td", { class: "number" }, value),
    element("td", { class: `number ${sideOf(share)}` }, pointsText(share)),
  );
}
