"""Explanation: exact Shapley values of a score, in units of probability.

What a coalition S of inputs is worth is the mean score over the background when the inputs in S are the customer's and
the others are the background row's (the interventional value function). A feature's contribution is its Shapley value
in that game (Shapley 1953; Lundberg and Lee 2017, doi:10.48550/arXiv.1705.07874), computed in full, not sampled:
base value plus contributions is the probability.

A model file that carries its dividends is explained from them in microseconds; any other by scoring coalitions. The
values are the same. Of more inputs than `MOST_EXACT` those that matter most are played exactly, and the others share
what they add together (`predict.model.strongest`).
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ..contract import Row
from ..errors import ArtifactError
from .differing import DifferingGame
from .dividends import Linear
from .reasons import Reasons
from .session import Model
from .shapley import Game
from .strongest import MOST_EXACT, StrongestGame

if TYPE_CHECKING:
    from .what_if import WhatIf

__all__ = ["Explainer", "Explanation"]

type Floats = npt.NDArray[np.float64]

# Of so few inputs all coalitions are summed up in less time than it takes to say which inputs differ.
_FEW_INPUTS = 9
# So few customers are solved one by one faster than together.
_FEW = 3
_SLOW_ROWS, _QUICK_ROWS = 250, 10_000
# The same numbers come out of other processors with other last bits.
_TOLERANCE = 1e-9


class Explanation(NamedTuple):
    """Why a row has its score.

    Attributes
    ----------
    base_value : float
        Mean probability over the background.
    contributions : tuple of float
        In probability, in the order of the features; they add up to probability - base_value.
    approximate : frozenset of int
        The places of those that are shares of what the weaker inputs add together.
    """

    base_value: float
    contributions: tuple[float, ...]
    approximate: frozenset[int] = frozenset()


class Explainer:
    """Explains a model's scores against its background.

    Raises
    ------
    ArtifactError
        If it does not give the contributions that the file was stored with.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._dividends = model.metadata.dividends
        if self._dividends is None:
            from .coalitions import Coalitions  # most models have no need of them

            self._coalitions = Coalitions(model)
        else:
            n_features = len(model.contract.features)
            # Of a linear model almost every number differs.
            is_large = n_features > _FEW_INPUTS and not isinstance(self._dividends, Linear)
            kind = StrongestGame if n_features > MOST_EXACT else DifferingGame if is_large else Game
            self._game = kind(self._dividends)
        self.self_test()

    @property
    def rows_at_once(self) -> int:
        """How many rows are explained in a fraction of a second."""
        return _QUICK_ROWS if self._model.metadata.explains_quickly else _SLOW_ROWS

    @cached_property
    def base_value(self) -> float:
        """Mean probability over the background."""
        if self._dividends is None:
            return self._coalitions.base_value
        return float(self._dividends.link.of_log_odds(self._dividends.base).mean())

    def contributions(self, rows: Sequence[Row]) -> Floats:
        """Return the contributions of each row, an ndarray of shape (n_rows, n_features)."""
        explained = [explanation.contributions for explanation in self.explain(rows)]
        return np.array(explained).reshape(len(rows), len(self._model.contract.features))

    def explain(self, rows: Sequence[Row]) -> list[Explanation]:
        """Explain each row."""
        base_value, dividends = self.base_value, self._dividends
        if dividends is None:
            return [Explanation(base_value, tuple(own)) for own in self._coalitions.contributions(rows).tolist()]
        if isinstance(dividends, Linear) or len(rows) <= _FEW:
            return [Explanation(base_value, *self._game.solve(dividends.of_row(row))) for row in rows]
        cells, numbers = dividends.cells_of(rows)
        solved = self._game.solve_many(dividends.places(cells), dividends.rows)
        explained = [Explanation(base_value, *own) for own in solved]
        return [explained[number] for number in numbers]

    @cached_property
    def reasons(self) -> Reasons:
        """Puts explanations into words."""
        return Reasons(self._model.contract.features)

    @cached_property
    def what_if(self) -> "WhatIf":
        """What the score would be if one number differed."""
        from .what_if import WhatIf  # with the first question: no start waits for it

        return WhatIf(self._model)

    def self_test(self) -> None:
        """Explain the stored rows again.

        Raises
        ------
        ArtifactError
            If a contribution is not the stored one.
        """
        tests = [test for test in self._model.metadata.self_test if test.contributions]
        if not tests:
            return
        explained = self.contributions([test.values for test in tests])
        if not np.allclose(explained, [test.contributions for test in tests], rtol=0, atol=_TOLERANCE):
            raise ArtifactError("The model fails its self-test: a stored row does not have the stored explanation.")
