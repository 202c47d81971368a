/** The search box of a form of many inputs: what does not fit is hidden, and a group opens where something fits. */

import { part } from "../elements.js";
import { fold } from "../text.js";

/** @typedef {import("../fields.js").Field} Field */

/** @param {Field[]} fields */
export function offerSearch(fields) {
  const box = /** @type {HTMLInputElement} */ (part("find-text"));
  const groups = new Map(fields.flatMap(({ element }) => {
    const group = element.closest("details");
    return group ? [[group, group.open]] : [];
  }));
  box.addEventListener("input", () => {
    const wanted = fold(box.value);
    const found = fields.filter(({ element, label, name }) => {
      const fits = fold(label).includes(wanted) || name.includes(wanted);
      element.hidden = !fits;
      return fits;
    });
    for (const [group, wasOpen] of groups) {
      const isNeeded = found.some(({ element }) => group.contains(element));
      group.hidden = !isNeeded;
      group.open = wanted === "" ? wasOpen : isNeeded;
    }
    part("find-none").textContent = found.length > 0 ? "" : "No input has this in its name.";
  });
  // Enter would predict.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  part("find").hidden = false;
}
