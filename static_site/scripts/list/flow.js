/** From a file to a list: the four cards, one after the other. */

import { announce } from "../announcer.js";
import { readApiBase } from "../api.js";
import { part } from "../elements.js";
import { countText } from "../words.js";
import { CheckCard } from "./check-card.js";
import { LIMITS, readDescription } from "./contract.js";
import { DELIMITERS } from "./csv.js";
import { Keeping } from "./keeping.js";
import { readKept } from "./kept.js";
import { ListCard } from "./list-card.js";
import { Scores } from "./scores.js";
import { ScoringCard } from "./scoring-card.js";
import { SourceError, readText } from "./source.js";
import { readTable } from "./table.js";

/** @typedef {import("./table.js").Table} Table */

const LOSE = "The scores of this list have not been downloaded. Go on and lose them?";

const base = readApiBase();
/** @type {Promise<import("./contract.js").Description> | null} */ let description = null;
const list = new ListCard();
const scoring = new ScoringCard();
const check = new CheckCard();
const keeping = new Keeping();
/** Which file was chosen last: an older one that is still being read is dropped. */
let latest = 0;
/** @type {File | null} */ let opened = null;

window.addEventListener("beforeunload", (event) => {
  if (isAtRisk()) event.preventDefault();
});
check.onChange = () => {
  if (!mayLose()) return false;
  scoring.hide();
  list.hide();
  return true;
};
/** @param {import("./check-card.js").Checks} checks */
check.onScore = async (checks) => {
  if (mayLose()) await scoreList(checks);
};
check.onScoreMore = () => {
  check.fold();
  scoring.more();
};

/** @returns {Promise<import("./contract.js").Description>} what the model is; asked for again if it could not be had */
export async function describe() {
  description ??= base.then(readDescription);
  try {
    return await description;
  } catch (error) {
    description = null;
    throw error;
  }
}

/** @param {number} id of a list that is kept in this browser */
export async function reopen(id) {
  const kept = await readKept(id);
  if (kept) await openFile(kept.file, { id, ...kept });
}

/**
 * @param {File} file
 * @param {import("./kept.js").Kept & {id: number} | null} [kept] its scores and what was chosen, where it is kept
 */
export async function openFile(file, kept = null) {
  if (!mayLose()) return;
  const turn = (latest += 1);
  [check, scoring, list].forEach((card) => card.hide());
  showProblem("");
  keeping.start(kept?.id);
  opened = file;
  try {
    const { model, contract, limits } = await describe();
    const table = await readTable(file.name, await readText(file), contract.features, (limits ?? LIMITS).csv_rows);
    if (turn !== latest) return;
    showFile(table);
    await check.show(table, contract, kept);
    const { checks } = check;
    // Another model has other scores: they are asked for again.
    if (checks && kept?.scores.hash === model.hash) await scoreList(checks, Object.assign(new Scores(0, []), kept.scores));
  } catch (error) {
    if (turn === latest) showProblem(wordsOf(error));
  }
}

/**
 * @param {import("./check-card.js").Checks} checks
 * @param {Scores} [known] scores that are there already
 */
async function scoreList(checks, known) {
  const { contract, evaluation, limits } = await describe();
  const { checked, choice } = checks;
  check.fold();
  list.hide();
  scoring.onScores = (scores) => {
    list.show({ base, contract, curve: evaluation.curve, checks, scores });
    if (opened) keeping.take({ file: opened, choice, mended: checked.table.mended, good: Uint32Array.from(checked.good), scores });
  };
  const mostRows = (limits ?? LIMITS).batch_rows;
  scoring.start({ base: await base, contract, columns: checked.columns, mostRows, scores: known });
}

/** Whether scores would be lost that are neither downloaded nor kept. */
function isAtRisk() {
  return scoring.isRunning || (list.isUnsaved && !keeping.isKept);
}

/** @returns {boolean} whether there is nothing to lose, or the person is willing to */
function mayLose() {
  return !isAtRisk() || window.confirm(LOSE);
}

/** @param {Table} table */
function showFile({ name, delimiter, heading, rows }) {
  const size = `${countText(rows.length, "row")}, ${countText(heading.length, "column")}`;
  part("file-name").textContent = name;
  part("file-facts").textContent = `${size}, ${DELIMITERS[delimiter]} separated`;
  part("drop").hidden = true;
  part("choose-line").hidden = false;
}

/** @param {string} text "" takes it away */
function showProblem(text) {
  part("choose-problem").textContent = text;
  part("choose-problem").hidden = text === "";
  part("drop").hidden = text === "";
  part("choose-line").hidden = true;
  if (text) announce(text);
}

/** @param {unknown} error */
function wordsOf(error) {
  if (error instanceof SourceError) return error.message;
  if (error instanceof DOMException) return "The file could not be read. If it is open elsewhere, close it, and try again.";
  return "The model’s description could not be loaded. Check the connection, and try again.";
}
