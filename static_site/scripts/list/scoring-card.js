/** The card that shows how scoring goes on, and lets it be stopped and taken up again. */

import { announce } from "../announcer.js";
import { part } from "../elements.js";
import { readKey, takeKey } from "../key.js";
import { wholeText } from "../words.js";
import { Scorer } from "./scorer.js";
import { scoreBatch } from "./service.js";

/** @typedef {import("./scorer.js").End} End */
/** @typedef {import("./scores.js").Scores} Scores */

const TITLES = { done: "Scored", cancelled: "Scoring stopped", failed: "Scoring stopped", locked: "An access key is needed" };

export class ScoringCard {
  /** @type {(scores: Scores) => void} called whenever scoring ends, with what there is */ onScores = () => {};
  /** @type {Scorer | null} */ #scorer = null;
  /** @type {AbortController | null} */ #running = null;

  constructor() {
    part("cancel").addEventListener("click", () => this.#running?.abort());
    part("carry-on").addEventListener("click", () => this.#run());
    takeKey(() => this.#run());
  }

  /** Whether scores are on their way. */
  get isRunning() {
    return this.#running !== null;
  }

  hide() {
    this.#running?.abort();
    this.#running = null;
    this.#scorer = null;
    part("scoring").hidden = true;
  }

  /**
   * @param {object} task
   * @param {string} task.base of the service
   * @param {import("./contract.js").Contract} task.contract
   * @param {(number | string)[][]} task.columns
   * @param {number} task.mostRows of a request
   * @param {Scores} [task.scores] that are there already
   */
  start({ base, contract, columns, mostRows, scores }) {
    this.hide();
    const features = contract.features.map(({ name }) => name);
    this.#scorer = new Scorer({
      features,
      columns,
      mostRows,
      scores,
      send: (chunk, signal) => scoreBatch(base, chunk, readKey(), signal),
      onProgress: (waiting) => this.#show(waiting),
    });
    part("scoring").hidden = false;
    this.#run();
  }

  /** Score the rows that were mended since it started. */
  more() {
    this.#scorer?.grow();
    if (!this.isRunning) this.#run();
  }

  async #run() {
    const scorer = this.#scorer;
    if (!scorer) return;
    const running = new AbortController();
    this.#running = running;
    part("scoring-words").textContent = "Scoring";
    // Before what has the focus may be hidden.
    part("scoring-title").focus();
    for (const id of ["scoring-problem", "key-form", "carry-on"]) part(id).hidden = true;
    for (const id of ["scoring-body", "cancel"]) part(id).hidden = false;
    this.#show("");
    const end = await scorer.run(running.signal);
    // Another file was opened meanwhile.
    if (this.#scorer !== scorer || this.#running !== running) return;
    this.#running = null;
    this.#stop(end, scorer.scores);
  }

  /** @param {End} end @param {Scores} scores */
  #stop(end, scores) {
    this.#show("");
    part("scoring-words").textContent = TITLES[end.kind];
    part("scoring-left").textContent = leftOut(scores);
    part("scoring-body").hidden = end.kind === "done";
    part("cancel").hidden = true;
    part("carry-on").hidden = end.kind === "done" || end.kind === "locked";
    part("key-form").hidden = end.kind !== "locked";
    if (end.kind === "failed") this.#tell(scores.scored > 0 ? `${end.text} What is scored is kept.` : end.text);
    if (end.kind === "locked" && readKey()) this.#tell("The service does not accept this key.");
    announce(`${TITLES[end.kind]}. ${part("scoring-count").textContent}`);
    if (scores.scored > 0) this.onScores(scores);
    if (end.kind === "locked") part("key").focus();
    else if (end.kind !== "done") part("carry-on").focus();
  }

  /** @param {string} text */
  #tell(text) {
    part("scoring-problem").textContent = text;
    part("scoring-problem").hidden = false;
  }

  /** @param {string} waiting */
  #show(waiting) {
    if (!this.#scorer) return;
    const { scores, pace } = this.#scorer;
    const progress = /** @type {HTMLProgressElement} */ (part("progress"));
    progress.max = scores.size;
    progress.value = scores.done;
    part("scoring-count").textContent =
      `${wholeText(scores.scored)} of ${wholeText(scores.size)} scored`;
    part("scoring-left").textContent = waiting || timeLeft((scores.size - scores.done) * pace);
  }
}

/** @param {Scores} scores */
function leftOut({ refused }) {
  return refused.size > 0 ? `${wholeText(refused.size)} refused by the service` : "";
}

/** @param {number} milliseconds */
function timeLeft(milliseconds) {
  if (milliseconds <= 0) return "";
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 100 ? `about ${seconds} s left` : `about ${Math.ceil(seconds / 60)} min left`;
}
