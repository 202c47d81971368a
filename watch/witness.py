"""The witness: counts what the app answers, and what the shadow would have answered to the same customer.

The shadow decides nothing, and whatever goes wrong with it is no business of whoever asked.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from predict.contract import Row
from predict.model.session import Model

from .journal import Journal
from .serving import Serving

__all__ = ["Witness"]

_log = logging.getLogger("purchase.watch")


class Witness:
    """Counts answers in a journal.

    Parameters
    ----------
    journal : Journal
    serving : Serving
        Knows the shadow.
    """

    def __init__(self, journal: Journal, serving: Serving) -> None:
        self._journal = journal
        self._serving = serving

    def add(
        self, model: Model, row: Row, probability: float, *, is_warned: bool, request_id: str = "", ref: str = ""
    ) -> None:
        """Count one answer; the arguments are those of `Journal.add`."""
        self._journal.add(model, row, probability, is_warned=is_warned, request_id=request_id, ref=ref)
        if (shadow := self._serving.shadow) and shadow is not model:
            with _forgiving(shadow):
                score = shadow.score(row)
                self._journal.add(shadow, row, score, is_warned=is_warned, request_id=request_id, ref=ref)

    def add_many(
        self, model: Model, columns: list[npt.NDArray[Any]], probabilities: npt.NDArray[np.float64], **facts: Any
    ) -> None:
        """Count many answers; the arguments are those of `Journal.add_many`."""
        self._journal.add_many(model, columns, probabilities, **facts)
        if (shadow := self._serving.shadow) and shadow is not model and len(probabilities):
            with _forgiving(shadow):
                names = [feature.name for feature in shadow.contract.features]
                feed = {name: column.reshape(-1, 1) for name, column in zip(names, columns, strict=True)}
                self._journal.add_many(shadow, columns, shadow.run(feed), **facts)

    def refuse(self, model: Model) -> None:
        """Count a customer that could not be scored."""
        self._journal.refuse(model)


@contextmanager
def _forgiving(shadow: Model) -> Iterator[None]:
    """Log what goes wrong with the shadow; whoever asked never knows."""
    try:
        yield
    except Exception as error:
        _log.error("the shadow %s cannot score (%s)", shadow.hash[:12], type(error).__name__)
