"""Answers that are kept for a while, so that outcomes can be held against them; only where KEEP_ANSWERS_DAYS says so.

    answers/{date}/{instance}-{number}.ndjson    a line an answer: two pseudonyms, the model, the probability

No input of a customer is kept. Request ids and customers' references are kept as pseudonyms: HMAC-SHA256 under a salt
in a container of its own, which nobody but the app needs to read. Without it nobody can try out guesses.
"""

import functools
import hmac
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass

from .errors import Conflict, NotThere
from .store import Container

__all__ = ["Answer", "AnswerBook", "for_customer", "for_request", "read_answers", "read_salt"]

_SALT = "salt"
_DIGITS = 32
_READERS = 16
# Of an account that cannot be reached: some 50 MB. What comes after that is not kept.
_MOST_WAITING = 200_000


@dataclass(frozen=True)
class Answer:
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
        """Return the lines to write by their date, and begin anew.

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
        lines: dict[str, list[str]] = {}
        for date, request_id, ref, model, probability in taken:
            request = for_request(salt, request_id) if request_id else ""
            customer = for_customer(salt, ref) if ref else ""
            answer = asdict(Answer(date, request, customer, model, probability))
            lines.setdefault(date, []).append(json.dumps(answer, separators=(",", ":")))
        return {date: "\n".join(its_lines).encode() for date, its_lines in lines.items()}

    @functools.cached_property
    def _salt(self) -> str:
        return read_salt(self._salts)


def read_salt(container: Container) -> str:
    """Return the salt of the pseudonyms, which is made where there is none yet.

    Raises
    ------
    StoreError
    """
    try:
        return container.read(_SALT).body.decode()
    except NotThere:
        with suppress(Conflict):
            container.create(_SALT, os.urandom(32).hex().encode())
        return container.read(_SALT).body.decode()


def for_request(salt: str, request_id: str) -> str:
    """Return the pseudonym of a request id."""
    return _pseudonym(salt, f"request {request_id}")


def for_customer(salt: str, ref: str) -> str:
    """Return the pseudonym of a customer's reference."""
    return _pseudonym(salt, f"customer {ref}")


def read_answers(container: Container, since: str) -> Iterator[Answer]:
    """Yield the answers that are kept from a date on, the oldest day first.

    Raises
    ------
    StoreError
    """
    names = sorted(name for name in container.names() if name >= since)
    with ThreadPoolExecutor(_READERS) as readers:
        for blob in readers.map(container.read, names):
            for line in blob.body.splitlines():
                yield Answer(**json.loads(line))


def _pseudonym(salt: str, text: str) -> str:
    return hmac.digest(salt.encode(), text.encode(), "sha256").hex()[:_DIGITS]
