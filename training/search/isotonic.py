"""Isotonic calibration: probabilities follow a rising line through what happened, where Platt's two numbers do not do.

The line runs straight from knot to knot and never level, so customers keep their order, and nowhere steep enough for a
probability to jump: the last bits in which ONNX and scikit-learn differ stay last bits. Its knots are the middles of
the levels of an isotonic regression (`fit_isotonic`), or the ends of each level where what happens changes all at once
(`fit_steps`).

References
----------
Zadrozny and Elkan, Transforming classifier scores into accurate multiclass probability estimates, 2002,
doi:10.1145/775047.775151.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

__all__ = ["apply_isotonic", "fit_isotonic", "fit_steps", "pieces"]

_LEAST = 1e-6  # of what the line's ends say, and between two knots
_STEEPEST = 1000.0
_SHOULDER = 0.001  # by which the scores of a level are drawn in at each end

type Floats = npt.NDArray[np.float64]
type Answers = npt.NDArray[np.int8]
type Knots = tuple[float, ...]
"""What a model said and what happened, in turn: (0, y0, x1, y1, ..., 1, yk), both rising."""


def fit_isotonic(y: Answers, p: Floats) -> Knots:
    """Return the rising line that comes closest to what happened to rows that the model did not see."""
    levels = _levels(y, p, rows_a_bin=100, most_bins=40)
    return _line(zip(levels.middle.tolist(), levels.rate.tolist(), strict=True))


def fit_steps(y: Answers, p: Floats) -> Knots:
    """Return a line that is nearly level between steps, for what happens to many scores alike and then to none."""
    levels = _levels(y, p, rows_a_bin=30, most_bins=60)
    inwards = np.minimum(_SHOULDER, (levels.end - levels.start) / 4)
    rise = np.minimum(np.diff(levels.rate, prepend=0.0), np.diff(levels.rate, append=1.0)) / 2
    places = np.stack([levels.start + inwards, levels.end - inwards], axis=1)
    told = np.stack([levels.rate - rise, levels.rate + rise], axis=1)
    return _line(zip(places.ravel().tolist(), told.ravel().tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class _Levels:
    """Of each level: the first, the mean and the last of its scores, and the share of yes."""

    start: Floats
    middle: Floats
    end: Floats
    rate: Floats


def _levels(y: Answers, p: Floats, rows_a_bin: int, most_bins: int) -> _Levels:
    order = np.argsort(p, kind="stable")
    bins = np.array_split(order, np.clip(len(p) // rows_a_bin, 1, most_bins))
    sizes = np.array([len(rows) for rows in bins])
    happened = np.array([y[rows].mean() for rows in bins])
    rising = IsotonicRegression().fit_transform(np.arange(len(bins)), happened, sample_weight=sizes)
    ends = np.cumsum(sizes)[np.append(np.diff(rising) > 0, True)]
    starts = np.append(0, ends[:-1])
    n_rows = ends - starts
    # Nobody, or everybody, saying yes is no proof that nobody ever will.
    rate = (np.add.reduceat(y[order], starts, dtype=np.float64) + y.mean()) / (n_rows + 1)
    p = p[order]
    return _Levels(p[starts], np.add.reduceat(p, starts) / n_rows, p[ends - 1], rate)


def _line(knots: Iterable[tuple[float, float]]) -> Knots:
    """Return the line through some knots from 0 to 1, but for those that would make it fall or jump."""
    kept: list[tuple[float, float]] = []
    for place, told in knots:
        before, below = kept[-1] if kept else (0.0, 0.0)
        if told > below and before + max(_LEAST, (told - below) / _STEEPEST) < place < 1 - _LEAST:
            kept.append((place, told))
    first, last = (kept[0][1], kept[-1][1]) if kept else (0.5, 0.5)
    line = [(0.0, min(_LEAST, first / 2)), *kept, (1.0, max(1 - _LEAST, (1 + last) / 2))]
    return tuple(number for knot in line for number in knot)


def apply_isotonic(knots: Knots, p: Floats) -> Floats:
    """Return calibrated probabilities."""
    ends, slopes, intercepts = pieces(knots)
    place = np.searchsorted(ends, p, side="left")
    return np.asarray(slopes[place] * p + intercepts[place])


def pieces(knots: Knots) -> tuple[Floats, Floats, Floats]:
    """Return where each piece of the line ends but the last, and the slope and intercept of every piece."""
    x, y = np.array(knots[::2]), np.array(knots[1::2])
    slopes = np.diff(y) / np.diff(x)
    return x[1:-1], slopes, y[:-1] - slopes * x[:-1]
