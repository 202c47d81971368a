/** Recent predictions, kept in this browser only. */

import { element, part } from "../elements.js";
import { decisionMark } from "./decision-mark.js";
import { keep, recall } from "../storage.js";
import { percentText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("./predictor.js").Customer} Customer */
/** @typedef {{when: number, customer: Customer, probability: number, prediction: string, isPositive: boolean}} Entry */

const KEY = "recent";
const MOST = 20;

export class Recent {
  /** @type {Entry[]} */ #entries;

  /** @param {Field[]} fields @param {(values: Map<string, string>) => void} onOpen */
  constructor(fields, onOpen) {
    this.fields = fields;
    this.shown = fields.slice(0, document.querySelectorAll("[data-input]").length);
    this.onOpen = onOpen;
    // A page of another model may have left others.
    this.#entries = recall(KEY, [], (kept) => kept.filter((/** @type {Entry} */ { customer }) =>
      fields.every(({ name }) => ["number", "string"].includes(typeof customer[name])),
    ));
    part("recent-clear").addEventListener("click", () => this.#clear());
    this.#show();
  }

  /** @param {Answer} answer @param {Customer} customer that moves to the top, where it is known */
  add({ probability, prediction, will_purchase: isPositive }, customer) {
    const key = JSON.stringify(customer);
    const others = this.#entries.filter((entry) => JSON.stringify(entry.customer) !== key);
    this.#entries = [{ when: Date.now(), customer, probability, prediction, isPositive }, ...others].slice(0, MOST);
    keep(KEY, this.#entries);
    this.#show();
  }

  #clear() {
    this.#entries = [];
    keep(KEY, null);
    this.#show();
    part("customer-title").focus();
  }

  #show() {
    part("recent").hidden = this.#entries.length === 0;
    part("recent-rows").replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
  }

  /** @param {Entry} entry */
  #row({ when, customer, probability, prediction, isPositive }) {
    const time = timeText(new Date(when));
    const open = element("button", { class: "button-link", type: "button", "aria-label": `Open ${time}` }, "Open");
    open.addEventListener("click", () => {
      this.onOpen(new Map(Object.entries(customer).map(([name, value]) => [name, String(value)])));
    });
    return element(
      "tr",
      {},
      element("td", {}, time),
      ...this.shown.map((field) => cell(field, customer[field.name])),
      element("td", { class: "number" }, element("strong", {}, percentText(probability))),
      element("td", {}, `${prediction} `, decisionMark(isPositive)),
      element("td", {}, open),
    );
  }
}

/** @param {Field} field @param {number | string} value */
function cell(field, value) {
  const isNumber = field.kind !== "category";
  return element("td", { class: isNumber ? "number" : "" }, valueText(isNumber ? { ...field, unit: "" } : field, value));
}

/** @param {Date} date @returns {string} the time, with the day where that is not today */
function timeText(date) {
  const time = date.toLocaleTimeString([], { timeStyle: "short" });
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? time : `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}
