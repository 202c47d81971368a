/** How is it doing? One sentence, then what stands behind it. */

import { readApiBase } from "../api.js";
import { part } from "../elements.js";
import { readKey, takeKey } from "../key.js";
import { dayText } from "./markup.js";
import { modelCards } from "./model-card.js";
import { OutcomesCard } from "./outcomes-card.js";
import { askDoing } from "./service.js";
import { trialCard } from "./trial-card.js";

/** @typedef {import("./service.js").Doing} Doing */

const base = await readApiBase();
new OutcomesCard(base, show);
takeKey(show);
part("again").addEventListener("click", show);
await show();

/** Ask the service, and show what it says. */
async function show() {
  say("early", "Asking the service…", "");
  const outcome = await askDoing(base, readKey());
  part("key-form").hidden = outcome.kind !== "locked";
  part("again").hidden = outcome.kind !== "failed";
  part("send").hidden = outcome.kind !== "said" || !outcome.body.keeps_answers;
  part("rehearsed").hidden = outcome.kind !== "said" || !outcome.body.is_rehearsed;
  part("models").replaceChildren();
  if (outcome.kind === "said") showDoing(outcome.body);
  else if (outcome.kind === "failed") say("early", "It is not known how the model is doing.", outcome.text);
  else if (outcome.kind === "off") {
    say("early", "This model is not being watched.", "Nothing is counted or kept. Whoever runs the service turns it on by the setting WATCH_URL.");
  } else {
    const words = readKey() ? "The service does not accept this key." : "These numbers are for the people who run the service.";
    say("early", "An access key is needed.", words);
    part("key").focus();
  }
}

/** @param {Doing} doing */
function showDoing({ since, keeps_answers, share, models, trial }) {
  const [latest] = models;
  if (!latest) {
    say("early", "No customer has been scored yet.", `Since ${dayText(since)}. Score one customer or a list, and load this page again in a minute.`);
    return;
  }
  const note = keeps_answers ? latest.outcomes?.sentence : "What became of them is not known here.";
  say(latest.state, latest.sentence, note === latest.sentence ? "" : note ?? "");
  const earlier = trial ? models.filter(({ role }) => role === "before") : models.slice(1);
  part("models").replaceChildren(
    ...modelCards(latest, true),
    ...(trial ? [trialCard(trial, share, latest.positive_words)] : []),
    ...earlier.flatMap((model) => modelCards(model, false)),
  );
}

/** @param {string} state @param {string} sentence @param {string} note */
function say(state, sentence, note) {
  part("verdict").dataset.state = state;
  part("headline").textContent = sentence;
  part("headline-note").textContent = note;
}
