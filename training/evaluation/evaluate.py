"""Evaluation: how well a pipeline does on rows it was not fitted on."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from predict.model.metadata import Evaluation
from predict.model.share_interval import Z

from .metrics import Weighted, calibration_bins, measure, threshold_curve
from .threshold import Cuts, Objective, expected_profit

__all__ = ["OutOfFold", "decide", "evaluate", "intervals"]

_N_RESAMPLES = 500
# Resampled values in all; a million rows are measured by fewer resamples, which are steadier, too.
_MOST_DRAWS = 50_000_000
_LEAST_RESAMPLES = 100
# Rows that are resampled, and how many of them must have either answer.
_MOST_ROWS = 1_000_000
_FEWEST_OF_A_KIND = 1_000

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
    return _Decisions(scored, objective)(np.ones(len(scored.y)))


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
        intervals={} if seed is None else intervals(scored, objective, seed),
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


def intervals(scored: OutOfFold, objective: Objective, seed: int) -> dict[str, tuple[float, float]]:
    """Return the 95% interval of every metric: the figure, and about two standard errors on either side.

    It is for what the model shows on very many new customers. Of more than a million rows some are resampled, and the
    error is scaled to all.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    metrics = measure(scored.y, scored.probability, decide(scored, objective))
    rng = np.random.default_rng(seed)
    _, group = np.unique(scored.groups, return_inverse=True)
    share, n_positive = _MOST_ROWS / len(group), int(scored.y.sum())
    scale = 1.0
    if share < 1 and min(n_positive, len(group) - n_positive) * share > _FEWEST_OF_A_KIND:
        some = (rng.random(int(group.max()) + 1) < share / 2)[group]
        scored, scale = scored.among(some), math.sqrt(some.mean())
    with threadpool_limits(1):  # the last bits of a sum over threads depend on how many there are
        errors = _standard_errors(scored, objective, rng)
    half = {name: Z * scale * error for name, error in errors.items()}
    return {
        name: (max(value - half[name], 0.0), min(value + half[name], math.inf if name == "log_loss" else 1.0))
        for name, value in metrics.items()
    }


def _standard_errors(scored: OutOfFold, objective: Objective, rng: np.random.Generator) -> dict[str, float]:
    """Return how far the figures of resamples are from what they are of, in the root mean square.

    A resample is to the rows as the rows are to all customers. Its thresholds are chosen anew; what they claim is held
    against what the threshold that it would serve with shows on the rows. Noise only adds to a calibration error: the
    true one may be as far below the figure as those of resamples are above, which a standard deviation would not say.

    Groups of identical rows are drawn as a whole, since they are no independent evidence, each as often as it would be
    in a sample of their number with replacement, which for many groups is Poisson with mean 1. Rows are weighed instead
    of copied, so that one sort serves every resample.
    """
    y, p = scored.y, scored.probability
    _, group = np.unique(scored.groups, return_inverse=True)
    sample, decisions, cuts, ones = Weighted(y, p), _Decisions(scored, objective), Cuts(y, p), np.ones(len(y))
    of_scores = sample.of_scores(ones)
    n_resamples = int(np.clip(_MOST_DRAWS // len(y), _LEAST_RESAMPLES, _N_RESAMPLES))
    errors: list[dict[str, float]] = []
    while len(errors) < n_resamples:
        weights = rng.poisson(1.0, size=int(group.max()) + 1).astype(np.float64)[group]
        if 0 < weights[y == 1].sum() < weights.sum():
            threshold, _ = cuts.choose(objective, weights)
            claimed = sample.of_decisions(weights, decisions(weights)) | sample.of_scores(weights)
            shown = sample.of_decisions(ones, p >= threshold) | of_scores
            errors.append({name: value - shown[name] for name, value in claimed.items()})
    return {name: math.sqrt(np.mean([error[name] ** 2 for error in errors])) for name in errors[0]}


class _Decisions:
    """Each row decided by the threshold chosen on the other folds, as a function of the rows' weights."""

    def __init__(self, scored: OutOfFold, objective: Objective) -> None:
        self._p, self._objective = scored.probability, objective
        self._folds = []
        for number in np.unique(scored.fold):
            held_out, others = np.flatnonzero(scored.fold == number), np.flatnonzero(scored.fold != number)
            self._folds.append((held_out, others, Cuts(scored.y[others], self._p[others])))

    def __call__(self, weights: Floats) -> npt.NDArray[np.bool_]:
        decided = np.zeros(len(self._p), dtype=bool)
        for held_out, others, cuts in self._folds:
            threshold, _ = cuts.choose(self._objective, weights[others])
            decided[held_out] = self._p[held_out] >= threshold
        return decided
