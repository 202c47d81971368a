"""Shapley values of many inputs: the strongest are players of their own, all others play as one.

No exact way on the scale of probabilities does less than 2^n work. So of a customer with many inputs those that matter
most are played exactly (`predict.model.shapley`), beside one more player that stands for all others. What that one adds
is shared among them by estimates. On the log odds Shapley values are a sum over sets W, the mean over background rows b
of

    sum of d_b(W) / |W| over the sets W that hold input i,

and the estimate takes each b's at what the log odds between b and the customer are worth in probability. It also says
which inputs are the strongest. Base value plus contributions is still the probability. Training measures how far the
values are from those of all players alone (`training.export.agreement`).
"""

import numpy as np
import numpy.typing as npt

from .dividends import Dividends
from .shapley import Solved, join_coalitions, weights

__all__ = ["MOST_EXACT", "STRONGEST", "StrongestGame"]

MOST_EXACT = 12
"""Up to this many inputs, each is a player of its own."""

STRONGEST = 8
"""Of more inputs, this many are. They and all the others, as one, make 2^9 coalitions."""

# A smaller difference of log odds counts as this much: a slope needs two points.
_SMALL = 1e-6

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]


class StrongestGame:
    """All games of a model with many inputs, one for each customer."""

    def __init__(self, dividends: Dividends) -> None:
        self._members, self._link = dividends.members, dividends.link
        self._mean = np.full(len(dividends.base), 1 / len(dividends.base))
        self._size = self._members.sum(axis=1)
        self._shares = self._members / np.maximum(self._size, 1)[:, None]
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
        theirs, change = dividends[0], np.add.reduce(dividends[1:], 0)
        change[np.abs(change) < _SMALL] = _SMALL
        slope = (self._link.of_log_odds(theirs + change) - self._link.of_log_odds(theirs)) / change
        return np.asarray(dividends.dot(slope * self._mean) @ self._shares)

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
