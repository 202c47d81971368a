"""Metrics: what is measured of probabilities and answers, by scikit-learn or of weighted rows."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from predict.model.metadata import CalibrationBin, CurvePoint

__all__ = [
    "EVEN_CHANCE",
    "MOST_OFF",
    "Weighted",
    "calibration_bins",
    "calibration_error",
    "is_miscalibrated",
    "measure",
    "threshold_curve",
]

_N_BINS = 10
# Quantiles of the chi-squared distribution with as many degrees of freedom as there are bins: 99.9% and 50%.
_CHANCE = 29.6
EVEN_CHANCE = 9.34
"""Half of all models whose probabilities are right are further off than this by chance."""

MOST_OFF = 0.015
"""Expected calibration error of a model that may be called calibrated."""

_SMALLEST = float(np.finfo(np.float64).eps)

type Floats = npt.NDArray[np.float64]
type Answers = npt.NDArray[np.int8]
type Mask = npt.NDArray[np.bool_]


def measure(y: Answers, p: Floats, decided: Mask) -> dict[str, float]:
    """Return every metric of probabilities `p` and decisions `decided`, each of shape (n_rows,)."""
    values = {
        "accuracy": metrics.accuracy_score(y, decided),
        "precision": metrics.precision_score(y, decided, zero_division=0),
        "recall": metrics.recall_score(y, decided, zero_division=0),
        "f1": metrics.f1_score(y, decided, zero_division=0),
        "roc_auc": metrics.roc_auc_score(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "log_loss": metrics.log_loss(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "calibration_error": calibration_error(y, p),
    }
    return {name: float(value) for name, value in values.items()}


def threshold_curve(y: Answers, p: Floats, *own: float) -> tuple[CurvePoint, ...]:
    """Return the counts at the thresholds 0.00, 0.01, ... 1.00 and at those of one's own."""
    points = []
    for threshold in sorted({percent / 100 for percent in range(101)} | set(own)):
        decided = p >= threshold
        tp, fp = int((decided & (y == 1)).sum()), int((decided & (y == 0)).sum())
        points.append(CurvePoint(threshold, tp, fp, int((y == 1).sum()) - tp, int((y == 0).sum()) - fp))
    return tuple(points)


def calibration_bins(y: Answers, p: Floats) -> tuple[CalibrationBin, ...]:
    """Return the ten bins of equal width that hold rows."""
    bins = _bins(p)
    return tuple(
        CalibrationBin(float(p[inside].mean()), float(y[inside].mean()), int(inside.sum()))
        for inside in (bins == number for number in range(_N_BINS))
        if inside.any()
    )


def calibration_error(y: Answers, p: Floats) -> float:
    """Return the expected calibration error: distance between what was said and what happened, weighted by bin."""
    return sum(b.count * abs(b.mean_probability - b.fraction_positive) for b in calibration_bins(y, p)) / len(y)


def is_miscalibrated(bins: Sequence[CalibrationBin], chance: float = _CHANCE) -> bool:
    """Return whether what was said is off by more than 1.5 points in the mean, and by more than chance.

    References
    ----------
    Hosmer and Lemeshow, Goodness of fit tests for the multiple logistic regression model, 1980.
    """
    off = [b.fraction_positive - b.mean_probability for b in bins]
    error = sum(b.count * abs(d) for b, d in zip(bins, off, strict=True)) / sum(b.count for b in bins)
    variance = (max(b.mean_probability * (1 - b.mean_probability), _SMALLEST) for b in bins)
    distance = sum(b.count * d**2 / v for b, d, v in zip(bins, off, variance, strict=True))
    return error > MOST_OFF and distance > chance


class Weighted:
    """Every metric as a function of the rows' weights.

    Parameters
    ----------
    y, p : ndarray of shape (n_rows,)
    """

    def __init__(self, y: Answers, p: Floats) -> None:
        self._y = y.astype(np.float64)
        self._order = np.argsort(-p, kind="stable")
        ranked = p[self._order]
        self._ends = np.append(np.flatnonzero(np.diff(ranked)), len(p) - 1)
        clipped = np.clip(p, _SMALLEST, 1 - _SMALLEST)
        self._loss = -np.log(np.where(y == 1, clipped, 1 - clipped))
        self._square = (p - y) ** 2
        self._p, self._bins = p, _bins(p)

    def of_decisions(self, weights: Floats, decided: Mask) -> dict[str, float]:
        """Return the metrics of decisions, under weights of shape (n_rows,)."""
        total, positive = weights.sum(), float(weights @ self._y)
        chosen = weights[decided]
        tp, said_yes = float(chosen @ self._y[decided]), float(chosen.sum())
        return {
            "accuracy": float((total - positive - said_yes + 2 * tp) / total),
            "precision": tp / said_yes if said_yes else 0.0,
            "recall": tp / positive,
            "f1": 2 * tp / (said_yes + positive),
        }

    def of_scores(self, weights: Floats) -> dict[str, float]:
        """Return the metrics of the probabilities, which need no decisions."""
        y, total = self._y, weights.sum()
        positive = float(weights @ y)
        ranked = weights[self._order]
        hits = np.cumsum(ranked * y[self._order])[self._ends]
        chosen = np.cumsum(ranked)[self._ends]
        misses = chosen - hits
        precision = hits / np.where(chosen > 0, chosen, 1)
        gap = np.bincount(self._bins, weights * (self._p - y), minlength=_N_BINS)
        return {
            "roc_auc": float(np.trapezoid(np.append(0, hits), np.append(0, misses)) / (positive * (total - positive))),
            "average_precision": float(np.diff(hits, prepend=0) @ precision / positive),
            "log_loss": float(weights @ self._loss / total),
            "brier": float(weights @ self._square / total),
            "calibration_error": float(np.abs(gap).sum() / total),
        }


def _bins(p: Floats) -> npt.NDArray[np.int64]:
    """Return the number of each probability's bin, ten of equal width."""
    return np.minimum((p * _N_BINS).astype(np.int64), _N_BINS - 1)
