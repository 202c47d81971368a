/** The dialog that says what drives one customer's score. */

import { predict } from "../api.js";
import { effectRow, effectsOf, extentsOf } from "../effects.js";
import { part } from "../elements.js";
import { comparison, percentText, quantityText, reasonsText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {import("../api.js").Contribution} Contribution */

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
  show(customers, number, mainContributions(customers, number));
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
  show(customers, number, contributions);
}

/** @param {Customers} customers @param {number} number @param {Contribution[]} contributions */
function show(customers, number, contributions) {
  const { features, contract, scores } = customers;
  const nameOf = (/** @type {Contribution} */ { feature }) => {
    const place = features.findIndex(({ name }) => name === feature);
    return place < 0 ? null : { label: features[place].label, value: wordsOf(customers, number, place) };
  };
  const effects = effectsOf(contributions, nameOf, { label: "", value: "" });
  const extents = extentsOf(effects);
  part("explanation-rows").replaceChildren(...effects.map((effect) => effectRow(effect, extents)));
  const probability = scores.probabilities[number];
  const decision = probability >= contract.threshold ? contract.target.positive : contract.target.negative;
  const reasons = reasonsText(effects, probability >= contract.base_rate ? 1 : -1);
  part("explanation-sentence").textContent = `${decision}. ${comparison(probability, contract.base_rate)} ${reasons}`.trim();
}

/** @param {Customers} customers @param {number} number @returns {Contribution[]} those that came with the score */
function mainContributions({ scores, features }, number) {
  const reasons = [...scores.reasonsFor(number), ...scores.reasonsAgainst(number)];
  return reasons.map(({ feature, points }) => ({ feature: features[feature].name, value: null, contribution: points / 100 }));
}

/** @param {Customers} customers @param {number} number @param {number} place @returns {string} a number with its unit */
function wordsOf(customers, number, place) {
  const value = customers.valueOf(number, place);
  return typeof value === "number" ? quantityText(value, customers.features[place].unit) : customers.textOf(number, place);
}
