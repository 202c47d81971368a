/** The pinned customer beside the one that is shown: what each did, and which inputs make the difference. */

import { element, part } from "../elements.js";
import { chanceAndThreshold, insideSentence, pointsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../api.js").Contribution} Contribution */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {{label: string, then: string, now: string, share: number}} Difference of the shares that an input adds */

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
  const arrow = points === "0.0" ? "=" : points.startsWith("+") ? "▲" : "▼";
  part("pinned").textContent = `${arrow} ${points.replace(/^[+−]/, "")} pts vs pinned`;
  for (const end of ["x1", "x2"]) part("gauge-pinned").setAttribute(end, `${(pinned.probability * 100).toFixed(2)}%`);
  const differences = differencesOf(fields, pinned.contributions ?? [], shown.contributions ?? []);
  const isSame = differences.every(({ then, now }) => then === now);
  part("compare-words").textContent = isSame ? "Enter or open another customer to see both here." : wordsOf(differences);
  part("compare-table").hidden = isSame;
  const [then, now] = [pinned, shown].map(({ probability, threshold }) => chanceAndThreshold(probability, threshold).chance);
  const chances = { label: "Chance", then, now, share: shown.probability - pinned.probability };
  part("compare-rows").replaceChildren(...[chances, ...differences].map(buildRow));
}

/**
 * @param {Field[]} fields
 * @param {Contribution[]} before
 * @param {Contribution[]} after
 * @returns {Difference[]} largest first; those of inputs too weak to have a share of their own, last and as one
 */
function differencesOf(fields, before, after) {
  /** @type {Difference[]} */ const differences = [];
  const weaker = { count: 0, share: 0 };
  for (const now of after) {
    const then = before.find(({ feature }) => feature === now.feature);
    const field = fields.find(({ name }) => name === now.feature);
    if (!then || !field) continue;
    const share = now.contribution - then.contribution;
    if (then.approximate || now.approximate) {
      weaker.count += 1;
      weaker.share += share;
    } else {
      differences.push({ label: field.label, then: valueText(field, then.value), now: valueText(field, now.value), share });
    }
  }
  differences.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (weaker.count === 0) return differences;
  return [...differences, { label: `${weaker.count} others together`, then: "", now: "", share: weaker.share }];
}

/** @param {Difference[]} differences @returns {string} what makes most of it */
function wordsOf(differences) {
  const [{ label, then, now, share }] = differences;
  const values = then && then !== now ? ` (${now} instead of ${then})` : "";
  return `${pointsText(share)} points, the largest part of the difference, come from ${insideSentence(label)}${values}.`;
}

/** @param {Difference} difference */
function buildRow({ label, then, now, share }) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, label),
    element("td", {}, then),
    element("td", {}, now),
    element("td", { class: share >= 0 ? "up" : "down" }, pointsText(share)),
  );
}
