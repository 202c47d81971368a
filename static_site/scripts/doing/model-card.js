/** The card of one model: what it answered, what came of it, and how its inputs are spread. */

import { element, shape, tile } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { plotCalibration } from "../plot.js";
import { percentText, wholeText } from "../words.js";
import { caption, card, customersText, dayText, rangeText, shareText } from "./markup.js";

/** @typedef {import("./service.js").Model} Model */
/** @typedef {import("./service.js").Outcomes} Outcomes */
/** @typedef {import("./service.js").Input} Input */
/** @typedef {import("./service.js").Bin} Bin */
/** @typedef {import("./service.js").Share} Share */

/**
 * @param {Model} model
 * @param {boolean} isFirst
 * @returns {HTMLElement[]} cards
 */
export function modelCards(model, isFirst) {
  const title = { serves: "What it answered", canary: "On trial", shadow: "On trial", before: "An earlier model" }[model.role];
  const days = model.from === model.to ? dayText(model.from) : `${dayText(model.from)} to ${dayText(model.to)}`;
  const answered = card(
    title,
    element("p", { class: "muted" }, `${model.name} (${model.hash}), ${days}`),
    ...(isFirst ? [] : [element("p", {}, model.sentence)]),
    element(
      "dl",
      { class: "tiles" },
      tile("Customers scored", customersText(model.rows)),
      tile(model.positive_words, shareText(model.positive), model.tested_positive === undefined ? "" : `In tests: ${percentText(model.tested_positive)}`),
      tile("With a warning", shareText(model.warned), "A value that training did not see"),
      tile("Refused", shareText(model.failed), "Could not be scored"),
    ),
  );
  // Of an earlier model only what is known: two cards that say nothing are two too many.
  if (!isFirst) return [answered, ...(model.outcomes?.count ? [outcomesCard(model)] : [])];
  return [answered, outcomesCard(model), ...(model.inputs.length > 0 ? [inputsCard(model.inputs)] : [])];
}

/** @param {Model} model */
function outcomesCard({ outcomes, mean_score }) {
  const title = "Scores and what happened";
  const expected = mean_score === null ? [] : [element("p", { class: "muted" }, `Expected, not measured: the mean score is ${percentText(mean_score)}.`)];
  if (!outcomes) {
    return card(title, element("p", {}, "Not known: this service does not keep answers to hold outcomes against (KEEP_ANSWERS_DAYS)."), ...expected);
  }
  const { sentence, count, precision, recall, tested, bins } = outcomes;
  const said = element("p", {}, sentence);
  if (count === 0) return card(title, said, ...expected);
  const place = element("div", { class: "chart" });
  const result = card(
    title,
    said,
    element(
      "dl",
      { class: "tiles" },
      tile("Precision", ...measuredTexts(precision, tested.precision)),
      tile("Recall", ...measuredTexts(recall, tested.recall)),
      tile("Outcomes", wholeText(count), "Ranges are 95% intervals"),
    ),
    element(
      "figure",
      { class: "figure" },
      place,
      element("figcaption", {}, "Points on the dashed line are right on average; bars are 95% intervals."),
    ),
    element("details", {}, element("summary", {}, "Show the numbers"), binsTable(bins)),
  );
  const words = "What the model said against what happened; the numbers are below.";
  const shares = bins.map(({ said: predicted, happened: { value, low, high } }) => [predicted, value, low, high]);
  // It is as wide as the place it stands in, and so drawn once it stands there.
  requestAnimationFrame(() => plotCalibration(place, { words, x: "Said", y: "Happened" }, shares));
  return result;
}

/** @param {Bin[]} bins */
function binsTable(bins) {
  const rows = bins.map(({ count, said, happened: { value, low, high } }) => [
    percentText(said),
    `${percentText(value)} (${rangeText(low, high)})`,
    wholeText(count),
  ]);
  return element("table", { class: "table" }, caption("Scores and what happened"), ...linesOf(["Said", "Happened", "Customers"], rows));
}

/** @param {Input[]} inputs */
function inputsCard(inputs) {
  const sorted = [...inputs].sort((a, b) => Number(b.is_shifted) - Number(a.is_shifted));
  return card("Customers who come, beside those of training", ...sorted.map(inputDetails));
}

/** @param {Input} input */
function inputDetails({ label, words, is_shifted, bars }) {
  const most = Math.max(...bars.flatMap(({ now, then }) => [now, then]));
  const state = element("span", { class: "input-state", "data-shifted": String(is_shifted) }, is_shifted ? "Look at this" : "As in training");
  const rows = bars.map(({ words: values, now, then }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, values),
      element("td", { class: "input-bars" }, bar(now / most, "input-now"), bar(then / most, "input-then")),
      element("td", { class: "number" }, percentText(now)),
      element("td", { class: "number" }, percentText(then)),
    ),
  );
  const heads = [
    element("th", { scope: "col" }, "Values"),
    element("th", { scope: "col" }, element("span", { class: "visually-hidden" }, "Bars")),
    element("th", { scope: "col", class: "number head-now" }, "Now"),
    element("th", { scope: "col", class: "number head-then" }, "Training"),
  ];
  return element(
    "details",
    { class: "input" },
    element("summary", {}, element("span", { class: "input-label" }, label), " ", state, " ", element("span", { class: "input-words" }, words)),
    element("table", { class: "table" }, caption(label), element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
  );
}

/** @param {number} share of the width @param {string} name */
function bar(share, name) {
  const width = `${(100 * share).toFixed(1)}%`;
  return shape("svg", { class: name, width: "100%", height: 8, "aria-hidden": "true" }, shape("rect", { width, height: 8, rx: 2 }));
}

/**
 * @param {Share | null} share
 * @param {number[]} [tested] a share, and both ends of its interval if they are known
 * @returns {[string, string]} the share, and what it is to be compared with
 */
function measuredTexts(share, tested) {
  const range = share ? [rangeText(share.low, share.high)] : [];
  const [value, low, high] = tested ?? [];
  const tests = value === undefined ? [] : [`In tests: ${percentText(value)}${low === undefined ? "" : ` (${rangeText(low, high)})`}`];
  return [share ? percentText(share.value) : "Too few", [...range, ...tests].join(". ")];
}
