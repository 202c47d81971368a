"""Answers that are kept for a while, so that outcomes can be held against them; only where KEEP_ANSWERS_DAYS says so.

    answers/parts/{date}/{instance}-{number}.json    written once
    answers/days/{date}.json                         the parts of a day, gathered

No input of a customer is kept. Request ids and customers' references are kept as pseudonyms (watch/pseudonyms.py).
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import NamedTuple, Self

import orjson

from .errors import StoreError
from .gathering import gather
from .pseudonyms import for_customer, for_request, read_salt
from .store import Container

__all__ = ["Answer", "AnswerBook", "Answers", "read_answers"]

# Of an account that cannot be reached: some 50 MB. What comes after that is not kept.
_MOST_WAITING = 200_000


class Answer(NamedTuple):
    """An answer as it is kept.

    Attributes
    ----------
    date : str
        Day of the answer, in UTC.
    request, customer : str
        Pseudonyms of the request id and of the customer's reference; "" where there is none.
    model : str
        The first digits of the model's hash.
    probability : float
    """

    date: str
    request: str
    customer: str
    model: str
    probability: float


@dataclass
class Answers:
    """The answers of a day or of a part of it, column by column, as they are kept.

    Attributes
    ----------
    request, customer, model : list of str
    probability : list of float
    parts : list of str
        Names of the parts that are in it.
    """

    request: list[str] = field(default_factory=list)
    customer: list[str] = field(default_factory=list)
    model: list[str] = field(default_factory=list)
    probability: list[float] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read a day or a part."""
        return cls(**orjson.loads(body))

    def add(self, body: bytes) -> None:
        """Add a part."""
        part = self.of(body)
        self.request += part.request
        self.customer += part.customer
        self.model += part.model
        self.probability += part.probability

    @property
    def body(self) -> bytes:
        """They as they are kept."""
        return orjson.dumps(asdict(self))


class AnswerBook:
    """Answers that wait in memory to be written.

    Parameters
    ----------
    container : Container
        Of the answers.
    salts : Container
        Of the salt.
    """

    def __init__(self, container: Container, salts: Container) -> None:
        self.container = container
        self._salts = salts
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, str, str, str, float]] = []

    def add(self, date: str, request_id: str, ref: str, model: str, probability: float) -> None:
        """Keep an answer that a request id or a customer's reference names."""
        with self._lock:
            if (request_id or ref) and len(self._waiting) < _MOST_WAITING:
                self._waiting.append((date, request_id, ref, model, probability))

    def take(self) -> dict[str, bytes]:
        """Return the parts to write by their date, and begin anew.

        Raises
        ------
        StoreError
            If the salt cannot be read; then nothing is taken.
        """
        if not self._waiting:
            return {}
        salt = self._salt
        with self._lock:
            taken, self._waiting = self._waiting, []
        parts: dict[str, Answers] = {}
        for date, request_id, ref, model, probability in taken:
            part = parts.setdefault(date, Answers())
            part.request.append(for_request(salt, request_id) if request_id else "")
            part.customer.append(for_customer(salt, ref) if ref else "")
            part.model.append(model)
            part.probability.append(probability)
        return {date: part.body for date, part in parts.items()}

    @functools.cached_property
    def _salt(self) -> str:
        return read_salt(self._salts)


def read_answers(container: Container, since: str) -> Iterator[Answer]:
    """Yield the answers that are kept from a date on, the oldest day first; gather their parts, and delete older days.

    Raises
    ------
    Conflict, StoreError
    """
    parts: dict[str, list[str]] = {}
    old = []
    for name in container.names():
        kind, date, *part = name.removesuffix(".json").split("/")
        if date < since:
            old.append(name)
        else:
            parts.setdefault(date, []).extend(f"{own}.json" for own in part if kind == "parts")
    with suppress(StoreError):  # the account's lifecycle rule deletes them, too
        container.delete(old)
    for date, its_parts in sorted(parts.items()):
        day = gather(container, f"days/{date}.json", f"parts/{date}", its_parts, Answers)
        for columns in zip(day.request, day.customer, day.model, day.probability, strict=True):
            yield Answer(date, *columns)
