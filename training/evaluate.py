"""Evaluation: how well a pipeline does on rows it was not fitted on, and where to put the threshold.

Identical rows stay on one side of every split, or a copy of a training row would be counted as new. Every split is
shuffled: real files come sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn import metrics
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from predict.metadata import CalibrationBin, CurvePoint, Evaluation

from .data import Table
from .errors import TrainingError

__all__ = ["N_SPLITS", "OutOfFold", "choose_threshold", "evaluate", "fit", "out_of_fold", "split"]

N_SPLITS = 5
_BINS = 10
# onnxruntime and scikit-learn may differ in the last bits: a threshold keeps away from every score it was chosen on.
_GAP = 2e-6

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Probabilities of rows by pipelines that did not see them.

    Attributes
    ----------
    y : ndarray of shape (n_rows,)
    probability : ndarray of shape (n_rows,)
    fold : ndarray of shape (n_rows,)
        The number of the fold each row was held out in.
    """

    y: npt.NDArray[np.int8]
    probability: Floats
    fold: Indices


def split(table: Table, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """Yield (train, test) row numbers of shuffled, stratified folds that keep identical rows together.

    Raises
    ------
    TrainingError
        If there are fewer distinct rows of one answer than folds.
    """
    # One entry a group, with the group's commonest answer to stratify on.
    share = np.bincount(table.groups, weights=table.y) / np.bincount(table.groups)
    answer = share >= 0.5
    fewest = min(int(answer.sum()), int((~answer).sum()))
    if fewest < N_SPLITS:
        raise TrainingError(
            f"{table.name}: only {fewest} distinct rows have the rarer answer; {N_SPLITS} are needed to compare models "
            f"on unseen rows, and a few hundred to learn from. Collect more data."
        )
    folds = StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed).split(answer, answer)
    for train, test in folds:
        yield np.flatnonzero(np.isin(table.groups, train)), np.flatnonzero(np.isin(table.groups, test))


def fit(pipeline: Pipeline, X: pd.DataFrame, y: npt.NDArray[np.int8]) -> Pipeline:
    """Fit a copy of the pipeline on one thread: sums over threads depend on how many there are."""
    with threadpool_limits(1):
        return clone(pipeline).fit(X, y)


def out_of_fold(pipeline: Pipeline, table: Table, seed: int) -> Iterator[OutOfFold]:
    """Fit and score fold by fold; yields what is known so far, complete after the last fold."""
    probability = np.full(len(table.y), np.nan)
    fold = np.full(len(table.y), -1)
    for number, (train, test) in enumerate(split(table, seed)):
        fitted = fit(pipeline, table.X.iloc[train], table.y[train])
        probability[test] = fitted.predict_proba(table.X.iloc[test])[:, 1]
        fold[test] = number
        yield OutOfFold(table.y, probability, fold)


def choose_threshold(y: npt.NDArray[np.int8], probability: Floats) -> float:
    """Return the threshold with the best F1, midway in a gap between two scores.

    No threshold is ever equal to a score, so that the last bit of a probability never decides.
    """
    order = np.argsort(-probability, kind="stable")
    ranked, hits = probability[order], np.cumsum(y[order])
    f1 = 2 * hits / (np.arange(1, len(y) + 1) + hits[-1])
    gap = ranked[:-1] - ranked[1:]
    allowed = np.flatnonzero(gap > _GAP)
    if not len(allowed):
        return float(np.clip((1 + ranked[0]) / 2, _GAP, 1 - _GAP))
    best = allowed[np.argmax(f1[allowed])]
    return float((ranked[best] + ranked[best + 1]) / 2)


def evaluate(scored: OutOfFold) -> Evaluation:
    """Measure out-of-fold probabilities.

    The metrics that need a threshold take, for each fold, the one chosen on the other folds: a threshold chosen on the
    rows it is judged on would flatter itself.
    """
    y, p = scored.y, scored.probability
    decided = np.zeros(len(y), dtype=bool)
    for number in np.unique(scored.fold):
        held_out = scored.fold == number
        decided[held_out] = p[held_out] >= choose_threshold(y[~held_out], p[~held_out])
    base_rate = np.full(len(y), y.mean())
    return Evaluation(
        method=f"{N_SPLITS} shuffled folds, identical rows kept together",
        n_rows=len(y),
        n_positive=int(y.sum()),
        metrics=_metrics(y, decided, p),
        baseline=_metrics(y, base_rate >= 0.5, base_rate),
        curve=_curve(y, p),
        calibration=_calibration(y, p),
    )


def _metrics(y: npt.NDArray[np.int8], decided: npt.NDArray[np.bool_], p: Floats) -> dict[str, float]:
    values = {
        "accuracy": metrics.accuracy_score(y, decided),
        "precision": metrics.precision_score(y, decided, zero_division=0),
        "recall": metrics.recall_score(y, decided),
        "f1": metrics.f1_score(y, decided),
        "roc_auc": metrics.roc_auc_score(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "log_loss": metrics.log_loss(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "calibration_error": _calibration_error(y, p),
    }
    return {name: float(value) for name, value in values.items()}


def _curve(y: npt.NDArray[np.int8], p: Floats) -> tuple[CurvePoint, ...]:
    points = []
    for percent in range(101):
        decided = p >= percent / 100
        tp, fp = int((decided & (y == 1)).sum()), int((decided & (y == 0)).sum())
        points.append(CurvePoint(percent / 100, tp, fp, int((y == 1).sum()) - tp, int((y == 0).sum()) - fp))
    return tuple(points)


def _bins(p: Floats) -> Indices:
    """Return the number of each probability's bin, ten of equal width."""
    return np.minimum((p * _BINS).astype(np.int64), _BINS - 1)


def _calibration(y: npt.NDArray[np.int8], p: Floats) -> tuple[CalibrationBin, ...]:
    bins = _bins(p)
    return tuple(
        CalibrationBin(float(p[inside].mean()), float(y[inside].mean()), int(inside.sum()))
        for inside in (bins == number for number in range(_BINS))
        if inside.any()
    )


def _calibration_error(y: npt.NDArray[np.int8], p: Floats) -> float:
    """Return the expected calibration error: distance between what was said and what happened, weighted by bin."""
    return sum(b.count * abs(b.mean_probability - b.fraction_positive) for b in _calibration(y, p)) / len(y)
