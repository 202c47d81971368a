/** The dialog that says what drives one customer's score. */

import { predict } from "../api.js";
import { element, part, shape } from "../elements.js";
import { percentText, pointsText, quantityText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {{place: number, points: number}} Effect of a feature, by its place; -1 of those that play as one */

/** The scale is not stretched further than to this: small effects stay small. */
const LEAST_SCALE = 2;
const POINTS = "Percentage points added to or taken from the baseline, which is the score of typical customers.";

const dialog = /** @type {HTMLDialogElement} */ (part("explanation"));
let asking = new AbortController();

part("explanation-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => asking.abort());

/**
 * @param {string} base of the service
 * @param {Customers} customers
 * @param {number} number of the customer
 */
export async function explain(base, customers, number) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const inputs = customers.inputsOf(number);
  part("explanation-title").textContent = `${customers.idOf(number)}: ${percentText(customers.scores.probabilities[number])}`;
  part("explanation-words").textContent = "The main reasons. Working out the others…";
  part("explanation-warnings").textContent = customers.scores.warnings.get(number) ?? "";
  show(customers, number, mainEffects(customers, number));
  part("explanation-try").setAttribute("href", `./#${new URLSearchParams(/** @type {any} */ (inputs))}`);
  dialog.showModal();
  const outcome = await predict(base, inputs, signal);
  if (signal.aborted) return;
  const contributions = outcome.kind === "scored" ? /** @type {any} */ (outcome.answer).contributions : null;
  if (!Array.isArray(contributions)) {
    part("explanation-words").textContent = `The main reasons. The others could not be had just now. ${POINTS}`;
    return;
  }
  part("explanation-words").textContent = POINTS;
  show(customers, number, effectsOf(customers, contributions));
}

/** @param {Customers} customers @param {import("../api.js").Contribution[]} contributions @returns {Effect[]} */
function effectsOf({ features }, contributions) {
  const [weaker, strong] = [true, false].map((isShare) => contributions.filter((one) => isShare === !!one.approximate));
  const points = new Map(strong.map(({ feature, contribution }) => [feature, contribution * 100]));
  const effects = features.map(({ name }, place) => ({ place, points: points.get(name) ?? 0 }));
  if (weaker.length === 0) return effects;
  const together = weaker.reduce((sum, { contribution }) => sum + contribution * 100, 0);
  return [...effects.filter(({ place }) => points.has(features[place].name)), { place: -1, points: together }];
}

/** @param {Customers} customers @param {number} number @returns {Effect[]} those that came with the score */
function mainEffects({ scores }, number) {
  return [...scores.reasonsFor(number), ...scores.reasonsAgainst(number)].map(({ feature: place, points }) => ({ place, points }));
}

/** @param {Customers} customers @param {number} number @param {Effect[]} effects */
function show(customers, number, effects) {
  const most = Math.max(LEAST_SCALE, ...effects.map(({ points }) => Math.abs(points)));
  const rows = effects
    .toSorted((a, b) => Number(a.place < 0) - Number(b.place < 0) || Math.abs(b.points) - Math.abs(a.points))
    .map(({ place, points }) => {
      const [label, words] = place < 0 ? [othersText(customers, effects), ""] : wordsOf(customers, number, place);
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, label, element("span", { class: "why-value" }, words)),
        element("td", { class: "why-bar" }, bar(points / most)),
        element("td", { class: `number ${points < 0 ? "down" : "up"}` }, pointsText(points / 100)),
      );
    });
  part("explanation-rows").replaceChildren(...rows);
}

/** @param {Customers} customers @param {Effect[]} effects of which one stands for all that are not among them */
function othersText({ features }, effects) {
  return `${features.length - effects.length + 1} others together`;
}

/** @param {Customers} customers @param {number} number @param {number} place */
function wordsOf(customers, number, place) {
  const { label, unit } = customers.features[place];
  const value = customers.valueOf(number, place);
  return [label, typeof value === "number" ? quantityText(value, unit) : customers.textOf(number, place)];
}

/** @param {number} share of the largest, from -1 to 1 */
function bar(share) {
  const width = Math.abs(share) * 50;
  const x = share < 0 ? 50 - width : 50;
  return shape(
    "svg",
    { width: "100%", height: 16, "aria-hidden": "true" },
    shape("rect", { class: share < 0 ? "down-bar" : "up-bar", x: `${x}%`, width: `${width}%`, y: 1, height: 14 }),
    shape("line", { class: "why-zero", x1: "50%", x2: "50%", y1: 0, y2: 16 }),
  );
}
