/** The result: nothing yet, work going on, or the answer, which can be linked to and printed. */

import { copyAddress } from "./address.js";
import { decisionMark } from "./decision-mark.js";
import { announce } from "../announcer.js";
import { element, part } from "../elements.js";
import { chanceAndThreshold, comparison, reasonsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */

const COPIED = 2000;

/** Show that there is no prediction. */
export function showEmpty() {
  brighten();
  reveal("empty");
  for (const id of ["why", "changes"]) part(id).hidden = true;
}

/** Show that work goes on: an answer that stands there stays, dimmed, rather than give way to a bar. */
export function showWorking() {
  if (part("result").hidden) reveal("working");
  else part("results").dataset.stale = "true";
}

/** Say of an answer that stands there that the form has moved on: it stays, dimmed, until there is another. */
export function showOutdated() {
  if (part("result").hidden || !part("outdated").hidden) return;
  part("results").dataset.stale = "true";
  part("outdated").hidden = false;
  announce(part("outdated").textContent ?? "");
}

/** Work ended, with or without an answer. */
export function showIdle() {
  part("results").dataset.stale = String(!part("outdated").hidden);
  if (!part("working").hidden) reveal("empty");
}

/**
 * @param {Field[]} fields
 * @param {Answer} answer
 * @returns {string} the answer in one breath, for the live region
 */
export function showAnswer(fields, answer) {
  const { prediction, probability, threshold, warnings, will_purchase: isPositive } = answer;
  const { chance, limit } = chanceAndThreshold(probability, threshold);
  const card = part("result");
  const sentence = `${comparison(probability, Number(card.dataset.baseRate))} ${reasons(fields, answer)}`.trim();
  card.dataset.positive = String(isPositive);
  brighten();
  part("verdict-words").textContent = prediction;
  part("verdict-icon").replaceChildren(decisionMark(isPositive));
  part("chance").textContent = chance;
  part("limit").textContent = limit;
  part("sentence").textContent = sentence;
  part("gauge-fill").setAttribute("width", `${(probability * 100).toFixed(2)}%`);
  part("cautions").replaceChildren(...warnings.map(({ message }) => element("li", {}, message)));
  reveal("result");
  return [`${prediction}, ${chance}.`, sentence, ...warnings.map(({ message }) => message)].join(" ");
}

/** Let the buttons of the result do what they say. */
export function holdResultActions() {
  part("result-actions").hidden = false;
  part("print").addEventListener("click", () => print());
  part("copy").addEventListener("click", async () => {
    const isCopied = await copyAddress();
    part("copy").textContent = isCopied ? "Link copied" : "Copy it from the address bar";
    announce(part("copy").textContent ?? "");
    setTimeout(() => (part("copy").textContent = "Copy link"), COPIED);
  });
}

/** What is shown is for what the form says. */
export function brighten() {
  part("results").dataset.stale = "false";
  part("outdated").hidden = true;
}

/** @param {Field[]} fields @param {Answer} answer */
function reasons(fields, { probability, base_value: average = 0, contributions = [] }) {
  const effects = contributions.flatMap(({ feature, value, contribution }) => {
    const field = fields.find(({ name }) => name === feature);
    return field ? [{ label: field.label, value: valueText(field, value), share: contribution }] : [];
  });
  return reasonsText(effects, probability >= average ? 1 : -1);
}

/** @param {"empty" | "working" | "result"} shown */
function reveal(shown) {
  for (const id of ["empty", "working", "result"]) part(id).hidden = id !== shown;
}
