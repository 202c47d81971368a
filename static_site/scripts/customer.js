/** One customer: the form, the request loop and the result, brought together. */

import { announce } from "./announcer.js";
import { predict, readApiBase } from "./api.js";
import { upgradeSelect } from "./combobox.js";
import { fill, readFields, shownText } from "./fields.js";
import { showNotice, wordsOf } from "./notice.js";
import { Predictor } from "./predictor.js";
import { hideSummary, showNote, showProblems } from "./problems.js";
import { showAnswer, showEmpty, showIdle, showWorking } from "./result.js";
import { check, wordsFor } from "./validation.js";

/** @typedef {import("./fields.js").Field} Field */
/** @typedef {import("./predictor.js").State} State */
/** @typedef {import("./validation.js").Fault} Fault */

const form = /** @type {HTMLFormElement} */ (document.getElementById("customer-form"));
const live = /** @type {HTMLInputElement} */ (document.getElementById("live"));
const apiBase = readApiBase();
const fields = readFields(form);
const predictor = new Predictor({
  send: async (customer, signal) => predict(await apiBase, customer, signal),
  onAnswer: (answer, _customer, settled) => {
    const said = showAnswer(answer);
    if (settled) announce(said);
    hasAnswer = true;
    if (isAwaited) /** @type {HTMLElement} */ (document.getElementById("results")).scrollIntoView({ block: "nearest" });
    isAwaited = false;
  },
  onState: showState,
});
let hasAnswer = false;
let isAwaited = false;

fields.forEach(upgradeSelect);
fields.forEach(listenTo);
form.addEventListener("submit", submit);
form.addEventListener("reset", () => setTimeout(clear));
document.getElementById("notice-action")?.addEventListener("click", () => predictor.retry());
window.addEventListener("online", () => predictor.retry());
for (const example of document.querySelectorAll("form.example")) example.addEventListener("submit", startFromExample);
/** @type {HTMLElement} */ (document.getElementById("live-label")).hidden = false;

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const problems = fields.flatMap((field) => {
    const checked = check(field);
    return "problem" in checked ? [{ field, text: checked.problem }] : [];
  });
  fields.forEach(review);
  hideSummary();
  if (problems.length > 0) {
    predictor.cancel();
    showProblems(problems);
    return;
  }
  isAwaited = true;
  predictor.ask(readCustomer());
}

/** @param {Event} event */
function startFromExample(event) {
  event.preventDefault();
  const values = new FormData(/** @type {HTMLFormElement} */ (event.target));
  for (const field of fields) {
    fill(field, String(values.get(field.name) ?? ""));
    review(field);
  }
  form.requestSubmit();
}

/** Everything as it was when the page was opened. */
function clear() {
  predictor.cancel();
  fields.forEach((field) => showNote(field, "hint"));
  hideSummary();
  showEmpty();
  hasAnswer = false;
}

/**
 * On leaving a field say what is wrong with what it holds; while it is edited, only take back what no longer holds.
 *
 * @param {Field} field
 */
function listenTo(field) {
  field.control.addEventListener("blur", () => {
    if (shownText(field) !== "") review(field);
  });
  for (const type of ["input", "change"]) {
    field.element.addEventListener(type, () => {
      if (field.note.dataset.state !== "hint" && !("problem" in check(field))) review(field);
      updateLive();
    });
  }
}

/** @param {Field} field */
function review(field) {
  const checked = check(field);
  if ("problem" in checked) showNote(field, "error", checked.problem);
  else if (checked.warning) showNote(field, "warning", checked.warning);
  else showNote(field, "hint");
}

/** After the first answer every valid change is predicted, unless the person has switched that off. */
function updateLive() {
  if (hasAnswer && live.checked && fields.every((field) => !("problem" in check(field)))) predictor.ask(readCustomer());
}

/** @returns {Record<string, number | string>} the values of valid fields */
function readCustomer() {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const checked = check(field);
      return "value" in checked ? [[field.name, checked.value]] : [];
    }),
  );
}

/** @param {State} state */
function showState(state) {
  showNotice(state);
  if (state.kind === "working" || state.kind === "waking") showWorking();
  else showIdle();
  if (state.kind === "busy") live.checked = false;
  if (state.kind === "invalid") showFaults(state.faults);
  const words = wordsOf(state);
  if (words) announce(`${words.title} ${words.text}`);
}

/** @param {Fault[]} faults what the service found, shown as if the page had found it */
function showFaults(faults) {
  showProblems(
    faults.map((fault) => {
      const field = fields.find(({ name }) => name === fault.field);
      return { field, text: field ? wordsFor(field, fault) : fault.message };
    }),
  );
}
