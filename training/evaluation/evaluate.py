"""Evaluation: how well a pipeline does on rows it was not fitted on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predict.model.metadata import Evaluation

from .metrics import calibration_bins, intervals, measure, threshold_curve
from .threshold import Objective, choose_threshold, expected_profit

__all__ = ["OutOfFold", "decide", "evaluate"]

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
