/** The page's one live region: a screen reader hears what it says once things have settled. */

const SETTLED = 700;

let timer = 0;

/** @param {string} text the last one within a moment is said, earlier ones are not */
export function announce(text) {
  const region = /** @type {HTMLElement} */ (document.getElementById("announcer"));
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    // A slider that is held is about to move on.
    if (document.body.dataset.dragging !== undefined) announce(text);
    else region.textContent = text;
  }, SETTLED);
}
