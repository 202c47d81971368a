"""Evaluation: how well a pipeline does on rows it was not fitted on.

Identical rows stay on one side of every split, or a copy of a training row would be counted as new. Every split is
shuffled: real files come sorted.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from predict.metadata import Evaluation

from .data import Table
from .errors import TrainingError
from .metrics import calibration_bins, intervals, measure, threshold_curve
from .objective import Objective, choose_threshold, expected_profit

__all__ = ["LEAST_DISTINCT", "N_SPLITS", "OutOfFold", "assign_folds", "decide", "evaluate", "fit", "score"]

N_SPLITS = 5
LEAST_DISTINCT = 20
"""Distinct rows of the rarer answer, below which nothing said about unseen rows would mean anything."""

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
    groups : ndarray of shape (n_rows,)
        Equal for identical rows.
    """

    y: npt.NDArray[np.int8]
    probability: Floats
    fold: Indices
    groups: Indices

    def among(self, rows: npt.NDArray[np.bool_]) -> "OutOfFold":
        """Return the rows of a mask."""
        return OutOfFold(self.y[rows], self.probability[rows], self.fold[rows], self.groups[rows])


def assign_folds(table: Table, seed: int) -> Indices:
    """Return the number of each row's fold: shuffled, stratified, with identical rows together.

    Raises
    ------
    TrainingError
        If there are fewer than `LEAST_DISTINCT` distinct rows of one answer.
    """
    # One entry a group, with the group's commonest answer to stratify on.
    share = np.bincount(table.groups, weights=table.y) / np.bincount(table.groups)
    answer = share >= 0.5
    fewest = min(int(answer.sum()), int((~answer).sum()))
    if fewest < LEAST_DISTINCT:
        raise TrainingError(
            f"{table.name}: only {fewest} distinct rows have the rarer answer; {LEAST_DISTINCT} are needed to compare "
            "models on unseen rows, and a few hundred to learn well from. Collect more data."
        )
    fold_of = np.empty(len(answer), dtype=np.int64)
    folds = StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed).split(answer, answer)
    for number, (_, held_out) in enumerate(folds):
        fold_of[held_out] = number
    return fold_of[table.groups]


def fit(pipeline: Pipeline, X: pd.DataFrame, y: npt.NDArray[np.int8]) -> Pipeline:
    """Fit a copy of the pipeline on one thread: sums over threads depend on how many there are."""
    with threadpool_limits(1):
        return clone(pipeline).fit(X, y)


def score(pipeline: Pipeline, X: pd.DataFrame) -> Floats:
    """Return the probability of the positive answer for each row, an ndarray of shape (n_rows,)."""
    with threadpool_limits(1):
        return np.asarray(pipeline.predict_proba(X)[:, 1], dtype=np.float64)


def decide(scored: OutOfFold, objective: Objective) -> npt.NDArray[np.bool_]:
    """Decide each row by the threshold chosen on the other folds.

    A threshold chosen on the rows it is judged on would flatter itself.
    """
    decided = np.zeros(len(scored.y), dtype=bool)
    for number in np.unique(scored.fold):
        held_out = scored.fold == number
        threshold, _ = choose_threshold(scored.y[~held_out], scored.probability[~held_out], objective)
        decided[held_out] = scored.probability[held_out] >= threshold
    return decided


def evaluate(scored: OutOfFold, method: str, objective: Objective, seed: int | None = None) -> Evaluation:
    """Measure probabilities of unseen rows.

    Parameters
    ----------
    scored : OutOfFold
    method : str
        How the rows were kept unseen, in words.
    objective : Objective
        The metrics that need a threshold take the one that serves it.
    seed : int, optional
        Of the bootstrap; without it there are no intervals.
    """
    y, p = scored.y, scored.probability
    decided = decide(scored, objective)
    base_rate = np.full(len(y), y.mean())
    profit = expected_profit(y, decided, objective)
    return Evaluation(
        method=method,
        n_rows=len(y),
        n_positive=int(y.sum()),
        metrics=measure(y, p, decided),
        baseline=measure(y, base_rate, base_rate >= 0.5),
        intervals={} if seed is None else intervals(y, p, decided, scored.groups, seed),
        curve=threshold_curve(y, p),
        calibration=calibration_bins(y, p),
        profit={
            "contact_cost": objective.contact_cost,
            "purchase_value": objective.purchase_value,
            "contacted": float(decided.sum()),
            "total": profit,
            "per_customer": profit / len(y),
        },
    )
