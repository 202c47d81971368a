/** Where problems are shown: a summary that takes the focus, and the note under each field. */

import { element, part } from "../elements.js";
import { shownText } from "../fields.js";

/** @typedef {import("../fields.js").Field} Field */
/** @typedef {{field: Field | undefined, text: string}} Problem */

const PREFIX = "Error: ";

/**
 * Show every problem, and bring the person to the list of them.
 *
 * @param {Problem[]} problems
 */
export function showProblems(problems) {
  part("summary-list").replaceChildren(...problems.map(summaryLine));
  for (const { field, text } of problems) {
    if (field) showNote(field, "error", text);
  }
  part("summary").hidden = false;
  if (!document.title.startsWith(PREFIX)) document.title = PREFIX + document.title;
  part("summary").focus();
}

/** Take the summary away. */
export function hideSummary() {
  part("summary").hidden = true;
  if (document.title.startsWith(PREFIX)) document.title = document.title.slice(PREFIX.length);
}

/**
 * Write the one line under a field; without words its hint returns.
 *
 * @param {Field} field
 * @param {"error" | "warning" | "hint"} state
 * @param {string} [text]
 */
export function showNote({ control, note }, state, text = note.dataset.hint ?? "") {
  if (note.dataset.state === state && note.dataset.text === text) return;
  note.dataset.state = state;
  note.dataset.text = text;
  // Screen readers say the prefix; the colour shows it.
  note.replaceChildren(...(state === "error" ? [element("span", { class: "visually-hidden" }, PREFIX)] : []), text);
  if (state !== "hint") openGroupOf(control);
  if (state === "error") control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/**
 * @param {Problem} problem
 * @returns {HTMLLIElement}
 */
function summaryLine({ field, text }) {
  if (!field) return element("li", {}, text);
  const link = element("a", { href: `#${field.control.id}` }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.control.focus();
    if (shownText(field) !== "" && "select" in field.control) field.control.select();
  });
  return element("li", {}, link);
}

/** What is said of a field must be seen. @param {HTMLElement} control */
function openGroupOf(control) {
  const group = control.closest("details");
  if (group) group.open = true;
}
