/** Keeping the list at hand, or not: the checkbox, and the address entry by which Back and Reload find it again. */

import { announce } from "../announcer.js";
import { part } from "../elements.js";
import { forget, keep } from "./kept.js";
import { showKept } from "./kept-lists.js";

/** @typedef {import("./kept.js").Kept} Kept */

const BLOCKED = "This browser does not keep lists: its storage is full or switched off.";
const box = /** @type {HTMLInputElement} */ (part("keep"));

export class Keeping {
  /** What is at hand. @type {Kept | null} */ #kept = null;
  /** Its number, 0 where it is not kept. */
  #id = 0;

  constructor() {
    box.addEventListener("change", () => (box.checked ? this.#save() : this.#forget()));
  }

  /** Whether the list at hand would be there after Reload. */
  get isKept() {
    return this.#id > 0;
  }

  /** Another file is opened. @param {number} [id] of a list that is kept already */
  start(id = 0) {
    this.#kept = null;
    this.#id = id;
    box.checked = this.isKept;
    history.replaceState(id > 0 ? { list: id } : null, "");
  }

  /** Its scores have come. @param {Kept} kept */
  async take(kept) {
    this.#kept = kept;
    if (this.isKept) await this.#save();
  }

  async #save() {
    const kept = this.#kept;
    if (!kept) return;
    const id = this.#id || Date.now();
    const { file, scores } = kept;
    const bytes = file.size + scores.probabilities.byteLength + scores.features.byteLength + scores.points.byteLength;
    try {
      await keep({ id, name: file.name, saved: new Date(), customers: scores.scored, bytes }, kept);
    } catch {
      box.checked = false;
      announce(BLOCKED);
      part("keep-note").textContent = BLOCKED;
      return;
    }
    this.start(id);
    this.#kept = kept;
    part("keep-note").textContent = "Kept in this browser, until you delete it above.";
    await showKept();
  }

  async #forget() {
    const [kept, id] = [this.#kept, this.#id];
    await forget(id);
    this.start();
    this.#kept = kept;
    part("keep-note").textContent = "";
    await showKept();
  }
}
