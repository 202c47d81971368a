/** The bar above the form that says what holds a prediction up, and offers to try again. */

import { part } from "../elements.js";

/** @typedef {import("./predictor.js").State} State */
/** @typedef {{title: string, text: string, action?: string, seconds?: number}} Words */

const LOST = "Your entries are kept.";

/** So many characters of a request's id find it in the log. */
const REFERENCE = 8;

let ticker = 0;

/**
 * Show what a state means to the person, or nothing where it is nothing to know.
 *
 * @param {State} state
 */
export function showNotice(state) {
  clearInterval(ticker);
  const words = wordsOf(state);
  part("notice").hidden = !words;
  if (!words) return;
  part("notice").dataset.tone = state.kind === "waking" ? "information" : "warning";
  part("notice-title").textContent = words.title;
  part("notice-text").textContent = words.text;
  part("notice-action").hidden = !words.action;
  part("notice-action").textContent = words.action ?? "";
  if (words.seconds) countDown(words.seconds);
}

/**
 * @param {State} state
 * @returns {Words | null}
 */
export function wordsOf(state) {
  switch (state.kind) {
    case "waking":
      return {
        title: "Waking the model.",
        text: "The first prediction after a quiet spell can take up to ten seconds.",
      };
    case "busy":
      return { title: "Too many requests.", text: again(state.seconds), action: "Try now", seconds: state.seconds };
    case "unavailable":
      return { title: "The model is not ready.", text: again(state.seconds), action: "Try now", seconds: state.seconds };
    case "failed": {
      const reference = state.reference ? ` Reference ${state.reference.slice(0, REFERENCE)}.` : "";
      return { title: "The prediction service had a problem.", text: LOST + reference, action: "Try again" };
    }
    case "unreachable":
      return { title: "The prediction service cannot be reached.", text: LOST, action: "Try again" };
    case "offline":
      return { title: "You are offline.", text: `${LOST} The prediction follows when you are back.` };
    default:
      return null;
  }
}

/**
 * @param {State} state
 * @returns {import("../shell.js").ModelState} what the page's head says of the service
 */
export function modelStateOf({ kind }) {
  if (kind === "waking") return "starting";
  if (kind === "busy" || kind === "unavailable") return "waiting";
  if (kind === "offline") return "offline";
  return kind === "failed" || kind === "unreachable" ? "trouble" : "ready";
}

/**
 * @param {State} state
 * @returns {boolean} whether what was asked for has no answer
 */
export function isSetback(state) {
  return !["ready", "starting"].includes(modelStateOf(state));
}

/** @param {() => void} retry called when the button in the bar is pressed */
export function holdNoticeAction(retry) {
  part("notice-action").addEventListener("click", () => {
    // The button goes when it has worked; the focus stays at the form.
    part("predict").focus({ preventScroll: true });
    retry();
  });
}

/** @param {number} seconds */
function countDown(seconds) {
  const end = performance.now() + seconds * 1000;
  ticker = window.setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    part("notice-text").textContent = again(left);
    if (left <= 0) clearInterval(ticker);
  }, 250);
}

/** @param {number} seconds */
function again(seconds) {
  if (seconds <= 0) return "Trying again now.";
  return `Trying again in ${Math.ceil(seconds)} ${Math.ceil(seconds) === 1 ? "second" : "seconds"}.`;
}
