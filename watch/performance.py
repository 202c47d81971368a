"""Performance: how well a model does on answers whose outcomes are known, beside what it did in tests.

Nothing is said of a group of fewer than ten customers, and no verdict is given of fewer than three hundred.
"""

import math
from dataclasses import dataclass

import numpy as np

from predict.contract import Target
from predict.model.metadata import Metadata
from predict.model.share_interval import wilson
from predict.words import percent_text

from .matching import Judged
from .small_groups import SMALL_GROUP, count_text

__all__ = ["ENOUGH_OUTCOMES", "Bin", "Performance", "Share", "measure"]

ENOUGH_OUTCOMES = 300
"""With fewer nothing is said of the outcomes."""

_CERTAIN = 2.58  # 1% false alarms
_SMALLEST_EFFECT = 0.1
_N_BINS = 10


@dataclass(frozen=True)
class Share:
    """A share and its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Bin:
    """Customers of similar scores: how many, the mean of the scores, and the share that purchased."""

    count: int
    said: float
    happened: Share


@dataclass(frozen=True)
class Performance:
    """How well a model does.

    Attributes
    ----------
    is_off : bool
        Whether the purchases differ from the scores, for certain and by much.
    sentence : str
    count : int
        Judged answers; 0 where they are too few, or all the same.
    precision, recall : Share or None
        None where too few have the positive answer, or purchased.
    bins : tuple of Bin
    """

    is_off: bool
    sentence: str
    count: int = 0
    precision: Share | None = None
    recall: Share | None = None
    bins: tuple[Bin, ...] = ()


def measure(metadata: Metadata, judged: Judged) -> Performance:
    """Measure a model on its judged answers."""
    count = len(judged.bought)
    if count < ENOUGH_OUTCOMES:
        return Performance(False, f"Too early: {count_text(count)} of about {ENOUGH_OUTCOMES} outcomes.")
    scores, bought = np.array(judged.probabilities), np.array(judged.bought)
    target = metadata.contract.target
    if bought.all():
        return Performance(False, f"Every outcome so far is {target.noun}: send those who did not {target.verb}, too.")
    positive = scores >= metadata.contract.threshold
    is_off, sentence = _verdict(scores, bought, target)
    right = int(np.count_nonzero(positive & bought))
    return Performance(
        is_off=is_off,
        sentence=sentence,
        count=count,
        precision=_share(right, int(np.count_nonzero(positive))),
        recall=_share(right, int(np.count_nonzero(bought))),
        bins=tuple(_bins(scores, bought)),
    )


def _verdict(scores: np.ndarray, bought: np.ndarray, target: Target) -> tuple[bool, str]:
    """Hold the number of purchases against the sum of the scores (Spiegelhalter's test of calibration in the large)."""
    said, happened = float(scores.mean()), float(bought.mean())
    deviation = math.sqrt(float((scores * (1 - scores)).sum()))
    is_certain = abs(float((bought - scores).sum())) > _CERTAIN * deviation
    if not is_certain or abs(happened - said) < _SMALLEST_EFFECT * said:
        return False, f"As the model said: {percent_text(happened)} {target.verb}, where it said {percent_text(said)}."
    word = "Fewer" if happened < said else "More"
    shares = f"{percent_text(happened)}, where it said {percent_text(said)}"
    return True, f"{word} customers {target.verb} than the model says: {shares}."


def _share(part: int, whole: int) -> Share | None:
    if whole < SMALL_GROUP:
        return None
    low, high = (float(end) for end in wilson(part, whole))
    return Share(part / whole, low, high)


def _bins(scores: np.ndarray, bought: np.ndarray) -> list[Bin]:
    """Part the answers by score, ten bins of equal width; neighbours are merged until each is large enough."""
    places = np.minimum((scores * _N_BINS).astype(int), _N_BINS - 1)
    groups: list[np.ndarray] = []
    for place in range(_N_BINS):
        members = np.flatnonzero(places == place)
        if groups and len(groups[-1]) < SMALL_GROUP:
            groups[-1] = np.concatenate([groups[-1], members])
        else:
            groups.append(members)
    if len(groups) > 1 and len(groups[-1]) < SMALL_GROUP:
        last = groups.pop()
        groups[-1] = np.concatenate([groups[-1], last])
    found = []
    for members in groups:
        happened = _share(int(bought[members].sum()), len(members))
        assert happened is not None  # noqa: S101  # there are enough in all
        found.append(Bin(len(members), float(scores[members].mean()), happened))
    return found
