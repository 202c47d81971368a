/**
 * A long list that can be typed into: a `<select>` becomes an ARIA 1.2 combobox with a list of suggestions.
 *
 * The select stays, hidden, and holds the value; while the typed text is no option, that is "".
 */

import { Listbox } from "./listbox.js";
import { OTHER, categoryReader, loadNames, matches, readOptions } from "../categories.js";

/** @typedef {import("../fields.js").Field} Field */

/** Shorter lists are quicker to read than to search. */
const LONG = 16;

/** @param {Field} field whose select is upgraded, where its list is long */
export function upgradeSelect(field) {
  const select = field.control;
  if (select instanceof HTMLSelectElement && select.options.length > LONG) new Combobox(field, select);
}

class Combobox {
  /** @type {import("../categories.js").Option[]} */ options = [];
  /** @type {(text: string) => string | null} */ codeOf = () => null;
  #said = "";

  /** @param {Field} field @param {HTMLSelectElement} select */
  constructor(field, select) {
    this.select = select;
    this.#learn({});
    this.listbox = new Listbox(`${select.id}-list`, field.label, ({ code }) => this.#choose(code));
    this.input = buildInput(select, this.listbox.element.id);
    this.code = Object.assign(document.createElement("span"), { className: "combobox-code", ariaHidden: "true" });
    const box = Object.assign(document.createElement("span"), { className: "combobox" });
    select.replaceWith(box);
    select.removeAttribute("id");
    select.hidden = true;
    box.append(this.input, this.code, this.listbox.element, select);
    field.control = this.input;
    this.#explain(field);
    this.#listen();
    this.#showChoice();
  }

  #listen() {
    this.input.addEventListener("focus", () => this.#arrive(), { once: true });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("click", () => this.#open());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.input.addEventListener("blur", () => this.#leave());
    this.select.addEventListener("change", () => this.#showChoice());
    // The select's value returns after the event.
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.#showChoice()));
  }

  /** @param {Record<string, string[]>} names other names, by code */
  #learn(names) {
    this.options = readOptions(this.select, names);
    const values = Object.fromEntries(this.options.map(({ code, label }) => [code, label]));
    this.codeOf = categoryReader({ values, names });
  }

  /**
   * Other names for the options are fetched when somebody turns to them; what is typed meanwhile is read again. A list
   * in which somebody has gone to an option stays.
   */
  async #arrive() {
    this.#learn(await loadNames(this.select.name).catch(() => ({})));
    if (this.select.value === "") this.#read();
    if (document.activeElement !== this.input) this.#leave();
    else if (this.listbox.isOpen && !this.listbox.active) this.#open(this.input.value);
  }

  #read() {
    this.select.value = this.codeOf(this.input.value) ?? "";
  }

  /** Typing over a choice clears it; a whole name or code, or another name, is a choice. */
  #typed() {
    this.#read();
    this.code.textContent = "";
    this.#open(this.input.value);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!this.listbox.isOpen) this.#open();
      if (!event.altKey) this.listbox.move(key === "ArrowDown" ? 1 : -1);
      this.#tell();
    } else if (key === "Enter" && this.listbox.active) {
      event.preventDefault();
      this.#choose(this.listbox.active.code);
    } else if (key === "Escape" && this.listbox.isOpen) {
      this.#close();
    } else if (key === "Escape") {
      this.#hold("");
    }
  }

  /** @param {string} [query] without one, what was typed, or everything where that is a choice */
  #open(query = this.select.value === "" ? this.input.value : "") {
    const found = matches(this.options, query);
    this.listbox.open(found);
    this.#tell();
    this.#said = found.length === 1 ? "1 suggestion" : `${found.length} suggestions`;
    // What is said is the latest, in whatever order the imports come back.
    import("../announcer.js").then(({ announce }) => announce(this.#said)).catch(() => {});
  }

  #close() {
    this.listbox.close();
    this.#tell();
  }

  /** @param {string} code */
  #choose(code) {
    this.#hold(code);
    this.#close();
  }

  /** Text that is a whole option becomes that option; any other text stays, to be mended. */
  #leave() {
    this.#close();
    if (this.select.value !== "") this.#showChoice();
  }

  /** @param {string} code */
  #hold(code) {
    this.select.value = code;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #showChoice() {
    const option = this.options.find(({ code }) => code === this.select.value);
    this.input.value = option?.label ?? "";
    this.code.textContent = option && option.code !== option.label ? option.code : "";
  }

  /** Say in ARIA what is open and active. */
  #tell() {
    this.input.ariaExpanded = String(this.listbox.isOpen);
    const id = this.listbox.activeId;
    if (id) this.input.setAttribute("aria-activedescendant", id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {Field} field */
  #explain({ label, note }) {
    const first = this.options.find(({ code, label }) => code !== label && code !== OTHER);
    note.dataset.hint = first ? `Type a name or a code, such as “${first.code}”` : "Type a name, or choose one";
    this.input.placeholder = first ? `${label} name or code` : label;
    if (note.dataset.state === "hint") note.textContent = note.dataset.hint;
  }
}

/** @param {HTMLSelectElement} select whose place, id and description the text box gets @param {string} listId */
function buildInput(select, listId) {
  const input = document.createElement("input");
  const { id, className } = select;
  Object.assign(input, { id, className, autocomplete: "off", spellcheck: false });
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", listId);
  input.setAttribute("aria-describedby", select.getAttribute("aria-describedby") ?? "");
  return input;
}
