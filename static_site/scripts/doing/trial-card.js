/** The card of a trial: one table, the model that serves beside those that are tried out. */

import { element } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { percentText, wholeText } from "../words.js";
import { caption, card, customersText, dayText, rangeText, shareText } from "./markup.js";

/** @typedef {import("./service.js").Trial} Trial */
/** @typedef {import("../numbers-table.js").Cell} Cell */
/** @typedef {import("./service.js").Share} Share */

/**
 * @param {Trial} trial
 * @param {number} share of the customers that a canary answers
 * @param {string} positive the positive answer
 */
export function trialCard({ since, models }, share, positive) {
  const names = { serves: "Serves", canary: `Answers ${percentText(share)}`, shadow: "Decides nothing" };
  const heads = models.map(({ hash, role }) => [names[role], element("span", { class: "table-note" }, hash.slice(0, 8))]);
  /** @type {Cell[][]} */
  const rows = [
    ["Customers scored", ...models.map(({ rows: count }) => customersText(count))],
    [positive, ...models.map((model) => shareText(model.positive))],
    ["With a warning", ...models.map(({ warned }) => shareText(warned))],
    ["Refused", ...models.map(({ failed }) => shareText(failed))],
    ["Outcomes", ...models.map(({ outcomes }) => (outcomes === 0 ? "Too few" : wholeText(outcomes)))],
    ["Precision", ...models.map(({ precision }) => measured(precision))],
    ["Recall", ...models.map(({ recall }) => measured(recall))],
  ];
  const tried = models.slice(1);
  const hasCanary = tried.some(({ role }) => role === "canary");
  return card(
    "On trial",
    ...tried.map(({ role, sentence }) => element("p", {}, tried.length > 1 ? `${names[role]}: ${sentence}` : sentence)),
    element("table", { class: "table trial" }, caption("The model that serves, and those on trial"), ...linesOf(["", ...heads], rows)),
    element("p", { class: "muted" }, `Since ${dayText(since)}, when all of them answered. Ranges are 95% intervals.${hasCanary ? " Lists are always scored by the model that serves, so outcomes, precision and recall are of single predictions alone." : ""} Nothing changes by itself: a person lets a model serve.`),
  );
}

/** @param {Share | null} share @returns {Cell} */
function measured(share) {
  if (share === null) return "Too few";
  return [percentText(share.value), element("span", { class: "table-note" }, rangeText(share.low, share.high))];
}
