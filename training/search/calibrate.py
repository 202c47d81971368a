"""Calibration: probabilities are brought closer to the truth, where that helps on rows it was not fitted on.

By two numbers, which stretch and shift the log odds (Platt scaling); or, where that is not enough, along a rising line
(`training.search.isotonic`).

References
----------
Platt, Probabilistic Outputs for Support Vector Machines, 1999.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from ..evaluation.metrics import EVEN_CHANCE, calibration_bins, calibration_error, is_miscalibrated
from .isotonic import apply_isotonic, fit_isotonic, fit_steps

__all__ = [
    "SMALLEST",
    "Calibrated",
    "Calibration",
    "apply_calibration",
    "calibrate",
    "calibration_of",
    "choose_calibration",
    "fit_platt",
    "inner",
    "losses",
    "to_logit",
    "to_probability",
]

_N_FOLDS = 5

SMALLEST = 1e-6
"""Probabilities of 0 and 1, which forests give, count as this far from certain."""

type Floats = npt.NDArray[np.float64]
type Calibration = tuple[float, ...]
"""Slope and intercept of Platt scaling, or the knots of an isotonic calibration, of which there are more."""

type Fit = Callable[[npt.NDArray[np.int8], Floats], Calibration]


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A fitted classifier whose probabilities are calibrated.

    Parameters
    ----------
    estimator : classifier
        Fitted.
    calibration : Calibration
    """

    def __init__(self, estimator: ClassifierMixin, calibration: Calibration) -> None:
        self.estimator, self.calibration = estimator, calibration
        self.classes_ = estimator.classes_

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: ARG002  # scikit-learn passes them
        """Do nothing: the estimator was fitted, and its calibration found on rows it did not see."""
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Return both probabilities of each row, an ndarray of shape (n_rows, 2)."""
        match self.calibration:
            case (slope, intercept) if not isinstance(self.estimator, RandomForestClassifier):
                p = to_probability(slope * self.estimator.decision_function(X) + intercept)
            case calibration:
                p = apply_calibration(calibration, self.estimator.predict_proba(X)[:, 1])
        return np.stack([1 - p, p], axis=1)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the more probable answer of each row."""
        return np.asarray(self.classes_[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)])


def inner(estimator: ClassifierMixin) -> ClassifierMixin:
    """Return the estimator inside a calibration, or the estimator itself."""
    return estimator.estimator if isinstance(estimator, Calibrated) else estimator


def calibration_of(estimator: ClassifierMixin) -> tuple[float, float, Calibration]:
    """Return slope and intercept of the log odds, 1 and 0 where they are left as they are, and knots, or ()."""
    match estimator:
        case Calibrated(calibration=(slope, intercept)):
            return slope, intercept, ()
        case Calibrated(calibration=knots):
            return 1.0, 0.0, knots
    return 1.0, 0.0, ()


def calibrate(pipeline: Pipeline, calibration: Calibration) -> Pipeline:
    """Return a fitted pipeline with a calibration at its end."""
    *steps, (name, estimator) = pipeline.steps
    return Pipeline([*steps, (name, Calibrated(estimator, calibration))])


def fit_platt(y: npt.NDArray[np.int8], p: Floats) -> Calibration:
    """Return the slope and intercept that bring probabilities of unseen rows closest to the answers."""
    fitted = LogisticRegression(C=np.inf, max_iter=1000).fit(to_logit(p)[:, None], y)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def apply_calibration(calibration: Calibration, p: Floats) -> Floats:
    """Return calibrated probabilities."""
    match calibration:
        case (slope, intercept):
            return to_probability(slope * to_logit(p) + intercept)
    return apply_isotonic(calibration, p)


def choose_calibration(
    y: npt.NDArray[np.int8], p: Floats, groups: npt.NDArray[np.int64], seed: int
) -> Calibration | None:
    """Return the simplest calibration that no other beats by more than noise, on rows it was not fitted on.

    Where what the taken one says is off in the mean (`is_miscalibrated`), one that is off by less is taken unless it is
    worse by more than noise. A model that is right is off by chance where rows are few, and is left as it is.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    p : ndarray of shape (n_rows,)
        Probabilities by models that did not see the rows.
    groups : ndarray of shape (n_rows,)
        Equal for identical rows, which stay in one fold.
    seed : int
        Of the shuffled folds.

    Returns
    -------
    Calibration or None
        None where the probabilities are best as they are.
    """
    _, group = np.unique(groups, return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(group.max() + 1) % _N_FOLDS)[group]
    taken, said, loss, error = None, p, losses(y, p), calibration_error(y, p)
    for fit in (fit_platt, fit_isotonic, fit_steps):
        calibrated = _calibrate_unseen(fit, y, p, fold)
        gain, own_error = loss - losses(y, calibrated), calibration_error(y, calibrated)
        noise = gain.std() / np.sqrt(len(gain))
        is_off = is_miscalibrated(calibration_bins(y, said), EVEN_CHANCE)
        if (is_off and own_error < error and gain.mean() > -noise) or gain.mean() > 2 * noise:
            taken, said, loss, error = fit, calibrated, loss - gain, own_error
    return taken(y, p) if taken else None


def _calibrate_unseen(fit: Fit, y: npt.NDArray[np.int8], p: Floats, fold: npt.NDArray[np.int64]) -> Floats:
    """Return each row's probability by a calibration that did not see it; as it is where there can be none."""
    calibrated = p.copy()
    for number in range(_N_FOLDS):
        held_out = fold == number
        if len(np.unique(y[~held_out])) < 2:
            return p
        fitted = fit(y[~held_out], p[~held_out])
        if fit is fit_platt and fitted[0] <= 0:  # the scores say the opposite of what happens: nothing to stretch
            return p
        calibrated[held_out] = apply_calibration(fitted, p[held_out])
    return calibrated


def losses(y: npt.NDArray[np.int8], p: Floats) -> Floats:
    """Return the log loss of each row."""
    p = np.clip(p, SMALLEST, 1 - SMALLEST)
    return np.asarray(-np.log(np.where(y == 1, p, 1 - p)))


def to_logit(p: Floats) -> Floats:
    """Return the log odds of probabilities, none nearer to certain than `SMALLEST`."""
    p = np.clip(p, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(p / (1 - p)))


def to_probability(logit: Floats) -> Floats:
    """Return the probabilities of log odds."""
    return np.asarray(1 / (1 + np.exp(-logit)))
