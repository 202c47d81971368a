"""Shapley values of up to a dozen inputs: against each background row, only those play in which it differs.

An input whose change does nothing between a background row and the customer is worth nothing to any coalition, and its
Shapley value is 0. So n inputs of which k differ need 2^k coalitions and not 2^n, and the values are the same. On
measured tables of 12 inputs half of them differ, and there is a thirtieth of the work.
"""

import numpy as np
import numpy.typing as npt

from .dividends import Dividends
from .link import Link
from .shapley import AT_ONCE, Solved, join_coalitions, weights

__all__ = ["DifferingGame", "shapley_of_differing"]

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]


class DifferingGame:
    """All games of a model with more than a few inputs, one for each customer: every input is a player."""

    def __init__(self, dividends: Dividends) -> None:
        self._members = dividends.members.astype(np.float64)
        self._link = dividends.link
        self._step = max(1, AT_ONCE // dividends.members.shape[0] // len(dividends.base))

    def solve(self, dividends: Floats) -> Solved:
        """Return the Shapley values of one customer; parameters as those of `predict.model.shapley.Game.solve`."""
        own = shapley_of_differing(self._members, np.exp(-dividends), self._link)
        return tuple(own.mean(axis=0).tolist()), frozenset()

    def solve_many(self, places: Integers, rows: Floats) -> list[Solved]:
        """Return the Shapley values of many customers; parameters as those of `Game.solve_many`."""
        solved: list[Solved] = []
        for start in range(0, len(places), self._step):
            some = np.exp(-rows.take(places[start : start + self._step].T, 0))
            own = shapley_of_differing(self._members, some.reshape(len(some), -1), self._link)
            means = own.reshape(*some.shape[1:], -1).mean(axis=1)
            solved += [(tuple(values), frozenset()) for values in means.tolist()]
        return solved


def shapley_of_differing(members: Floats, odds: Floats, link: Link) -> Floats:
    """Return Shapley values against single background rows, an ndarray of shape (n_games, n_players).

    Parameters
    ----------
    members : ndarray of shape (n_subsets, n_players)
        1 where a player is in a set, else 0.
    odds : ndarray of shape (n_subsets, n_games)
        exp(-dividend) of each set; a game is a customer and a background row.
    link : Link
    """
    acts = odds != 1.0
    differs = members.T @ acts > 0
    # A player's bit among those of the players that differ; sums of so few powers of two are exact.
    bits = 2.0 ** (np.cumsum(differs, axis=0) - differs)
    coalitions = (members @ bits).astype(np.intp)
    n_differing = differs.sum(axis=0)
    values = np.zeros(differs.T.shape)
    for n in np.flatnonzero(np.bincount(n_differing)).tolist():
        games = np.flatnonzero(n_differing == n)
        step = max(1, AT_ONCE >> n)
        for start in range(0, len(games), step):
            some = games[start : start + step]
            subset, game = np.nonzero(acts[:, some])
            own = some[game]
            factors = np.ones((1 << n, len(some)))
            factors[coalitions[subset, own], game] = odds[subset, own]
            worth = link.of_odds(join_coalitions(factors, n))
            part = np.zeros((len(some), len(members[0])))
            part[differs.T[some]] = (weights(n) @ worth).T.ravel()
            values[some] = part
    return values
