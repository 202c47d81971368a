"""Evaluation: how well a pipeline does on rows it was not fitted on."""

import numpy as np

from predict.model.metadata import Evaluation

from .intervals import intervals
from .metrics import calibration_bins, measure, threshold_curve
from .out_of_fold import OutOfFold, decide
from .threshold import Objective, expected_profit

__all__ = ["evaluate"]


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
    metrics = measure(y, p, decided)
    return Evaluation(
        method=method,
        n_rows=len(y),
        n_positive=int(y.sum()),
        metrics=metrics,
        baseline=measure(y, base_rate, base_rate >= 0.5),
        intervals={} if seed is None else intervals(scored, metrics, objective, seed),
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
