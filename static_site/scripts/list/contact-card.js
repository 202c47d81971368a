/** The card where the list is cut: at a score, or after so many customers. */

import { announce } from "../announcer.js";
import { part } from "../elements.js";
import { readNumber } from "../numbers.js";
import { countText, percentText } from "../words.js";
import { Histogram, binned } from "./histogram.js";
import { tilesOf } from "./tiles.js";

/** @typedef {import("./ranking.js").Ranking} Ranking */

export class ContactCard {
  /** @type {(size: number, threshold: number) => void} */ onCut = () => {};
  /** @type {Ranking | null} */ #ranking = null;
  /** The model's threshold. */ #model = 0;
  #bySize = false;
  #size = 0;
  #threshold = 0;
  #frame = 0;
  #histogram = new Histogram(part("histogram"));
  #box = /** @type {HTMLInputElement} */ (part("cut-box"));
  #slider = /** @type {HTMLInputElement} */ (part("cut-slider"));

  constructor() {
    this.#slider.addEventListener("input", () => this.#move(Math.round(Number(this.#slider.value))));
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("blur", () => this.#fill());
    part("cut-model").addEventListener("click", () => this.#at(this.#model));
    for (const radio of document.getElementsByName("mode")) {
      radio.addEventListener("change", () => {
        this.#bySize = /** @type {HTMLInputElement} */ (radio).value === "size";
        this.#threshold = this.#lowest;
        this.#fill();
        this.#show();
      });
    }
  }

  /** @param {Ranking} ranking @param {number} model its threshold @param {import("./contract.js").CurvePoint[]} curve */
  show(ranking, model, curve) {
    const isFirst = !this.#ranking;
    this.#ranking = ranking;
    this.#model = model;
    this.curve = curve;
    part("cut-model").textContent = `Use the model threshold (${percentText(model)})`;
    part("contact").hidden = false;
    const counts = binned(ranking);
    const words = `${countText(ranking.size, "customer")} by score, ${ranking.sizeAt(model).toLocaleString("en-US")} of them at or over the model’s threshold`;
    this.#histogram.show(counts, words);
    if (isFirst) this.#at(model);
    else this.#at(this.#threshold);
  }

  hide() {
    this.#ranking = null;
    part("contact").hidden = true;
  }

  /** The score at which the list ends as it is now. */
  get #lowest() {
    return this.#bySize || !this.#ranking ? this.#threshold : this.#ranking.scoreAt(this.#size);
  }

  /** @param {number} threshold */
  #at(threshold) {
    this.#threshold = threshold;
    this.#size = this.#ranking?.sizeAt(threshold) ?? 0;
    this.#fill();
    this.#show();
  }

  /** @param {number} number a percentage, or customers */
  #move(number, isTyped = false) {
    const ranking = this.#ranking;
    if (!ranking) return;
    if (this.#bySize) {
      this.#size = number;
      this.#threshold = ranking.scoreAt(number);
    } else {
      this.#threshold = number / 100;
      this.#size = ranking.sizeAt(this.#threshold);
    }
    this.#fill(isTyped);
    this.#show();
  }

  #typed() {
    // With the mark in which the box itself is written.
    const number = readNumber(this.#box.value, ".");
    const most = this.#bySize ? (this.#ranking?.size ?? 0) : 100;
    const isValid = typeof number === "number" && number >= 0 && number <= most && (!this.#bySize || Number.isInteger(number));
    this.#box.setAttribute("aria-invalid", String(!isValid));
    if (isValid) this.#move(number, true);
    else part("cut-note").textContent = `Enter ${this.#bySize ? "a whole number" : "a percentage"} from 0 to ${most.toLocaleString("en-US")}`;
  }

  /** Put the cut into the slider, and into the box unless the person is typing there. */
  #fill(isTyped = false) {
    const [bySize, size] = [this.#bySize, this.#ranking?.size ?? 0];
    const percent = Math.round(this.#threshold * 10_000) / 100;
    part("cut-label").textContent = bySize ? "Contact the best" : "Contact customers scoring at least";
    part("cut-unit").textContent = bySize ? "customers" : "%";
    this.#box.inputMode = bySize ? "numeric" : "decimal";
    this.#slider.max = String(bySize ? size : 100);
    this.#slider.value = String(bySize ? this.#size : percent);
    this.#slider.ariaValueText = bySize ? countText(this.#size, "customer") : `${percent}%`;
    if (isTyped) return;
    this.#box.value = bySize ? this.#size.toLocaleString("en-US") : String(percent);
    this.#box.setAttribute("aria-invalid", "false");
  }

  /** Once a frame is enough, however fast the slider is dragged. */
  #show() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const [ranking, size, threshold] = [this.#ranking, this.#size, this.#threshold];
      if (!ranking) return;
      const expected = ranking.expected(size);
      this.#histogram.cut(threshold);
      part("tiles").replaceChildren(...tilesOf(expected, ranking.size, this.curve ?? [], threshold));
      if (this.#box.ariaInvalid !== "true") part("cut-note").textContent = this.#bySize ? noteOf(ranking, size) : "";
      this.onCut(size, threshold);
      const buyers = countText(Math.round(expected.buyers), "expected buyer");
      announce(`${size.toLocaleString("en-US")} on the contact list, ${buyers}`);
    });
  }
}

/** @param {Ranking} ranking @param {number} size */
function noteOf(ranking, size) {
  if (size === 0) return "";
  const ties = ranking.tiesBeyond(size);
  const left = ties === 0 ? "" : ` ${ties} more ${ties === 1 ? "customer has" : "customers have"} the same score.`;
  return `The last one scores ${percentText(ranking.scoreAt(size))}.${left}`;
}
