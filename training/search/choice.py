"""The choice among trials: where they differ by no more than noise, the simpler one is taken.

Noise is half of a standard error of the paired difference in log loss, or a whole one where nobody would see it. Of the
public tables measured, one of 5,000 rows lost most by a whole one, as in the book, and one of 1,000 by none at all.
What is simpler is quicker, and has fewer ways to be wrong.

References
----------
Breiman et al., Classification and Regression Trees, 1984 (the one-standard-error rule).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .trials import Trial

__all__ = ["Choice", "choose", "explain"]

_UNSEEN = 0.0005  # half of the last digit in which a log loss is shown

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Choice:
    """Which trials are taken, by their numbers.

    Attributes
    ----------
    of_family : dict of str to int
        Of each family.
    best : int
        The one of these with the lowest log loss.
    winner : int
        The simplest of these that is within noise of it.
    """

    of_family: Mapping[str, int]
    best: int
    winner: int


def choose(trials: Sequence[Trial], by_row: Sequence[Floats], groups: Indices) -> Choice:
    """Choose within each family, and then among what was chosen.

    Parameters
    ----------
    trials : sequence of Trial
    by_row : sequence of ndarray of shape (n_rows,)
        Of each trial, the log loss of every row.
    groups : ndarray of shape (n_rows,)
        Equal for identical rows.
    """
    _, group = np.unique(groups, return_inverse=True)
    means = [float(loss.mean()) for loss in by_row]

    def simplest(numbers: Sequence[int]) -> int:
        best = min(numbers, key=lambda number: means[number])
        equals = [number for number in numbers if _is_noise(by_row[number] - by_row[best], group)]
        return min(equals, key=lambda number: (trials[number].complexity, means[number]))

    families = list(dict.fromkeys(trial.family for trial in trials))
    of_family = {
        name: simplest([number for number, trial in enumerate(trials) if trial.family == name]) for name in families
    }
    picked = list(of_family.values())
    return Choice(of_family, min(picked, key=lambda number: means[number]), simplest(picked))


def explain(trials: Sequence[Trial], choice: Choice) -> str:
    """Return why the winner won, in words."""
    best, winner = trials[choice.best].family, trials[choice.winner].family
    if best == winner and trials[choice.winner].complexity == min(trial.complexity for trial in trials):
        return f"{winner} has the lowest log loss of the families, and none is simpler."
    if best == winner:
        return f"{winner} has the lowest log loss of the families; any simpler one is worse by more than noise."
    return f"{winner} is taken: {best} has a lower log loss, but within noise, and {winner} is simpler."


def _is_noise(difference: Floats, group: Indices) -> bool:
    """Return whether a mean difference is at most noise; identical rows are one piece of evidence."""
    mean = difference.mean()
    sums = np.bincount(group, weights=difference - mean)
    error = np.sqrt((sums**2).sum()) / len(difference)
    return bool(mean <= max(error / 2, min(error, _UNSEEN)))
