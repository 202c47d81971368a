/** The list of suggestions under a combobox, one of them active. */

/** @typedef {import("../categories.js").Option} Option */

export class Listbox {
  /** @type {Option[]} */ #options = [];
  #active = -1;

  /**
   * @param {string} id
   * @param {string} label
   * @param {(option: Option) => void} onChoose called when an option is clicked
   */
  constructor(id, label, onChoose) {
    this.element = document.createElement("ul");
    this.element.id = id;
    this.element.className = "combobox-list";
    this.element.role = "listbox";
    this.element.ariaLabel = label;
    this.element.hidden = true;
    // The text box keeps the focus, so that its blur does not close the list before the click arrives.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element.addEventListener("click", ({ target }) => {
      const item = target instanceof Element ? target.closest("[role=option]") : null;
      if (item) onChoose(this.#options[[...this.element.children].indexOf(item)]);
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @returns {Option | undefined} */
  get active() {
    return this.#options[this.#active];
  }

  /** @returns {string | undefined} the id of the active option's element */
  get activeId() {
    return this.element.children[this.#active]?.id;
  }

  /** @param {Option[]} options an empty list closes it */
  open(options) {
    this.#options = options;
    this.#active = -1;
    this.element.replaceChildren(...options.map((option, index) => buildItem(`${this.element.id}-${index}`, option)));
    this.element.hidden = options.length === 0;
    this.element.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.#active = -1;
    this.element.hidden = true;
  }

  /** @param {number} step 1 for the next option, -1 for the one before, round the ends */
  move(step) {
    const count = this.#options.length;
    if (count === 0) return;
    const start = this.#active < 0 && step < 0 ? 0 : this.#active;
    this.element.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = (start + step + count) % count;
    const item = this.element.children[this.#active];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {string} id
 * @param {Option} option
 * @returns {HTMLLIElement}
 */
function buildItem(id, { code, label }) {
  const item = document.createElement("li");
  item.id = id;
  item.className = "combobox-option";
  item.role = "option";
  item.ariaSelected = "false";
  const [name, short] = [document.createElement("span"), document.createElement("span")];
  name.textContent = label;
  short.textContent = code === label ? "" : code;
  item.append(name, " ", short);
  return item;
}
