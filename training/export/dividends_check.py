"""The check of the dividends: they add up to what the session scores, and explain as scored coalitions do."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Row
from predict.model.coalitions import Coalitions
from predict.model.dividends import Dividends
from predict.model.explain import Explainer
from predict.model.session import Model
from predict.model.strongest import MOST_EXACT

from .background import to_rows
from .parity import ParityError

__all__ = ["check_dividends"]

_TOLERANCE = 1e-9
# Rows of each table that are explained in both ways.
_EXPLAINED = 12

type Floats = npt.NDArray[np.float64]


def check_dividends(model: Model, tables: Iterable[pd.DataFrame]) -> None:
    """Hold the dividends of a model against its session, and the explanations against scored coalitions.

    All of a customer's dividends add up to the log odds that the session scores, for every row of every table. Of a few
    rows of each, the dividends within coalitions add up to what the session scores where these inputs are the
    customer's and the others a background row's; and where few inputs are explained by all coalitions, the explanations
    are those of scored coalitions.

    Raises
    ------
    ParityError
        If they differ.
    """
    dividends = model.metadata.dividends
    if dividends is None:
        return
    explainer = Explainer(model)
    is_wide = len(model.contract.features) > MOST_EXACT
    rng = np.random.default_rng(0)
    for table in tables:
        rows = to_rows(table)
        ours = np.array([dividends.of_row(row).sum(axis=0) for row in rows])
        _refuse_difference("tables", dividends.link.of_log_odds(ours), model.probabilities(rows)[:, None])
        some = rows[:: max(1, len(rows) // _EXPLAINED)]
        if is_wide:
            _check_coalitions(model, dividends, some, rng)
        else:
            _refuse_difference("values", explainer.contributions(some), Coalitions(model).contributions(some))


def _check_coalitions(model: Model, dividends: Dividends, rows: Sequence[Row], rng: np.random.Generator) -> None:
    """Hold the dividends against the session, for a coalition of each row and each background row."""
    background = model.metadata.background
    for row in rows:
        inside = rng.random((len(background), len(row))) < rng.random((len(background), 1))
        mixed = [
            tuple(np.where(own, np.array(row, object), np.array(other, object)).tolist())
            for own, other in zip(inside, background, strict=True)
        ]
        within = ~(dividends.members[:, None] & ~inside).any(axis=2)
        ours = (dividends.of_row(row) * within).sum(axis=0)
        _refuse_difference("tables", dividends.link.of_log_odds(ours), model.probabilities(mixed))


def _refuse_difference(what: str, ours: Floats, theirs: Floats) -> None:
    difference = np.abs(ours - theirs).max()
    if difference > _TOLERANCE:
        raise ParityError(f"The explanations' {what} differ from the model by {difference:.1e}.")
