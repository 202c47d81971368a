/**
 * One customer: the form at first sight. What a prediction needs is fetched when somebody turns to the form.
 *
 * Where that does not load, the form is posted as the plain form that it is.
 */

import { upgradeSelect } from "./combobox.js";
import { fill, readFields } from "../fields.js";
import { showModelState } from "../shell.js";
import { addSlider } from "./slider.js";

/** @typedef {import("./session.js").Session} Session */

/** Milliseconds until a lost connection is tried again, if the browser does not say before that it is back. */
const PATIENCE = 5_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById("customer-form"));
const card = /** @type {HTMLElement} */ (document.getElementById("customer"));
const button = /** @type {HTMLElement} */ (document.getElementById("predict"));
const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
const fields = readFields(form);
/** @type {Promise<Session> | undefined} */
let session;

fields.forEach(upgradeSelect);
fields.forEach(addSlider);
if (document.getElementById("find")) import("./find-input.js").then(({ offerSearch }) => offerSearch(fields), () => {});
for (const turning of ["focusin", "pointerenter"]) card.addEventListener(turning, () => begin().catch(() => {}));
// Leaving a field may lengthen its note and move the button from under the pointer: the focus follows with the click.
button.addEventListener("mousedown", (event) => event.preventDefault());
button.addEventListener("click", () => button.focus({ preventScroll: true }));
form.addEventListener("submit", (event) => withSession(event, form, (session) => session.submit()));
// The fields are empty after the event.
form.addEventListener("reset", () => setTimeout(clear));
/** @type {HTMLElement} */ (document.getElementById("live-label")).hidden = false;
for (const example of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.example"))) {
  example.addEventListener("submit", (event) => {
    withSession(event, example, (session) => session.start(new FormData(example)));
  });
}
continueEarlierWork();
// A link that is opened in this very tab changes no more than what is behind the "#".
window.addEventListener("hashchange", continueEarlierWork);

/** @returns {Promise<Session>} the one of this page */
function begin() {
  session ??= Promise.all([import("./session.js"), ...["tables", "result", "why"].map(loadStyle)]).then(
    ([{ Session }]) => new Session(fields),
  );
  return session;
}

/** @param {string} name @returns {Promise<unknown>} when what it styles may be shown */
function loadStyle(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `styles/${name}.css`;
  const isLoaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  document.head.append(link);
  return isLoaded;
}

/**
 * @param {Event} event of a form
 * @param {HTMLFormElement} asked
 * @param {(session: Session) => void} work in place of the form's own
 */
async function withSession(event, asked, work) {
  event.preventDefault();
  try {
    work(await begin());
  } catch {
    const entries = new FormData(asked);
    const named = asked === form ? [] : fields.filter(({ name }) => entries.has(name));
    for (const field of named) fill(field, String(entries.get(field.name)));
    if (fields.some(isLost)) return;
    if (await isConnected()) form.submit();
    else await keepUntilConnected();
  }
}

/**
 * The form would be posted without a text that is no option of its list, which the browser is asked to say.
 *
 * @param {import("../fields.js").Field} field
 */
function isLost({ control, holder }) {
  if (holder.value !== "" || control.value.trim() === "") return false;
  control.setCustomValidity("Choose one from the list.");
  control.reportValidity();
  control.addEventListener("input", () => control.setCustomValidity(""), { once: true });
  return true;
}

async function clear() {
  try {
    (await begin()).clear();
  } catch {
    notice.hidden = true;
  }
}

/** @returns {Promise<boolean>} whether the site can be reached; its smallest file is asked for */
async function isConnected() {
  try {
    await fetch("config.json", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Stay, with every entry, until there is a connection, and then open the page anew with the entries in its address:
 * what failed to load once is not asked for again by the same page.
 */
async function keepUntilConnected() {
  if (!notice.hidden) return;
  notice.hidden = false;
  showModelState("offline");
  /** @type {HTMLElement} */ (document.getElementById("announcer")).textContent = notice.innerText;
  do {
    await new Promise((resolve) => {
      const signal = AbortSignal.timeout(PATIENCE);
      window.addEventListener("online", resolve, { signal });
      signal.addEventListener("abort", resolve);
    });
    // The form was cleared meanwhile.
    if (notice.hidden) return;
  } while (!(await isConnected()));
  const entries = /** @type {[string, string][]} */ ([...new FormData(form)]);
  history.replaceState(null, "", `#${new URLSearchParams(entries)}`);
  location.reload();
}

/** A shared link is filled in and predicted; what was predicted before in this browser is listed. */
function continueEarlierWork() {
  // Links used to hold the inputs in the query.
  const address = new URLSearchParams(location.hash.slice(1) || location.search);
  const isShared = fields.some(({ name }) => address.has(name));
  if (isShared || hasRecent()) {
    begin()
      .then((session) => isShared && session.start(address))
      .catch(() => {});
  }
}

/** @returns {boolean} false where storage is blocked */
function hasRecent() {
  try {
    return localStorage.getItem("recent") !== null;
  } catch {
    return false;
  }
}
