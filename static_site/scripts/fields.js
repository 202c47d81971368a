/** The form's fields: what the page knows of each input, read from the HTML, where the contract was written. */

import { clean } from "./text.js";

/**
 * @typedef {object} Field
 * @property {string} name of the model's input
 * @property {string} label
 * @property {"integer" | "number" | "category"} kind
 * @property {string} unit
 * @property {boolean} optional
 * @property {string} reference of a date, the day to which its days are counted
 * @property {string} dateOrder "dmy" or "mdy", how a date with the year behind is meant
 * @property {boolean} actionable whether it is a number that a person could act on
 * @property {Record<string, number>} facts such as minimum, lowest, median, upperQuartile
 * @property {HTMLElement} element the field as a whole
 * @property {HTMLInputElement | HTMLSelectElement} control what takes the focus
 * @property {HTMLInputElement | HTMLSelectElement} holder what holds the value; the control, unless a list was upgraded
 * @property {HTMLElement} note
 * @property {"." | ","} [mark] the decimal mark in which examples are written, where it is not the point
 * @property {(value: number | null) => void} [showOnSlider] of a number
 */

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]} in the order of the page
 */
export function readFields(form) {
  return [...form.querySelectorAll(".field")].map((element) => readField(/** @type {HTMLElement} */ (element)));
}

/**
 * @param {Field} field
 * @returns {string} what the person sees in it
 */
export function shownText(field) {
  return clean(field.control.value);
}

/**
 * Put a value into a field, as if it had been typed.
 *
 * @param {Field} field
 * @param {string} value a number's text, or a category's code
 */
export function fill(field, value) {
  field.holder.value = value;
  field.holder.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLElement} element
 * @returns {Field}
 */
function readField(element) {
  const control = /** @type {HTMLInputElement | HTMLSelectElement} */ (element.querySelector(".control"));
  const { kind, optional, actionable, reference = "", dateOrder = "", ...numbers } = element.dataset;
  return {
    name: control.name,
    label: element.querySelector("label")?.textContent ?? "",
    unit: element.querySelector(".field-unit")?.textContent ?? "",
    kind: /** @type {Field["kind"]} */ (kind),
    optional: optional !== undefined,
    reference,
    dateOrder,
    actionable: actionable !== undefined,
    facts: Object.fromEntries(Object.entries(numbers).map(([key, text]) => [key, Number(text)])),
    element,
    control,
    holder: control,
    note: /** @type {HTMLElement} */ (element.querySelector(".field-note")),
  };
}
