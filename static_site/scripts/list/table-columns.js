/** The columns of the ranked table: what stands in each, and how it is sorted by. */

import { element, shape } from "../elements.js";
import { percentText, wholeText } from "../words.js";
import { shownPlaces } from "./contract.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {import("./scores.js").Reason} Reason */
/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {string} look the class of its cells
 * @property {boolean} startsDown whether the largest come first when it is chosen
 * @property {boolean} isShown as long as nobody chooses
 * @property {(number: number) => ArrayLike<Node | string>} cellOf a customer
 * @property {() => ArrayLike<number | string>} keys by the number of the customer
 */

/**
 * @param {Customers} customers
 * @param {(number: number) => void} onOpen with the number of a customer to explain
 * @param {boolean} isNarrow whether there is room for little more than the reasons
 * @returns {Column[]}
 */
export function columnsOf(customers, onOpen, isNarrow) {
  const { ranking, scores, checked, features, contract } = customers;
  const shown = shownPlaces(contract);
  return [
    {
      name: "rank",
      label: "Rank",
      look: "number",
      startsDown: false,
      isShown: !isNarrow,
      cellOf: (number) => [wholeText(ranking.ranks[number])],
      keys: () => ranking.ranks,
    },
    {
      name: "customer",
      label: "Customer",
      look: "text",
      startsDown: false,
      isShown: true,
      cellOf: (number) => nameOf(customers, number, onOpen),
      keys: () => textKeys(customers, (number) => customers.idOf(number)),
    },
    {
      name: "score",
      label: "Score",
      look: "number score",
      startsDown: true,
      isShown: true,
      cellOf: (number) => [bar(scores.probabilities[number]), element("span", {}, percentText(scores.probabilities[number]))],
      keys: () => scores.probabilities,
    },
    reasonColumn(customers, "for", (number) => scores.reasonsFor(number)),
    reasonColumn(customers, "against", (number) => scores.reasonsAgainst(number)),
    ...features.map(({ name, label, kind }, place) => {
      const textOf = (/** @type {number} */ number) => customers.textOf(number, place);
      const isText = kind === "category";
      return {
        name: `input-${name}`,
        label,
        look: isText ? "text" : "number",
        startsDown: !isText,
        isShown: !isNarrow && shown.includes(place),
        cellOf: (/** @type {number} */ number) => [textOf(number)],
        keys: () => (isText ? textKeys(customers, textOf) : numberKeys(checked.columns[place])),
      };
    }),
    ...customers.otherPlaces.map((place) => {
      const textOf = (/** @type {number} */ number) => customers.cellOf(number, place);
      const label = customers.table.heading[place] || `Column ${place + 1}`;
      return {
        name: `file-${label}`,
        label,
        look: "text",
        startsDown: false,
        isShown: false,
        cellOf: (/** @type {number} */ number) => [element("span", { translate: "no" }, textOf(number))],
        keys: () => textKeys(customers, textOf),
      };
    }),
  ];
}

/** @param {Customers} customers @param {string} side @param {(number: number) => Reason[]} read @returns {Column} */
function reasonColumn(customers, side, read) {
  return {
    name: side,
    label: `Main reason ${side}`,
    look: "reason",
    startsDown: true,
    isShown: true,
    cellOf: (number) => [customers.reasonText(number, read(number)[0])],
    keys: () => Float32Array.from(customers.scores.probabilities, (_, number) => Math.abs(read(number)[0]?.points ?? 0)),
  };
}

/** @param {Customers} customers @param {number} number @param {(number: number) => void} onOpen */
function nameOf(customers, number, onOpen) {
  const id = element("button", { type: "button", class: "customer", translate: "no" }, customers.idOf(number));
  id.addEventListener("click", () => onOpen(number));
  return customers.scores.warnings.has(number) ? [id, element("span", { class: "unseen" }, "unusual")] : [id];
}

/** @param {Customers} customers @param {(number: number) => string} read */
function textKeys({ scores }, read) {
  return Array.from(scores.probabilities, (probability, number) => (Number.isNaN(probability) ? "" : read(number).toLowerCase()));
}

/** @param {ArrayLike<number | string>} column @returns {Float64Array} what is not known is least */
function numberKeys(column) {
  return Float64Array.from(column, (value) => (value === "" ? -Infinity : Number(value)));
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
