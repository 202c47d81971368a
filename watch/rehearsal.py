"""A rehearsal: made-up customers of the last weeks, so that the page has something to show before real ones come.

Each input is drawn as training saw it, by itself; the model scores the customers, and they do what it says as often as
it says. It is for the emulator on a person's own machine alone, and the page says that nobody of them is real.
"""

from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from predict.contract import LARGEST, Feature
from predict.model.metadata import Metadata
from predict.model.session import Model

from .answers import AnswerBook
from .counts import bins_of
from .errors import WatchError
from .journal import Journal
from .outcomes import Outcomes, keep
from .pseudonyms import for_customer, read_salt
from .store import is_emulator, open_container

__all__ = ["REHEARSED", "rehearse"]

REHEARSED = "rehearsed"
"""Name of the blob that says so, beside what the page shows."""

_DAYS = 60
_A_DAY = 100
_MEAN_DELAY = 10.0


def rehearse(url: str, model: Model, now: datetime, *, within: int) -> int:
    """Let made-up customers be scored on each of the last days, and say what they did; return how many they are.

    Parameters
    ----------
    url : str
        Of the blob account.
    model : Model
    now : datetime
        In UTC.
    within : int
        Days after an answer in which a purchase counts as its outcome.

    Raises
    ------
    WatchError
        If the account is not an emulator's on this machine.
    StoreError
    """
    if not is_emulator(url):
        raise WatchError("Only the emulator on this machine takes made-up customers: make run ARGS=--watch.")
    rng = np.random.default_rng(0)
    doing, counts, answers, salts, outcomes = (
        open_container(url, name) for name in ("doing", "counts", "answers", "salt", "outcomes")
    )
    doing.write(REHEARSED, b"")
    salt, purchases = read_salt(salts), {}
    for back in range(_DAYS - 1, -1, -1):
        then = now - timedelta(days=back)
        feed = {f.name: _draw(f, model.metadata, rng).reshape(-1, 1) for f in model.contract.features}
        probabilities = model.run(feed)
        refs = [f"made up {then.date()} {number}" for number in range(_A_DAY)]
        journal = Journal(counts, lambda then=then: then, AnswerBook(answers, salts))  # type: ignore[misc]
        columns = [column.ravel() for column in feed.values()]
        journal.add_many(model, columns, probabilities, failed=0, warned=0, refs=refs)
        journal.flush()
        does, delays = rng.random(_A_DAY) < probabilities, rng.exponential(_MEAN_DELAY, _A_DAY)
        for number in np.flatnonzero(does).tolist():
            day = then + timedelta(days=min(float(delays[number]), within))
            if day <= now:
                purchases[for_customer(salt, refs[number])] = {day.date().isoformat()}
    keep(outcomes, Outcomes(purchases, {}, now.date().isoformat()))
    return _DAYS * _A_DAY


def _draw(feature: Feature, metadata: Metadata, rng: np.random.Generator) -> npt.NDArray[np.generic]:
    """Return values of an input, each bin as often as in training: categories, or the largest number of a bin."""
    bins = bins_of(feature, metadata)
    shares = np.array(bins.counts) / sum(bins.counts)
    places = rng.choice(len(shares), _A_DAY, p=shares)
    if feature.is_category:
        return np.array(["", *feature.values, ""], object)[places]
    largest = feature.seen.maximum or 0.0
    rest = np.nan if LARGEST in bins.edges else largest
    return np.array([*(min(edge, largest) for edge in bins.edges), rest])[places]
