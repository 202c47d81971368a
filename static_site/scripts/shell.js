/**
 * What every page has: light or dark, and whether the model is awake.
 *
 * It runs before the first paint, so that a chosen theme does not flash; asking the service comes after.
 */

/** @typedef {"starting" | "ready" | "waiting" | "offline" | "trouble"} ModelState */

const THEME = "theme";
/** @type {Record<ModelState, string>} */
const WORDS = {
  starting: "Starting up",
  ready: "Model ready",
  waiting: "Waiting",
  offline: "Offline",
  trouble: "Not available",
};

const button = /** @type {HTMLButtonElement} */ (document.getElementById("theme"));
const system = matchMedia("(prefers-color-scheme: dark)");

showTheme(readTheme());
button.hidden = false;
button.addEventListener("click", () => {
  const theme = button.ariaPressed === "true" ? "light" : "dark";
  keepTheme(theme);
  showTheme(theme);
});
system.addEventListener("change", () => showTheme(readTheme()));
window.addEventListener("offline", () => showModelState("offline"));
window.addEventListener("online", wakeModel);
wakeModel();

/**
 * Say in the header how the service is.
 *
 * @param {ModelState} state
 */
export function showModelState(state) {
  const status = /** @type {HTMLElement} */ (document.getElementById("status"));
  status.hidden = false;
  status.dataset.state = state;
  /** @type {HTMLElement} */ (document.getElementById("status-words")).textContent = WORDS[state];
}

/** Ask for the model as soon as a page opens: after a quiet spell that starts the service while the person types. */
async function wakeModel() {
  showModelState(navigator.onLine ? "starting" : "offline");
  try {
    const { isAwake, readApiBase } = await import("./api.js");
    showModelState((await isAwake(await readApiBase())) ? "ready" : "trouble");
  } catch {
    // The page works without it, as a plain form.
    showModelState("trouble");
  }
}

/** @param {string} theme "light", "dark", or "" for what the system says */
function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  button.ariaPressed = String((theme || (system.matches ? "dark" : "light")) === "dark");
}

/** @returns {string} what was chosen in this browser; "" where nothing was, or where storage is blocked */
function readTheme() {
  try {
    return localStorage.getItem(THEME) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} theme */
function keepTheme(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // Storage is blocked: the choice holds for this page.
  }
}
