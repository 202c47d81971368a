/** The card that takes a file of outcomes and says what was in it. */

import { element, part } from "../elements.js";
import { readKey } from "../key.js";
import { countText, target, wholeText } from "../words.js";
import { sendOutcomes } from "./service.js";

/** @typedef {import("./service.js").Received} Received */

export class OutcomesCard {
  #file = /** @type {HTMLInputElement} */ (part("file"));
  #day = /** @type {HTMLInputElement} */ (part("day"));
  #button = /** @type {HTMLButtonElement} */ (part("send-button"));

  /**
   * @param {string} base of the service
   * @param {() => Promise<void>} onReceived
   */
  constructor(base, onReceived) {
    part("send-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const [file] = this.#file.files ?? [];
      if (!file) {
        say("Choose a file first.");
        this.#file.focus();
        return;
      }
      this.#button.disabled = true;
      say("Sending the file.");
      const outcome = await sendOutcomes(base, readKey(), file, this.#day.value);
      this.#button.disabled = false;
      if (outcome.kind === "said") {
        say(receivedText(outcome.body), outcome.body.problems.map(({ line, message }) => `Line ${line}: ${message}`));
        await onReceived();
      } else if (outcome.kind === "failed" && outcome.missing === "outcome") {
        say(`Without the column outcome every row is a ${target.person}. Say up to which day the file names them all.`);
        this.#day.focus();
      } else {
        say(outcome.kind === "failed" ? outcome.text : "The service does not take outcomes with this key.");
      }
    });
  }
}

/** @param {string} text @param {string[]} [problems] */
function say(text, problems = []) {
  part("send-words").textContent = text;
  part("send-problems").replaceChildren(...problems.map((problem) => element("li", {}, problem)));
}

/** @param {Received} received */
function receivedText({ rows, matched, unknown, repeated, failed, is_new }) {
  const parts = [`${countText(rows, "row")} read`, `${wholeText(matched)} matched`];
  if (unknown > 0) parts.push(`${wholeText(unknown)} not known here`);
  if (repeated > 0) parts.push(`${wholeText(repeated)} repeated`);
  if (failed > 0) parts.push(`${wholeText(failed)} that cannot be used`);
  return `${parts.join(", ")}.${is_new ? "" : " This file was here already and counts once."}`;
}
