/** The dialog that says what drives one customer's score, and what sets it apart from another's. */

import { predict } from "../api.js";
import { showComparison } from "../comparison.js";
import { effectRow, effectsOf, extentsOf } from "../effects.js";
import { part } from "../elements.js";
import { comparison, percentText, quantityText, reasonsText } from "../words.js";
import { valueText } from "./contract.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {import("../api.js").Contribution} Contribution */
/** @typedef {import("../comparison.js").Scored & {customers: Customers, number: number}} Explained */

const POINTS = "Percentage points added to or taken from the baseline, which is the score of typical customers.";

const dialog = /** @type {HTMLDialogElement} */ (part("explanation"));
const pin = /** @type {HTMLButtonElement} */ (part("pin"));
let asking = new AbortController();
/** @type {Explained | null} */ let shown = null;
/** @type {Explained | null} */ let pinned = null;

part("explanation-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => asking.abort());
pin.addEventListener("click", () => {
  pinned = pinned ? null : shown;
  compare();
});

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
  // Numbers of another file, or of another score, are nothing to compare with.
  if (pinned?.customers !== customers) pinned = null;
  shown = null;
  compare();
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
  const { scores, contract } = customers;
  shown = { customers, number, probability: scores.probabilities[number], threshold: contract.threshold, contributions };
  compare();
}

/** Set the customer that is shown beside the pinned one, once all of their reasons are there. */
function compare() {
  pin.disabled = !shown;
  pin.textContent = pinned ? "Unpin" : "Pin to compare";
  part("compare").hidden = !shown || !pinned;
  if (!shown || !pinned) return;
  part("compare-title").textContent = `Beside ${pinned.customers.idOf(pinned.number)}, pinned`;
  showComparison(pinned, shown, namer(shown.customers));
}

/** @param {Customers} customers @param {number} number @param {Contribution[]} contributions */
function show(customers, number, contributions) {
  const { contract, scores } = customers;
  const effects = effectsOf(contributions, namer(customers), { label: "", value: "" });
  const extents = extentsOf(effects);
  part("explanation-rows").replaceChildren(...effects.map((effect) => effectRow(effect, extents)));
  const probability = scores.probabilities[number];
  const decision = probability >= contract.threshold ? contract.target.positive : contract.target.negative;
  const reasons = reasonsText(effects, probability >= contract.base_rate ? 1 : -1);
  part("explanation-sentence").textContent = `${decision}. ${comparison(probability, contract.base_rate)} ${reasons}`.trim();
}

/** @param {Customers} customers @param {number} number @returns {Contribution[]} those that came with the score */
function mainContributions(customers, number) {
  const { scores, features } = customers;
  const reasons = [...scores.reasonsFor(number), ...scores.reasonsAgainst(number)];
  return reasons.map(({ feature, points }) => ({
    feature: features[feature].name,
    value: customers.valueOf(number, feature),
    contribution: points / 100,
  }));
}

/** @param {Customers} customers @returns {(contribution: Contribution) => import("../effects.js").Named | null} */
function namer({ features }) {
  return ({ feature: name, value }) => {
    const feature = features.find((one) => one.name === name);
    if (!feature) return null;
    const words = typeof value === "number" ? quantityText(value, feature.unit) : valueText(feature, value ?? "");
    return { label: feature.label, value: words };
  };
}
