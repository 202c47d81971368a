"""The witness: counts what the app answers, and what the shadow would have answered to the same customer.

The shadow decides nothing, and whatever goes wrong with it is no business of whoever asked.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from predict.contract import Row
from predict.model.session import Model

from .journal import Journal
from .shelf import Shelf

__all__ = ["Witness"]

_log = logging.getLogger("purchase.watch")


class Witness:
    """Counts answers in a journal.

    Parameters
    ----------
    journal : Journal
    shelf : Shelf
        Knows the shadow.
    """

    def __init__(self, journal: Journal, shelf: Shelf) -> None:
        self._journal = journal
        self._shelf = shelf

    def add(
        self, model: Model, row: Row, probability: float, *, is_warned: bool, request_id: str = "", ref: str = ""
    ) -> None:
        """Count one answer; the arguments are those of `Journal.add`."""
        self._journal.add(model, row, probability, is_warned=is_warned, request_id=request_id, ref=ref)
        if (shadow := self._shelf.shadow) and shadow is not model:
            try:
                score = shadow.score(row)
            except Exception as error:
                _log.error("the shadow %s cannot score (%s)", shadow.hash[:12], type(error).__name__)
                return
            self._journal.add(shadow, row, score, is_warned=is_warned, request_id=request_id, ref=ref)

    def add_many(
        self,
        model: Model,
        columns: list[npt.NDArray[Any]],
        probabilities: npt.NDArray[np.float64],
        *,
        failed: int,
        warned: int,
        refs: Sequence[str] = (),
    ) -> None:
        """Count many answers; the arguments are those of `Journal.add_many`."""
        self._journal.add_many(model, columns, probabilities, failed=failed, warned=warned, refs=refs)
        if (shadow := self._shelf.shadow) and shadow is not model and len(probabilities):
            names = [feature.name for feature in shadow.contract.features]
            feed = {name: column.reshape(-1, 1) for name, column in zip(names, columns, strict=True)}
            try:
                scores = shadow.run(feed)
            except Exception as error:
                _log.error("the shadow %s cannot score (%s)", shadow.hash[:12], type(error).__name__)
                return
            self._journal.add_many(shadow, columns, scores, failed=failed, warned=warned, refs=refs)

    def refuse(self, model: Model) -> None:
        """Count a customer that could not be scored."""
        self._journal.refuse(model)
