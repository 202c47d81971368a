/** The rows of the ranked table. */

import { element, shape } from "../elements.js";
import { percentText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */

/**
 * @param {Customers} customers
 * @param {number} number of the customer
 * @param {boolean} isContact whether it is on the contact list
 * @param {(number: number) => void} onOpen
 * @returns {HTMLTableRowElement}
 */
export function rowOf(customers, number, isContact, onOpen) {
  const { scores, ranking, features } = customers;
  const probability = scores.probabilities[number];
  const id = element("button", { type: "button", class: "customer" }, customers.idOf(number));
  id.addEventListener("click", () => onOpen(number));
  const unseen = scores.warnings.has(number) ? [element("span", { class: "unseen" }, "unusual")] : [];
  return element(
    "tr",
    { "data-contact": String(isContact) },
    element("td", { class: "number" }, ranking.ranks[number].toLocaleString("en-US")),
    element("th", { scope: "row" }, id, ...unseen),
    element("td", { class: "number score" }, bar(probability), percentText(probability)),
    element("td", { class: "reason" }, customers.reasonText(number, scores.reasonsFor(number)[0])),
    element("td", { class: "reason" }, customers.reasonText(number, scores.reasonsAgainst(number)[0])),
    ...features.map(({ kind }, place) =>
      element("td", { class: kind === "category" ? "text" : "number" }, customers.textOf(number, place)),
    ),
  );
}

/** @param {number} probability */
function bar(probability) {
  return shape(
    "svg",
    { class: "score-bar", width: 64, height: 8, "aria-hidden": "true" },
    shape("rect", { class: "score-track", width: "100%", height: 8, rx: 2 }),
    shape("rect", { class: "score-fill", width: `${(probability * 100).toFixed(1)}%`, height: 8, rx: 2 }),
  );
}
