/** What comes of scoring: the card that cuts the list, the ranked table, the file. */

import { part } from "../elements.js";
import { countText } from "../words.js";
import { AboutCard } from "./about-card.js";
import { ContactCard } from "./contact-card.js";
import { Customers } from "./customers.js";
import { explain } from "./explanation-dialog.js";
import { listCsv } from "./export.js";
import { RankedTable } from "./ranked-table.js";
import { Ranking } from "./ranking.js";
import { nameWith, saveFile, saveText } from "./save.js";
import { turnTo } from "./step.js";

export class ListCard {
  /** Whether there are scores that have not been downloaded. */
  isUnsaved = false;
  /** @type {Customers | null} */ #customers = null;
  #size = 0;
  #contact = new ContactCard();
  #table = new RankedTable();
  #about = new AboutCard();
  #only = /** @type {HTMLInputElement} */ (part("only-contact"));

  constructor() {
    this.#contact.onCut = (size, threshold) => {
      this.#size = size;
      this.#table.cut(size, threshold, this.#only.checked);
      this.#about.cut(size);
    };
    this.#only.addEventListener("change", () => this.#table.only(this.#only.checked));
    part("download").addEventListener("click", () => this.#download());
    part("download-excel").addEventListener("click", () => this.#downloadExcel());
  }

  /**
   * @param {object} facts
   * @param {Promise<string>} facts.base of the service
   * @param {import("./contract.js").Contract} facts.contract
   * @param {import("./contract.js").CurvePoint[]} facts.curve
   * @param {import("./check-card.js").Checks} facts.checks
   * @param {import("./scores.js").Scores} facts.scores
   */
  async show({ base, contract, curve, checks, scores }) {
    const ranking = await Ranking.of(scores.probabilities);
    const customers = new Customers({ contract, ...checks, scores, ranking });
    this.#customers = customers;
    this.isUnsaved = true;
    const warned = scores.warnings.size;
    part("warned").hidden = warned === 0;
    const [who, which] = warned === 1 ? ["has a value", "this score"] : ["have values", "these scores"];
    part("warned").textContent =
      `${countText(warned, "customer")} ${who} rare in the training data, outside of it or not known. Treat ${which} with care; the download says why.`;
    this.#table.show(customers, async (number) => explain(await base, customers, number));
    this.#about.show(customers);
    this.#contact.show(customers, curve);
    const isAwaited = part("scoring").contains(document.activeElement) && scores.done === scores.size;
    // With the rows that the same frame draws: without them the page is too short to scroll so far.
    if (isAwaited) requestAnimationFrame(() => turnTo("contact"));
  }

  hide() {
    this.isUnsaved = false;
    this.#customers = null;
    this.#contact.hide();
    this.#about.hide();
    this.#table.hide();
  }

  async #download() {
    if (!this.#customers) return;
    const pieces = await listCsv(this.#customers, this.#size, this.#only.checked);
    saveText(this.#nameOf("csv"), pieces);
    this.isUnsaved = false;
  }

  async #downloadExcel() {
    if (!this.#customers) return;
    const { listWorkbook } = await import("./excel.js");
    saveFile(this.#nameOf("xlsx"), await listWorkbook(this.#customers, this.#size, this.#only.checked));
    this.isUnsaved = false;
  }

  /** @param {string} ending */
  #nameOf(ending) {
    return nameWith(this.#customers?.table.name ?? "", this.#only.checked ? "contact-list" : "scored", ending);
  }
}
