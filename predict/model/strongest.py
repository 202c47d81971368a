"""Shapley values of many inputs: the strongest are players of their own, all others play as one.

No exact way on the scale of probabilities does less than 2^n work. So of a customer with many inputs those that matter
most are played exactly (`predict.model.shapley`), beside one more player that stands for all others. What that one adds
is shared among them by estimates, which also say which inputs are the strongest.

A Shapley value is what an input adds to a coalition that each other joins with chance t, in the mean over t from 0 to
1 (Owen 1972). Of such a coalition the log odds have a mean, and input i adds to them in the mean

    sum of d_b(W) t^(|W| - 1) over the sets W that hold input i.

The estimate takes this at what log odds are worth in probability, as if they were normally distributed: then the
logistic function's mean is that of log odds shrunk by their variance (MacKay 1992). Two t's are enough.

Base value plus contributions is still the probability. Training measures how far the values are from those of all
players alone (`training.export.agreement`).

References
----------
Owen, Multilinear Extensions of Games, 1972, doi:10.1287/mnsc.18.5.64.
MacKay, The Evidence Framework Applied to Classification Networks, 1992, doi:10.1162/neco.1992.4.5.720.
"""

import math

import numpy as np
import numpy.typing as npt

from .dividends import Dividends
from .shapley import Solved, join_coalitions, weights

__all__ = ["MOST_EXACT", "STRONGEST", "StrongestGame"]

MOST_EXACT = 12
"""Up to this many inputs, each is a player of its own."""

STRONGEST = 8
"""Of more inputs, this many are. They and all the others, as one, make 2^9 coalitions."""

# Where the mean over t from 0 to 1 is taken, by Gauss and Legendre.
_JOINED = 0.5 + np.array([[-1.0], [1.0]]) / math.sqrt(12)
# A slope is taken from so much log odds below to as much above: the line of an isotonic calibration has knees.
_BESIDE = 0.5

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]


class StrongestGame:
    """All games of a model with many inputs, one for each customer."""

    def __init__(self, dividends: Dividends) -> None:
        self._members, self._link = dividends.members, dividends.link
        self._mean = np.full(len(dividends.base), 1 / len(dividends.base))
        self._size = self._members.sum(axis=1)
        # Turns dividends into the mean log odds of the coalitions, and what each input adds to them, for each t.
        means, adding = _JOINED**self._size, _JOINED ** np.maximum(self._size - 1, 0)
        self._joining = np.concatenate([means[:, None], adding[:, None] * self._members.T], axis=1)
        self._weights = weights(STRONGEST + 1)
        self._bits = 1 << np.arange(STRONGEST)

    def solve(self, dividends: Floats) -> Solved:
        """Return the contributions of one customer; parameters as those of `predict.model.shapley.Game.solve`."""
        effect = self._estimate(dividends)
        ranked = np.argsort(-np.abs(effect), kind="stable")
        strongest, weaker = ranked[:STRONGEST], np.sort(ranked[STRONGEST:])
        worth = self._link.of_log_odds(self._joined(dividends, strongest)).dot(self._mean)
        *values, others = (self._weights @ worth).tolist()
        contributions = np.empty(len(effect))
        contributions[strongest] = values
        contributions[weaker] = _shared(others, effect[weaker])
        return tuple(contributions.tolist()), frozenset(weaker.tolist())

    def solve_many(self, places: Integers, rows: Floats) -> list[Solved]:
        """Return the contributions of many customers; parameters as those of `Game.solve_many`."""
        return [self.solve(rows.take(own, 0)) for own in places]

    def _estimate(self, dividends: Floats) -> Floats:
        """Return about what each input adds to the probability."""
        joining = self._joining @ dividends
        log_odds, added = joining[:, 0], joining[:, 1:]
        with np.errstate(over="ignore"):  # of a linear model far outside: shrunk to nothing
            variance = _JOINED * (1 - _JOINED) * (added**2).sum(axis=1)
        shrunk = 1 / np.sqrt(1 + math.pi / 8 * variance)
        above, below = (self._link.of_log_odds((log_odds + side) * shrunk) for side in (_BESIDE, -_BESIDE))
        slope = (above - below) / (2 * _BESIDE)
        return np.asarray(np.einsum("tib,tb->i", added, slope * self._mean / len(_JOINED)))

    def _joined(self, dividends: Floats, strongest: Integers) -> Floats:
        """Return the log odds of each coalition, a row each.

        Added up and not multiplied: of a linear model exp(-dividend) may be beyond the doubles, both ways.
        """
        own = self._members[:, strongest]
        player = own @ self._bits | (self._size > own.sum(axis=1)).astype(np.int64) << STRONGEST
        order = np.argsort(player, kind="stable")
        ranked = player[order]
        starts = np.flatnonzero(np.diff(ranked, prepend=-1))
        joined = np.zeros((2 << STRONGEST, dividends.shape[1]))
        joined[ranked[starts]] = np.add.reduceat(dividends.take(order, 0), starts)
        return join_coalitions(joined, STRONGEST + 1, np.add)


def _shared(total: float, estimates: Floats) -> Floats:
    """Return the estimates with what they lack of the total, to each by its size."""
    size = np.abs(estimates).sum()
    return estimates + np.abs(estimates) / size * (total - estimates.sum()) if size else estimates
