/** Two customers side by side: what each did, and which inputs make the difference. */

import { effectsOf, sideOf } from "./effects.js";
import { part } from "./elements.js";
import { lineOf } from "./numbers-table.js";
import { chanceAndThreshold, insideSentence, pointsText } from "./words.js";

/** @typedef {import("./api.js").Contribution} Contribution */
/** @typedef {import("./effects.js").Named} Named */
/** @typedef {import("./effects.js").Effect<Named & {then: string}>} Difference then: of the pinned one */
/** @typedef {{probability: number, threshold: number, contributions?: Contribution[]}} Scored a customer */

/**
 * @param {Scored} pinned
 * @param {Scored} shown
 * @param {(contribution: Contribution) => Named | null} nameOf null of an input that is not shown
 */
export function showComparison(pinned, shown, nameOf) {
  const differences = differencesOf(pinned.contributions ?? [], shown.contributions ?? [], nameOf);
  const isSame = differences.every(({ then, value }) => then === value);
  part("compare-words").textContent = isSame ? "Enter or open another customer to see both here." : wordsOf(differences);
  part("compare-table").hidden = isSame;
  const [then, value] = [pinned, shown].map(({ probability, threshold }) => chanceAndThreshold(probability, threshold).chance);
  const chances = { label: "Chance", then, value, share: shown.probability - pinned.probability };
  part("compare-rows").replaceChildren(...[chances, ...differences].map(buildRow));
}

/**
 * @param {Contribution[]} before
 * @param {Contribution[]} after
 * @param {(contribution: Contribution) => Named | null} nameOf
 * @returns {Difference[]} of what each input adds to the two
 */
function differencesOf(before, after, nameOf) {
  const thens = new Map(before.map((then) => [then.feature, then]));
  const changes = after.flatMap((now) => {
    const then = thens.get(now.feature);
    const approximate = then?.approximate ?? now.approximate;
    return then ? [{ ...now, contribution: now.contribution - then.contribution, approximate }] : [];
  });
  const nameBoth = (/** @type {Contribution} */ now) => {
    const [named, then] = [nameOf(now), nameOf(/** @type {Contribution} */ (thens.get(now.feature)))];
    return named && then && { ...named, then: then.value };
  };
  return effectsOf(changes, nameBoth, { label: "", value: "", then: "" });
}

/** @param {Difference[]} differences @returns {string} what makes most of it */
function wordsOf(differences) {
  const [{ label, then, value, share }] = differences;
  const values = then !== value ? ` (${value} instead of ${then})` : "";
  return `${pointsText(share)} points, the largest part of the difference, come from ${insideSentence(label)}${values}.`;
}

/** @param {Difference} difference */
function buildRow({ label, then, value, share }) {
  // Two of them have little room on a phone: a unit may stand below its number.
  const row = lineOf([label, ...[then, value].map((words) => words.replace("\u00a0", " ")), pointsText(share)]);
  row.lastElementChild?.classList.add(sideOf(share));
  return row;
}
