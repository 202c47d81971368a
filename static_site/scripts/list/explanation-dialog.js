/** The dialog that says what drives one customer's score. */

import { predict } from "../api.js";
import { element, part, shape } from "../elements.js";
import { percentText, pointsText, quantityText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {{feature: string, value: number | string, contribution: number}} Contribution */

/** The scale is not stretched further than to this: small effects stay small. */
const LEAST_SCALE = 0.02;

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
  part("explanation-table").hidden = true;
  part("explanation-warnings").textContent = "";
  part("explanation-words").textContent = "Working out what drives this score…";
  part("explanation-try").setAttribute("href", `./#${new URLSearchParams(/** @type {any} */ (inputs))}`);
  dialog.showModal();
  const outcome = await predict(base, inputs, signal);
  if (signal.aborted) return;
  const contributions = outcome.kind === "scored" ? /** @type {any} */ (outcome.answer).contributions : null;
  if (!Array.isArray(contributions)) {
    part("explanation-words").textContent = "The explanation could not be had just now. Close this, and try again.";
    return;
  }
  part("explanation-words").textContent = "Percentage points added to or taken from the baseline, the average score of typical customers.";
  part("explanation-warnings").textContent = customers.scores.warnings.get(number) ?? "";
  part("explanation-rows").replaceChildren(...rowsOf(customers, number, contributions));
  part("explanation-table").hidden = false;
}

/** @param {Customers} customers @param {number} number @param {Contribution[]} contributions */
function rowsOf(customers, number, contributions) {
  const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
  const most = Math.max(LEAST_SCALE, ...sizes);
  return contributions
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map(({ feature: name, contribution }) => {
      const place = customers.features.findIndex((feature) => feature.name === name);
      const { label, unit } = customers.features[place];
      const value = customers.valueOf(number, place);
      const words = typeof value === "number" ? quantityText(value, unit) : customers.textOf(number, place);
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, label, element("span", { class: "why-value" }, words)),
        element("td", { class: "why-bar" }, bar(contribution / most)),
        element("td", { class: `number ${contribution < 0 ? "down" : "up"}` }, pointsText(contribution)),
      );
    });
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
