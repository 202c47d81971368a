"""Retraining: a model is trained again and held against the one that serves, on customers that it has not seen.

The newest customers of the file are kept out of training: on them both models are measured. A model that is not
certainly worse is put on the shelf, and scores beside the one that serves. A person lets it serve, nobody else.
"""

import csv
import io
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from predict.csv_file.heading import find_places, known_names
from predict.csv_file.reader import open_records
from predict.csv_file.score_csv import score_table
from predict.model.explain import Explainer
from predict.model.session import Model

from .errors import WatchError
from .outcomes import as_outcome
from .pointer import read_pointer
from .serving import form
from .shelf import publish, read_model, shadow
from .store import Container

__all__ = ["Comparison", "compare", "retrain", "split"]

_FEWEST = 100
"""Newest customers without which nothing can be compared."""

_LEAST = 1e-6


@dataclass(frozen=True)
class Comparison:
    """The log loss of two models on the same customers.

    Attributes
    ----------
    count : int
        Customers that both could score.
    serving, candidate : float
        Mean log loss.
    low, high : float
        The 95% interval of the difference, candidate less serving.
    """

    count: int
    serving: float
    candidate: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What is certain of the candidate."""
        return "certainly better" if self.high < 0 else "certainly worse" if self.low > 0 else "no certain difference"

    @property
    def words(self) -> str:
        """The comparison in a sentence."""
        return (
            f"Log loss on the newest {self.count:,} customers: {self.candidate:.4f}, where the model that serves has "
            f"{self.serving:.4f} (difference {self.low:+.4f} to {self.high:+.4f}): {self.verdict}."
        )


def retrain(
    data: bytes, models: Container, packaged: Model, *, newest: float, options: Sequence[str], by: str, at: str
) -> list[str]:
    """Train on the older customers of a file, and let the model score beside the one that serves; return what was done.

    Parameters
    ----------
    data : bytes
        CSV of customers and their answers, the oldest first.
    models : Container
    packaged : Model
    newest : float
        Share of the customers that are kept out of training.
    options : sequence of str
        Further words for `python -m training`.
    by, at : str
        Who moves the pointer, and when.

    Raises
    ------
    WatchError
        If there are too few customers, training fails, the answers cannot be read, or the model takes other inputs.
    InvalidInput, StoreError
    """
    older, newer = split(data, newest, packaged)
    pointer, _ = read_pointer(models)
    serving = read_model(models, pointer.serving) if pointer.serving else packaged
    file = _train(older, options)
    candidate = Model.from_bytes(file)
    if candidate.hash in {serving.hash, pointer.shadow}:
        return ["The same model as before: nothing has changed."]
    if form(candidate.contract) != form(packaged.contract):
        raise WatchError(
            "The new model takes other inputs than the packaged one: train by its schema, or deploy the new one."
        )
    comparison = compare(newer, serving, candidate)
    if comparison.low > 0:
        return [comparison.words, "Nothing has changed."]
    shadow(models, publish(models, file), by=by, at=at)
    return [
        comparison.words,
        f"{candidate.hash[:12]} scores beside it from now on. Look at doing.html, then: python -m watch serve "
        f"{candidate.hash[:12]}",
    ]


def split(data: bytes, newest: float, model: Model) -> tuple[bytes, bytes]:
    """Return the older and the newest customers of a file for a model, each with its heading.

    Raises
    ------
    WatchError
        If too few are among the newest.
    MalformedInput, InvalidInput, TooLarge
    """
    records = open_records(data, known_names(model.contract.features))
    rows = list(chain.from_iterable(records.blocks()))
    n_newer = round(len(rows) * newest)
    if n_newer < _FEWEST:
        raise WatchError(f"{n_newer} customers are too few to compare on. At least {_FEWEST} are kept out of training.")
    parts = rows[:-n_newer], rows[-n_newer:]
    texts = [io.StringIO(newline="") for _ in parts]
    for text, part in zip(texts, parts, strict=True):
        csv.writer(text, delimiter=records.dialect.delimiter).writerows([records.heading, *part])
    older, newer = (text.getvalue().encode() for text in texts)
    return older, newer


def compare(data: bytes, serving: Model, candidate: Model) -> Comparison:
    """Compare two models on customers whose answers are known.

    Raises
    ------
    WatchError
        If an answer cannot be read, or hardly a customer can be scored.
    InvalidInput
    """
    (first, answers), (second, _) = (_score(data, model) for model in (serving, candidate))
    both = ~np.isnan(first) & ~np.isnan(second)
    if both.sum() < _FEWEST:
        raise WatchError(f"Both models can score {both.sum()} of the newest customers: too few to compare on.")
    losses = [_log_loss(scores[both], answers[both]) for scores in (first, second)]
    differences = losses[1] - losses[0]
    mean, error = float(differences.mean()), float(differences.std(ddof=1)) / math.sqrt(len(differences))
    low, high = mean - 1.96 * error, mean + 1.96 * error
    return Comparison(len(differences), float(losses[0].mean()), float(losses[1].mean()), low, high)


def _train(data: bytes, options: Sequence[str]) -> bytes:
    """Run the trainer, which this package does not know, as a command of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "customers.csv", Path(folder) / "out"
        path.write_bytes(data)
        command = [sys.executable, "-m", "training", "--data", str(path), "--out", str(out), *options]
        if subprocess.run(command, check=False).returncode:  # noqa: S603
            raise WatchError("Training failed; nothing has changed.")
        return (out / "model.onnx").read_bytes()


def _score(data: bytes, model: Model) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the scores of a file's customers, NaN where there is none, and their answers."""
    body = score_table(model, Explainer(model), data, most_rows=sys.maxsize, reasons=False).body
    target = model.contract.target.name
    records = open_records(body, known_names(model.contract.features))
    places = find_places({"probability": ["probability"], "answer": [target]}, records.heading)
    if len(places["answer"]) != 1:
        raise WatchError(f"The file needs one column {target}: what became of each customer.")
    rows = list(chain.from_iterable(records.blocks()))
    # Its own columns are behind those of the file.
    scores = [float(row[places["probability"][-1]] or "nan") for row in rows]
    answers = [as_outcome(row[places["answer"][0]]) for row in rows]
    if None in answers:
        raise WatchError(f"Every {target} must be yes or no, true or false, 1 or 0.")
    return np.array(scores), np.array(answers, bool)


def _log_loss(scores: npt.NDArray[np.float64], answers: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    likelihood: npt.NDArray[np.float64] = np.clip(np.where(answers, scores, 1 - scores), _LEAST, None)
    return -np.log(likelihood)
