"""The reference of drift: how numbers and scores were spread in training, in bins whose counts can be added.

Quartiles cannot be the bins: a column that is mostly zero has the same three. A value that many rows share gets a bin
of its own; the others share the rest in about equal parts.
"""

import numpy as np
import numpy.typing as npt

from predict.contract import LARGEST
from predict.model.metadata import SCORE_EDGES, Bins

__all__ = ["MOST_BINS", "bins_of_numbers", "bins_of_scores"]

MOST_BINS = 10
_HEAVY = 1 / MOST_BINS
"""A value with a larger share of the rows has a bin of its own."""


def bins_of_numbers(values: npt.NDArray[np.float64]) -> Bins:
    """Return bins of a column of numbers, and the rows in each.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        NaN where one is not known: behind `LARGEST`, in the last bin.

    Returns
    -------
    Bins
        With at most about `MOST_BINS` bins, none of them empty.
    """
    is_known = ~np.isnan(values)
    if not is_known.all():
        known = bins_of_numbers(values[is_known])
        return Bins((*known.edges, LARGEST), (*known.counts, int((~is_known).sum())))
    distinct, counts = np.unique(values, return_counts=True)
    heavy = counts > _HEAVY * len(values)
    edges: list[float] = []
    for place in np.flatnonzero(heavy).tolist():
        # A bin ends with its edge, so that a value's own bin begins just below it.
        edges += [float(np.nextafter(distinct[place], -np.inf)), float(distinct[place])]
    rest, rest_counts = distinct[~heavy], counts[~heavy]
    if len(rest):
        # As many bins for the others as their share of the rows.
        n_bins = max(1, round(MOST_BINS * rest_counts.sum() / len(values)))
        reached = np.cumsum(rest_counts) / rest_counts.sum()
        edges += [float(rest[np.searchsorted(reached, step / n_bins)]) for step in range(1, n_bins)]
    ascending = np.array(sorted(set(edges)))
    filled = np.bincount(np.searchsorted(ascending, values, side="left"), minlength=len(ascending) + 1)
    # Where no training row is, an edge tells nothing apart: it goes, with the empty bin below it.
    kept = filled[:-1] > 0
    kept_edges = ascending[kept]
    return _binned(kept_edges, values)


def bins_of_scores(probabilities: npt.NDArray[np.float64]) -> Bins:
    """Return the scores in each bin of a score."""
    return _binned(np.array(SCORE_EDGES), probabilities)


def _binned(edges: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Bins:
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return Bins(tuple(edges.tolist()), tuple(counts.tolist()))
