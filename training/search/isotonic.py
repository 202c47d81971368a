"""Isotonic calibration: probabilities follow a rising line through what happened, where Platt's two numbers do not do.

The line runs straight from knot to knot and never level, so customers keep their order, and no probability jumps: the
last bits in which ONNX and scikit-learn differ stay last bits.

References
----------
Zadrozny and Elkan, Transforming classifier scores into accurate multiclass probability estimates, 2002,
doi:10.1145/775047.775151.
"""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import IsotonicRegression

__all__ = ["IsotonicCalibrated", "apply_isotonic", "fit_isotonic", "pieces"]

_ROWS_A_BIN = 100
_MOST_BINS = 40
_LEAST = 1e-6  # of what the line's ends say, and between two knots

type Floats = npt.NDArray[np.float64]
type Knots = tuple[float, ...]
"""What a model said and what happened, in turn: (0, y0, x1, y1, ..., 1, yk), both rising."""


class IsotonicCalibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A fitted classifier whose probabilities are moved onto a rising line.

    Parameters
    ----------
    estimator : classifier
        Fitted.
    knots : Knots
    """

    def __init__(self, estimator: ClassifierMixin, knots: Knots) -> None:
        self.estimator, self.knots = estimator, knots
        self.classes_ = estimator.classes_

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: ARG002  # scikit-learn passes them
        """Do nothing: the estimator was fitted, and its calibration found on rows it did not see."""
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Return both probabilities of each row, an ndarray of shape (n_rows, 2)."""
        p = apply_isotonic(self.knots, self.estimator.predict_proba(X)[:, 1])
        return np.stack([1 - p, p], axis=1)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the more probable answer of each row."""
        return np.asarray(self.classes_[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)])


def fit_isotonic(y: npt.NDArray[np.int8], p: Floats) -> Knots:
    """Return the rising line that comes closest to what happened to rows that the model did not see."""
    bins = np.array_split(np.argsort(p, kind="stable"), np.clip(len(p) // _ROWS_A_BIN, 1, _MOST_BINS))
    counts = np.array([len(rows) for rows in bins], dtype=np.float64)
    said = np.array([p[rows].mean() for rows in bins])
    # A bin in which nobody, or everybody, said yes is no proof that nobody ever will.
    happened = np.array([(y[rows].sum() + y.mean()) / (len(rows) + 1) for rows in bins])
    level = IsotonicRegression().fit_transform(said, happened, sample_weight=counts)
    # Neighbours on one level become one knot.
    block = np.cumsum(np.diff(level, prepend=level[0]) > 0)
    x, rate = (
        np.bincount(block, weights=counts * values) / np.bincount(block, weights=counts) for values in (said, level)
    )
    knots = [(0.0, min(_LEAST, rate[0] / 2))]
    for place, value in zip(x.tolist(), rate.tolist(), strict=True):
        if knots[-1][0] + _LEAST < place < 1 - _LEAST:
            knots.append((place, value))
    knots.append((1.0, max(1 - _LEAST, (1 + rate[-1]) / 2)))
    return tuple(float(number) for knot in knots for number in knot)


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
