"""Out of fold: probabilities of rows by pipelines that did not see them, and what is decided by these."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .threshold import Cuts, Objective

__all__ = ["Decisions", "OutOfFold", "decide"]

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
    return Decisions(scored, objective)(np.ones(len(scored.y)))


class Decisions:
    """Each row decided by the threshold chosen on the other folds, as a function of the rows' weights.

    Parameters
    ----------
    scored : OutOfFold
    objective : Objective
    """

    def __init__(self, scored: OutOfFold, objective: Objective) -> None:
        self._p, self._objective = scored.probability, objective
        self._folds = []
        for number in np.unique(scored.fold):
            held_out, others = np.flatnonzero(scored.fold == number), np.flatnonzero(scored.fold != number)
            self._folds.append((held_out, others, Cuts(scored.y[others], self._p[others])))

    def __call__(self, weights: Floats) -> npt.NDArray[np.bool_]:
        """Return who is decided for, under weights of shape (n_rows,)."""
        decided = np.zeros(len(self._p), dtype=bool)
        for held_out, others, cuts in self._folds:
            threshold, _ = cuts.choose(self._objective, weights[others])
            decided[held_out] = self._p[held_out] >= threshold
        return decided
