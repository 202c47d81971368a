/** The access key: asked for only when the service wants one, and kept for as long as the tab is open. */

import { part } from "./elements.js";

const NAME = "access-key";

/** Where storage is blocked, it lasts as long as the page. */
let held = "";

/** @returns {string} "" where none was given */
export function readKey() {
  try {
    return sessionStorage.getItem(NAME) ?? held;
  } catch {
    return held;
  }
}

/** @param {string} key @returns {Record<string, string> | null} the header that carries it; null of what none holds, and so no key is */
export function keyHeader(key) {
  if (!/^[\x20-\x7e]*$/.test(key)) return null;
  return key ? { "x-functions-key": key } : {};
}

/** @param {() => void} onKey when the person has given one in the form */
export function takeKey(onKey) {
  part("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const box = /** @type {HTMLInputElement} */ (part("key"));
    const key = box.value.trim();
    if (key === "") return;
    box.value = "";
    keep(key);
    onKey();
  });
}

/** @param {string} key */
function keep(key) {
  held = key;
  try {
    sessionStorage.setItem(NAME, key);
  } catch {
    // Storage is blocked: `held` has it.
  }
}
