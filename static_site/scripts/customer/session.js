/** One customer at work: the form's checks, the request loop, and what is shown of the answer. */

import { rememberInAddress } from "./address.js";
import { announce } from "../announcer.js";
import { predict, readApiBase } from "../api.js";
import { dimChanges, hideChanges, showChanges } from "./changes.js";
import { hint, problemsOf, readCustomer, review, watch } from "./checks.js";
import { showCurves } from "./curves.js";
import { part } from "../elements.js";
import { showExplanation } from "./explanation.js";
import { fill } from "../fields.js";
import { Freshness } from "./freshness.js";
import { holdNoticeAction, isSetback, modelStateOf, showNotice, wordsOf } from "./notice.js";
import { holdPin, showBesidePinned } from "./pinned.js";
import { Place } from "./scroll.js";
import { Predictor } from "./predictor.js";
import { hideSummary, showProblems } from "./problems.js";
import { Recent } from "./recent.js";
import { ResultBar } from "./result-bar.js";
import { holdResultActions, showAnswer, showEmpty, showIdle, showOutdated, showWorking } from "./result.js";
import { showModelState } from "../shell.js";
import { wordsFor } from "../validation.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("./predictor.js").Customer} Customer */
/** @typedef {import("./predictor.js").State} State */
/** @typedef {import("../validation.js").Fault} Fault */
/** @typedef {{get(name: string): unknown, has(name: string): boolean}} Values by the names of the model's inputs */

export class Session {
  #isAwaited = false;
  #place = new Place();
  #isFilling = false;

  /** @param {Field[]} fields */
  constructor(fields) {
    const apiBase = readApiBase();
    this.fields = fields;
    this.live = /** @type {HTMLInputElement} */ (part("live"));
    this.bar = new ResultBar();
    this.freshness = new Freshness(fields);
    this.recent = new Recent(fields, (values) => this.#startElsewhere(values));
    this.predictor = new Predictor({
      send: async (customer, signal) => predict(await apiBase, customer, signal),
      look: async (customer, signal) => predict(await apiBase, customer, signal, "none,curves,changes"),
      onAnswer: (answer, customer, isSettled) => this.#show(answer, customer, isSettled),
      onRest: (answer, customer) => this.recent.add(answer, customer),
      onLook: (answer) => this.#showLook(answer),
      onState: (state) => this.#showState(state),
    });
    for (const field of fields) watch(field, () => this.#update());
    holdNoticeAction(() => this.predictor.retry());
    window.addEventListener("offline", () => this.predictor.isIdle || this.#showState({ kind: "offline" }));
    window.addEventListener("online", () => this.predictor.resume());
    holdResultActions();
    holdPin(fields);
  }

  /** Check everything; predict, or say what is wrong. */
  submit() {
    const problems = problemsOf(this.fields);
    this.fields.forEach(review);
    hideSummary();
    if (problems.length > 0) {
      this.predictor.cancel();
      this.#refuse(problems);
      return;
    }
    this.#isAwaited = true;
    this.predictor.ask(readCustomer(this.fields));
  }

  /**
   * Put values into the fields that they name, and predict.
   *
   * @param {Values} values
   */
  start(values) {
    this.#isFilling = true;
    for (const field of this.fields.filter(({ name }) => values.has(name))) fill(field, String(values.get(field.name)));
    this.#isFilling = false;
    this.submit();
  }

  /** @param {Values} values chosen by a button that the answer will replace: the focus goes to the result */
  #startElsewhere(values) {
    this.start(values);
    if (!part("result").hidden) part("result").focus();
  }

  /** Everything as it was when the page was opened. */
  clear() {
    this.predictor.cancel();
    this.fields.forEach(hint);
    hideSummary();
    showEmpty();
    showBesidePinned(this.fields, null);
    showCurves(this.fields, []);
    this.bar.clear();
    rememberInAddress({});
    this.freshness.forget();
  }

  /** After the first answer every valid change is predicted, unless the person has switched that off. */
  #update() {
    if (this.#isFilling || !this.freshness.hasAnswer) return;
    const isWanted = this.live.checked && problemsOf(this.fields).length === 0;
    // Leaving a field that says what is answered already must not hide the button that is about to be pressed.
    const isAnswered = this.predictor.isIdle && this.freshness.isCurrent;
    if (isWanted && !isAnswered) this.predictor.ask(readCustomer(this.fields));
    else this.freshness.compare();
  }

  /** @param {Answer} answer @param {Customer} customer @param {boolean} isSettled */
  #show(answer, customer, isSettled) {
    const said = showAnswer(this.fields, answer);
    showExplanation(this.fields, answer, isSettled);
    showBesidePinned(this.fields, answer);
    dimChanges();
    this.bar.show(answer);
    this.freshness.keep(customer);
    if (!isSettled) return;
    announce(said);
    rememberInAddress(customer);
    if (this.#isAwaited) this.#place.show();
    this.#isAwaited = false;
  }

  /** @param {Answer | null} answer */
  #showLook(answer) {
    showCurves(this.fields, answer?.curves ?? [], answer?.threshold);
    if (answer?.changes) showChanges(this.fields, answer, (values) => this.#startElsewhere(values));
    else hideChanges();
    this.#place.hold();
  }

  /** @param {State} state */
  #showState(state) {
    showNotice(state);
    showModelState(modelStateOf(state));
    if (state.kind === "working" || state.kind === "waking") showWorking();
    else showIdle();
    if (state.kind === "busy") this.live.checked = false;
    if (isSetback(state)) this.freshness.compare();
    if (state.kind === "invalid") this.#showFaults(state.faults);
    const words = wordsOf(state);
    if (words) announce(`${words.title} ${words.text}`);
  }

  /** @param {Fault[]} faults what the service found, shown as if the page had found it */
  #showFaults(faults) {
    this.#refuse(
      faults.map((fault) => {
        const field = this.fields.find(({ name }) => name === fault.field);
        return { field, text: field ? wordsFor(field, fault) : fault.message };
      }),
    );
  }

  /** @param {import("./problems.js").Problem[]} problems for which there is no answer, and an earlier one may stand */
  #refuse(problems) {
    showProblems(problems);
    showOutdated();
    this.bar.clear();
  }
}
