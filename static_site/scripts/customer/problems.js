/** Where problems are shown: a summary that takes the focus, and the note under each field. */

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
  const list = /** @type {HTMLElement} */ (document.getElementById("summary-list"));
  list.replaceChildren(...problems.map(summaryLine));
  for (const { field, text } of problems) {
    if (field) showNote(field, "error", text);
  }
  const summary = /** @type {HTMLElement} */ (document.getElementById("summary"));
  summary.hidden = false;
  if (!document.title.startsWith(PREFIX)) document.title = PREFIX + document.title;
  summary.focus();
}

/** Take the summary away. */
export function hideSummary() {
  const summary = /** @type {HTMLElement} */ (document.getElementById("summary"));
  summary.hidden = true;
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
  note.replaceChildren(...(state === "error" ? [errorPrefix()] : []), text);
  if (state !== "hint") openGroupOf(control);
  if (state === "error") control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/**
 * @param {Problem} problem
 * @returns {HTMLLIElement}
 */
function summaryLine({ field, text }) {
  const item = document.createElement("li");
  if (!field) {
    item.textContent = text;
    return item;
  }
  const link = document.createElement("a");
  link.href = `#${field.control.id}`;
  link.textContent = text;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.control.focus();
    if (shownText(field) !== "" && "select" in field.control) field.control.select();
  });
  item.append(link);
  return item;
}

/** What is said of a field must be seen. @param {HTMLElement} control */
function openGroupOf(control) {
  const group = control.closest("details");
  if (group) group.open = true;
}

/** Screen readers say it; the colour shows it. */
function errorPrefix() {
  const prefix = document.createElement("span");
  prefix.className = "visually-hidden";
  prefix.textContent = PREFIX;
  return prefix;
}
