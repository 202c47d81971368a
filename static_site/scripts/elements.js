/** Elements made by hand: attributes and texts, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean>} Attributes a false one is left out, a true one is empty */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {SVGElement}
 */
export function shape(tag, attributes = {}, ...children) {
  return furnish(/** @type {SVGElement} */ (document.createElementNS(SVG, tag)), attributes, children);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {(string | undefined)[]} notes those that say something are shown
 * @returns {HTMLElement} one of a `<dl>`
 */
export function tile(name, value, ...notes) {
  const shown = notes.flatMap((note) => (note ? [element("dd", { class: "tile-note" }, note)] : []));
  return element("div", { class: "tile" }, element("dt", {}, name), element("dd", { class: "tile-value" }, value), ...shown);
}

/**
 * @param {string} id
 * @returns {HTMLElement} the element of the page that has it
 */
export function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @template {Element} E
 * @param {E} node
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 * @returns {E}
 */
function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}
