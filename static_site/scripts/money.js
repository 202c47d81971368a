/** What a contact costs and what a purchase brings: two boxes, kept in this browser. */

import { element } from "./elements.js";
import { keep, recall } from "./storage.js";
import { decimalText, target } from "./words.js";

/** @typedef {{cost: number, value: number}} Amounts */

const KEY = "money";
const NOTE = "In your currency. Kept in this browser only.";
const FAULT = "Enter amounts of 0 or more, such as 2.50, and thousands without a mark, such as 1500.";

/** What reads an amount, once there is one to read. @type {typeof import("./numbers.js") | null} */
let numbers = null;

export class Money {
  /** @type {() => void} */ onChange = () => {};
  #cost = box("contact-cost");
  #value = box("purchase-value");
  #note = element("p", { class: "money-note", id: "money-note" }, NOTE);

  /** @param {HTMLElement} place that gets the boxes, and may hold a button to stand beside them */
  constructor(place) {
    const inputs = [this.#cost, this.#value];
    const texts = recall(KEY, [], (kept) => kept.map((/** @type {unknown} */ text) => String(text ?? "")));
    inputs.forEach((input, place) => (input.value = texts[place] ?? ""));
    for (const input of inputs) {
      input.addEventListener("input", () => {
        keep(KEY, inputs.some(({ value }) => value) ? inputs.map(({ value }) => value) : null);
        this.#read();
      });
    }
    place.prepend(labelled("A contact costs", this.#cost), labelled(`${target.noun[0].toUpperCase()}${target.noun.slice(1)} brings`, this.#value));
    place.append(this.#note);
    if (texts.some(Boolean)) this.#read();
  }

  /** @returns {Amounts | null} null until both are given */
  get amounts() {
    const [cost, value] = [this.#cost, this.#value].map(amountOf);
    return cost === null || value === null ? null : { cost, value };
  }

  async #read() {
    numbers ??= await import("./numbers.js").catch(() => null);
    if (!numbers) return; // with the next stroke it is asked for again
    this.#check();
    this.onChange();
  }

  #check() {
    let isWrong = false;
    for (const input of [this.#cost, this.#value]) {
      const isFault = input.value.trim() !== "" && amountOf(input) === null;
      input.setAttribute("aria-invalid", String(isFault));
      isWrong ||= isFault;
    }
    this.#note.textContent = isWrong ? FAULT : NOTE;
  }
}

/** @param {HTMLInputElement} input @returns {number | null} null where it holds none, or one that could be read in two ways */
function amountOf(input) {
  const amount = numbers?.readNumber(input.value, null);
  return typeof amount === "number" && amount >= 0 ? amount : null;
}

/**
 * @param {Amounts} amounts
 * @param {number} contacts
 * @param {number} buyers among them
 */
export function profitOf({ cost, value }, contacts, buyers) {
  return value * buyers - cost * contacts;
}

/** @param {number} amount @returns {string} to the cent: "1,234.50", "−3.00" */
export function moneyText(amount) {
  const text = decimalText(Math.abs(amount), 2);
  return (amount < 0 && text !== decimalText(0, 2) ? "−" : "") + text;
}

/** @param {string} id */
function box(id) {
  const rest = { type: "text", inputmode: "decimal", autocomplete: "off", "aria-describedby": "money-note" };
  return element("input", { class: "control", id, ...rest });
}

/** @param {string} text @param {HTMLInputElement} input */
function labelled(text, input) {
  return element("p", { class: "money-box" }, element("label", { for: input.id }, text), input);
}
