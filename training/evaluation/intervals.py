"""Intervals: how far off the metrics may be, by a bootstrap that chooses the threshold anew in each resample."""

import math
from collections.abc import Mapping

import numpy as np
from threadpoolctl import threadpool_limits

from predict.model.share_interval import Z

from .metrics import Weighted
from .out_of_fold import Decisions, OutOfFold
from .threshold import Cuts, Objective

__all__ = ["intervals"]

_N_RESAMPLES = 500
# Resampled values in all; a million rows are measured by fewer resamples, which are steadier, too.
_MOST_DRAWS = 50_000_000
_LEAST_RESAMPLES = 100
# Rows that are resampled, and how many of them must have either answer.
_MOST_ROWS = 1_000_000
_FEWEST_OF_A_KIND = 1_000


def intervals(
    scored: OutOfFold, metrics: Mapping[str, float], objective: Objective, seed: int
) -> dict[str, tuple[float, float]]:
    """Return the 95% interval of each of the metrics: the figure, and about two standard errors on either side.

    It is for what the model shows on very many new customers. Of more than a million rows some are resampled, and the
    error is scaled to all.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
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
    sample, decisions, cuts, ones = Weighted(y, p), Decisions(scored, objective), Cuts(y, p), np.ones(len(y))
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
