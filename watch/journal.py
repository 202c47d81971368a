"""The journal: counts that wait in memory, written to the blob account every half minute, off the request path.

The worker tells nobody that it is about to end, so nothing may wait for that: the first answer is written at once, and
what comes after it when the pause is over. What cannot be written waits for the next time.

    counts/parts/{date}/{model}/{instance}-{number}.json    written once, never changed
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from predict.contract import Row
from predict.model.metadata import Metadata
from predict.model.session import Model

from .counts import Counter, Counts
from .errors import Conflict, StoreError
from .store import Container

__all__ = ["MODEL_DIGITS", "PAUSE_SECONDS", "Journal", "part_name", "read_part"]

PAUSE_SECONDS = 30.0
MODEL_DIGITS = 12
"""So many digits of a model's hash stand in the names of its counts."""

_log = logging.getLogger("purchase.watch")


def part_name(date: str, model: str, instance: str, number: int) -> str:
    """Return the name of a part: whose counts they are, of which day."""
    return f"parts/{date}/{model}/{instance}-{number}.json"


class Journal:
    """Counts answers, and writes the counts by and by.

    Parameters
    ----------
    container : Container
        Of the counts.
    now : callable
        Returns the time, in UTC.
    """

    def __init__(self, container: Container, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._container = container
        self._now = now
        self._instance = os.urandom(8).hex()
        self._number = 0
        self._lock = threading.Lock()
        self._counters: dict[str, Counter] = {}
        self._unwritten: list[tuple[str, bytes]] = []
        self._wake = threading.Event()
        self._started = False

    def add(self, model: Model, row: Row, probability: float, *, is_warned: bool) -> None:
        """Count one answer."""
        with self._lock:
            self._counter(model.hash, model.metadata).add(row, probability, is_warned=is_warned)
        self._wake.set()

    def add_many(
        self,
        model: Model,
        columns: list[npt.NDArray[np.generic]],
        probabilities: npt.NDArray[np.float64],
        *,
        failed: int,
        warned: int,
    ) -> None:
        """Count many answers; the arguments are those of `Counter.add_many`."""
        with self._lock:
            counter = self._counter(model.hash, model.metadata)
            counter.add_many(columns, probabilities, failed=failed, warned=warned)
        self._wake.set()

    def refuse(self, model: Model) -> None:
        """Count a customer that could not be scored."""
        with self._lock:
            self._counter(model.hash, model.metadata).refuse()
        self._wake.set()

    def start(self) -> None:
        """Write from now on, in a thread that ends with the process."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="journal", daemon=True).start()

    def flush(self) -> None:
        """Write what has been counted; what cannot be written is kept."""
        with self._lock:
            taken = {model: counter.take() for model, counter in self._counters.items()}
        date = self._now().date().isoformat()
        for model, counts in taken.items():
            if counts:
                self._number += 1
                name = part_name(date, model[:MODEL_DIGITS], self._instance, self._number)
                self._unwritten.append((name, json.dumps(asdict(counts), separators=(",", ":")).encode()))
        while self._unwritten:
            try:
                self._container.create(*self._unwritten[0])
            except Conflict:
                pass  # It was written before, and the answer was lost: nobody else has this name.
            except StoreError as error:
                _log.error("counts cannot be written, and wait: %s", error)
                return
            self._unwritten.pop(0)

    def _counter(self, model_hash: str, metadata: Metadata) -> Counter:
        counter = self._counters.get(model_hash)
        if counter is None:
            counter = self._counters[model_hash] = Counter(metadata)
        return counter

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            self.flush()
            time.sleep(PAUSE_SECONDS)


def read_part(body: bytes) -> Counts:
    """Return the counts of a part.

    Raises
    ------
    ValueError
        If it is none.
    """
    return Counts.of(json.loads(body))
