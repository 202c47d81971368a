"""The journal: counts that wait in memory, written to the blob account every half minute, off the request path.

The worker tells nobody that it is about to end, so nothing may wait for that: the first answer is written at once, and
what comes after it when the pause is over. What cannot be written waits for the next time.

    counts/parts/{date}/{model}/{instance}-{number}.json    written once, never changed

Where answers are kept, too (watch/answers.py), they are written beside the counts.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from predict.contract import Row
from predict.model.metadata import Metadata
from predict.model.session import Model

from .answers import AnswerBook
from .counts import Counter
from .errors import Conflict, StoreError
from .store import Container

__all__ = ["MODEL_DIGITS", "PAUSE_SECONDS", "Journal"]

PAUSE_SECONDS = 30.0
MODEL_DIGITS = 12
"""So many digits of a model's hash stand in the names of its counts."""

type Blob = tuple[Container, str, bytes]
"""Where it belongs, its name, and what is in it."""

_log = logging.getLogger("purchase.watch")


class Journal:
    """Counts answers, and writes the counts by and by.

    Parameters
    ----------
    container : Container
        Of the counts.
    now : callable
        Returns the time, in UTC.
    answers : AnswerBook, optional
        Where answers are kept.
    """

    def __init__(
        self,
        container: Container,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        answers: AnswerBook | None = None,
    ) -> None:
        self._container = container
        self._now = now
        self._answers = answers
        self._instance = os.urandom(8).hex()
        self._number = 0
        self._lock = threading.Lock()
        self._counters: dict[str, Counter] = {}
        self._unwritten: list[Blob] = []
        self._wake = threading.Event()
        self._started = False

    def add(
        self, model: Model, row: Row, probability: float, *, is_warned: bool, request_id: str = "", ref: str = ""
    ) -> None:
        """Count one answer; where answers are kept, it is found by the request id or the customer's reference."""
        with self._lock:
            self._counter(model.hash, model.metadata).add(row, probability, is_warned=is_warned)
            if self._answers:
                self._answers.add(self._date, request_id, ref, model.hash[:MODEL_DIGITS], probability)
        self._wake.set()

    def add_many(
        self,
        model: Model,
        columns: list[npt.NDArray[np.generic]],
        probabilities: npt.NDArray[np.float64],
        *,
        failed: int,
        warned: int,
        refs: Sequence[str] = (),
    ) -> None:
        """Count many answers; the arguments are those of `Counter.add_many`, and the customers' references if any."""
        with self._lock:
            counter = self._counter(model.hash, model.metadata)
            counter.add_many(columns, probabilities, failed=failed, warned=warned)
            if self._answers and refs:
                date, name = self._date, model.hash[:MODEL_DIGITS]
                for ref, probability in zip(refs, probabilities.tolist(), strict=True):
                    self._answers.add(date, "", ref, name, probability)
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
        self._number += 1
        name = f"{self._instance}-{self._number}.json"
        for model, counts in taken.items():
            if counts:
                body = json.dumps(asdict(counts), separators=(",", ":")).encode()
                self._unwritten.append((self._container, f"parts/{self._date}/{model[:MODEL_DIGITS]}/{name}", body))
        if self._answers and not any(container is self._answers.container for container, *_ in self._unwritten):
            self._unwritten += self._answer_blobs(self._answers, name)
        self._unwritten = self._write(self._unwritten)

    @property
    def _date(self) -> str:
        return self._now().date().isoformat()

    def _answer_blobs(self, answers: AnswerBook, name: str) -> list[Blob]:
        try:
            return [(answers.container, f"parts/{date}/{name}", body) for date, body in answers.take().items()]
        except StoreError as error:
            _log.error("answers cannot be written, and wait: %s", error)
            return []

    def _write(self, blobs: list[Blob]) -> list[Blob]:
        """Write blobs; return those that cannot be written now."""
        left: list[Blob] = []
        for container, name, body in blobs:
            if any(container is other for other, *_ in left):
                left.append((container, name, body))
                continue
            # A conflict: it was written before, and the answer was lost. Nobody else has this name.
            try:
                with suppress(Conflict):
                    container.create(name, body)
            except StoreError as error:
                _log.error("what was counted cannot be written, and waits: %s", error)
                left.append((container, name, body))
        return left

    def _counter(self, model_hash: str, metadata: Metadata) -> Counter:
        counter = self._counters.get(model_hash)
        if counter is None:
            counter = self._counters[model_hash] = Counter(metadata)
        return counter

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            try:
                self.flush()
            except Exception as error:
                # Nobody would start this thread again.
                _log.error("what was counted cannot be written (%s)", type(error).__name__)
            time.sleep(PAUSE_SECONDS)
