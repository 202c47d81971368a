/** The form's checks: when a field is looked at, and what its note then says. */

import { shownText } from "../fields.js";
import { showNote } from "./problems.js";
import { check } from "../validation.js";
import { unitText } from "../words.js";

/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("./problems.js").Problem} Problem */

/**
 * On leaving a field say what is wrong with what it holds; while it is edited, only take back what no longer holds.
 *
 * @param {Field} field
 * @param {() => void} onEdit called after each change
 */
export function watch(field, onEdit) {
  // What was typed before this was loaded is looked at now; not while it is being typed.
  if (shownText(field) !== "") (document.activeElement === field.control ? hint : review)(field);
  const edit = () => {
    const isWrong = "problem" in check(field);
    if (field.note.dataset.state === "hint") hint(field);
    else if (!isWrong) review(field);
    else showValue(field);
    onEdit();
  };
  field.control.addEventListener("blur", () => {
    afterPress(() => {
      if (shownText(field) !== "") review(field);
    });
  });
  field.element.addEventListener("input", edit);
  field.element.addEventListener("change", () => afterPress(edit));
}

let isPressed = false;
document.addEventListener("pointerdown", () => (isPressed = true), true);
for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => (isPressed = false), true);

/** A note that grows would move a button from under the pointer that leaves the field. @param {() => void} act */
function afterPress(act) {
  if (!isPressed) act();
  else for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => setTimeout(act), { once: true });
}

/** @param {Field} field whose note says what is wrong with it, or remarkable, or its hint */
export function review(field) {
  const checked = check(field);
  if ("problem" in checked) showNote(field, "error", checked.problem);
  else if (checked.warning) showNote(field, "warning", checked.warning);
  else hint(field);
  showValue(field);
}

/** @param {Field} field whose note is to say where its value stands among the customers' */
export function hint(field) {
  const { lowerQuartile, upperQuartile } = field.facts;
  const value = showValue(field);
  const words = field.note.dataset.hint ?? "";
  const isTop = value !== null && value > upperQuartile;
  const isLow = value !== null && value < lowerQuartile;
  showNote(field, "hint", isTop ? `Top quarter. ${words}` : isLow ? `Lowest quarter. ${words}` : words);
}

/**
 * @param {Field[]} fields
 * @returns {Problem[]} what keeps them from being sent
 */
export function problemsOf(fields) {
  return fields.flatMap((field) => {
    const checked = check(field);
    return "problem" in checked ? [{ field, text: checked.problem }] : [];
  });
}

/**
 * @param {Field[]} fields
 * @returns {Record<string, number | string>} the values of the valid ones
 */
export function readCustomer(fields) {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const checked = check(field);
      return "value" in checked ? [[field.name, checked.value]] : [];
    }),
  );
}

/** @param {Field} field @returns {number | null} what its slider then shows */
function showValue(field) {
  const checked = check(field);
  const value = "value" in checked && typeof checked.value === "number" ? checked.value : null;
  const unit = field.element.querySelector(".field-unit");
  if (unit) unit.textContent = unitText(value, field.unit);
  field.showOnSlider?.(value);
  return value;
}
