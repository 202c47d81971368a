/** The card where the list is cut: at a score, after so many customers, or at a share of the buyers. */

import { announce } from "../announcer.js";
import { part } from "../elements.js";
import { Money, profitOf } from "../money.js";
import { readNumber } from "../numbers.js";
import { ProfitCurve } from "../profit-curve.js";
import { countText, percentText, target, wholeText } from "../words.js";
import { WAYS, bestScore } from "./cuts.js";
import { Histogram, binned } from "./histogram.js";
import { tilesOf } from "./tiles.js";

/** @typedef {import("./ranking.js").Ranking} Ranking */
/** @typedef {import("./cuts.js").Cut} Cut */

export class ContactCard {
  /** @type {(size: number, threshold: number) => void} */ onCut = () => {};
  /** @type {Ranking | null} */ #ranking = null;
  /** The model's threshold. */ #model = 0;
  #way = WAYS.score;
  /** What the box and the slider say. */ #number = 0;
  /** @type {Cut} */ #cut = { size: 0, threshold: 0 };
  #frame = 0;
  #histogram = new Histogram(part("histogram"));
  #money = new Money(part("money"));
  #profit = new ProfitCurve(part("profit"));
  #box = /** @type {HTMLInputElement} */ (part("cut-box"));
  #slider = /** @type {HTMLInputElement} */ (part("cut-slider"));

  constructor() {
    this.#slider.addEventListener("input", () => this.#move(Math.round(Number(this.#slider.value))));
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("blur", () => this.#fill());
    part("cut-model").addEventListener("click", () => this.#atScore(this.#model));
    part("cut-best").addEventListener("click", () => this.#atScore(this.#best));
    this.#money.onChange = () => {
      this.#drawProfit();
      this.#show();
    };
    for (const radio of document.getElementsByName("mode")) {
      radio.addEventListener("change", () => {
        this.#way = WAYS[/** @type {HTMLInputElement} */ (radio).value];
        this.#drawProfit();
        this.#at(this.#cut);
      });
    }
  }

  /** @param {import("./customers.js").Customers} customers @param {import("./contract.js").CurvePoint[]} curve */
  show({ ranking, known, contract: { threshold: model } }, curve) {
    const isFirst = !this.#ranking;
    this.#ranking = ranking;
    this.#model = model;
    this.curve = curve;
    this.known = known;
    part("known").textContent = known ? knownWords(known) : "";
    part("cut-model").textContent = `Use the model threshold (${percentText(model)})`;
    part("contact").hidden = false;
    const counts = binned(ranking);
    const words = `${countText(ranking.size, "customer")} by score, ${wholeText(ranking.sizeAt(model))} of them at or over the model’s threshold`;
    this.#histogram.show(counts, words);
    this.#drawProfit();
    this.#atScore(isFirst ? model : this.#cut.threshold);
  }

  hide() {
    this.#ranking = null;
    part("contact").hidden = true;
  }

  /** The score from which on a contact pays. */
  get #best() {
    return this.#money.amounts ? bestScore(this.#money.amounts) : this.#model;
  }

  /** @param {number} threshold */
  #atScore(threshold) {
    this.#at({ size: this.#ranking?.sizeAt(threshold) ?? 0, threshold });
  }

  /** @param {Cut} cut */
  #at(cut) {
    this.#cut = cut;
    if (this.#ranking) this.#number = this.#way.numberOf(this.#ranking, cut);
    this.#fill();
    this.#show();
  }

  /** @param {number} number a percentage, or customers */
  #move(number, isTyped = false) {
    if (!this.#ranking) return;
    this.#number = number;
    this.#cut = this.#way.cutAt(this.#ranking, number);
    this.#fill(isTyped);
    this.#show();
  }

  /** The highest number of the present way. */
  get #most() {
    return this.#way.isCount ? (this.#ranking?.size ?? 0) : 100;
  }

  #typed() {
    // With the mark in which the box itself is written.
    const number = readNumber(this.#box.value, ".");
    const [most, { isCount }] = [this.#most, this.#way];
    const isValid = typeof number === "number" && number >= 0 && number <= most && (!isCount || Number.isInteger(number));
    this.#box.setAttribute("aria-invalid", String(!isValid));
    if (isValid) this.#move(number, true);
    else part("cut-note").textContent = `Enter ${isCount ? "a whole number" : "a percentage"} from 0 to ${wholeText(most)}`;
  }

  /** Put the cut into the slider, and into the box unless the person is typing there. */
  #fill(isTyped = false) {
    const [{ label, unit, isCount }, number] = [this.#way, this.#number];
    part("cut-label").textContent = label;
    part("cut-unit").textContent = unit;
    this.#box.inputMode = isCount ? "numeric" : "decimal";
    this.#slider.max = String(this.#most);
    this.#slider.value = String(number);
    this.#slider.ariaValueText = isCount ? countText(number, "customer") : `${number}%`;
    if (isTyped) return;
    this.#box.value = isCount ? wholeText(number) : String(number);
    this.#box.setAttribute("aria-invalid", "false");
  }

  /** The curve under the slider and the button of its best place: for a way, a ranking and two amounts. */
  #drawProfit() {
    const [ranking, way, amounts, most] = [this.#ranking, this.#way, this.#money.amounts, this.#most];
    part("cut-best").hidden = !amounts;
    if (!ranking || !amounts) return this.#profit.show(null);
    const size = ranking.sizeAt(this.#best);
    part("cut-best").textContent = `Use the best cut (${size === 0 ? "contact nobody" : `${percentText(this.#best)}, ${countText(size, "customer")}`})`;
    this.#profit.show((share) => {
      const { size } = way.cutAt(ranking, way.isCount ? Math.round(share * most) : share * most);
      return profitOf(amounts, size, ranking.expected(size).buyers);
    });
  }

  /** Once a frame is enough, however fast the slider is dragged. */
  #show() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const [ranking, { size, threshold }] = [this.#ranking, this.#cut];
      if (!ranking) return;
      const expected = ranking.expected(size);
      this.#histogram.cut(threshold);
      this.#profit.mark(this.#number / (this.#most || 1));
      part("tiles").replaceChildren(...tilesOf(expected, { all: ranking.size, curve: this.curve ?? [], threshold, amounts: this.#money.amounts, known: this.known?.at(size) }));
      if (this.#box.ariaInvalid !== "true") part("cut-note").textContent = this.#way === WAYS.score ? "" : noteOf(ranking, size);
      this.onCut(size, threshold);
      const buyers = countText(Math.round(expected.buyers), `expected ${target.person}`);
      announce(`${wholeText(size)} on the contact list, ${buyers}`);
    });
  }
}

/** @param {import("./known.js").Known} known */
function knownWords(known) {
  const { buyers } = known.at(known.ranking.size);
  return `This file knows the ${target.people}: ${wholeText(buyers)} of ${countText(known.count, "customer")}. “In this file” is what the same cut would have come to.`;
}

/** @param {Ranking} ranking @param {number} size */
function noteOf(ranking, size) {
  if (size === 0) return "";
  const ties = ranking.tiesBeyond(size);
  const left = ties === 0 ? "" : ` ${ties} more ${ties === 1 ? "customer has" : "customers have"} the same score.`;
  return `The last one scores ${percentText(ranking.scoreAt(size))}.${left}`;
}
