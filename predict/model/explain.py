"""Explanation: exact Shapley values of a score, in units of probability.

What a coalition S of inputs is worth is the mean score over the background when the inputs in S are the customer's and
the others are the background row's (the interventional value function). A feature's contribution is its Shapley value
in that game (Shapley 1953; Lundberg and Lee 2017, doi:10.48550/arXiv.1705.07874), computed in full, not sampled:
base value plus contributions is the probability.

A model file that carries its dividends is explained from them in microseconds; any other by scoring coalitions. The
values are the same.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..contract import Row
from ..errors import ArtifactError
from .coalitions import Coalitions
from .dividends import Tables
from .session import Model
from .shapley import Game
from .what_if import WhatIf

__all__ = ["Explainer", "Explanation"]

type Floats = npt.NDArray[np.float64]

# So few customers are solved one by one faster than together.
_FEW = 3
_COALITION_ROWS, _TABLE_ROWS = 250, 10_000
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
    """

    base_value: float
    contributions: tuple[float, ...]


class Explainer:
    """Explains a model's scores against its background.

    Parameters
    ----------
    model : Model

    Raises
    ------
    ArtifactError
        If it does not give the contributions that the file was stored with.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._dividends = model.metadata.dividends
        if self._dividends is None:
            self._coalitions = Coalitions(model)
        else:
            n_background = len(model.metadata.background)
            self._game = Game(len(model.contract.features), self._dividends.subsets, n_background)
        self.self_test()

    @property
    def rows_at_once(self) -> int:
        """How many rows are explained in a fraction of a second."""
        return _COALITION_ROWS if self._dividends is None else _TABLE_ROWS

    @cached_property
    def base_value(self) -> float:
        """Mean probability over the background."""
        if self._dividends is None:
            return self._coalitions.base_value
        return float((1 / (1 + np.exp(-self._dividends.base))).mean())

    def contributions(self, rows: Sequence[Row]) -> Floats:
        """Return the contributions of each row, an ndarray of shape (n_rows, n_features)."""
        if self._dividends is None:
            return self._coalitions.contributions(rows)
        if isinstance(self._dividends, Tables) and len(rows) > _FEW:
            cells, numbers = self._dividends.cells_of(rows)
            return self._game.solve_many(self._dividends.places(cells), self._dividends.odds)[numbers]
        solved = [self._game.solve(self._dividends.of_row(row)) for row in rows]
        return np.array(solved).reshape(len(rows), len(self._model.contract.features))

    def explain(self, rows: Sequence[Row]) -> list[Explanation]:
        """Explain each row."""
        base_value = self.base_value
        return [Explanation(base_value, tuple(values)) for values in self.contributions(rows).tolist()]

    @cached_property
    def what_if(self) -> WhatIf:
        """What the score would be if one number differed."""
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
