"""Behaviours: what a server does with customers that are not as they should be, read from its answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dialects import Customer, Dialect

__all__ = ["BATCH_ROWS", "FAULTS", "Behaviour", "Fault", "observe", "read_answer"]

type Ask = Callable[[str, bytes], tuple[int, bytes]]

BATCH_ROWS = 10
_BAD_ROW = 3


@dataclass(frozen=True)
class Fault:
    """Something wrong with a customer.

    Attributes
    ----------
    what : str
    field : str
        The input it is in.
    value : object
        What is sent in its place; None leaves the field out.
    """

    what: str
    field: str
    value: object

    def put_into(self, customer: Customer) -> Customer:
        """Return the customer with the fault."""
        changed = {name: value for name, value in customer.items() if name != self.field}
        return changed if self.value is None else {**customer, self.field: self.value}


FAULTS: Sequence[Fault] = (
    Fault("−5 days on the platform", "days_on_platform", -5),
    Fault("9,999 days, far beyond the training data", "days_on_platform", 9999),
    Fault("the country “Atlantis”", "student_country", "Atlantis"),
    Fault("the country “ZZ”", "student_country", "ZZ"),
    Fault("no days on the platform", "days_on_platform", None),
    Fault("“many” days", "days_on_platform", "many"),
)
"""In words of data/customers.csv."""

_SPOILT = FAULTS[-1]


@dataclass(frozen=True)
class Behaviour:
    """What was observed of a server.

    Attributes
    ----------
    answers : mapping of str to str
        To each fault, by what it is, in words.
    named : int
        How many faults were answered with an error or a warning that names the field.
    batch_scored : int
        How many of `BATCH_ROWS` customers came back scored when one of them had text in a number.
    explained : bool
        Whether the answer to a customer has something about each input.
    """

    answers: Mapping[str, str]
    named: int
    batch_scored: int
    explained: bool


def observe(ask: Ask, dialect: Dialect, customers: Sequence[Customer]) -> Behaviour:
    """Send a server what it should and should not be sent.

    Parameters
    ----------
    ask : callable
        Takes a path and a body, returns a status and a body.
    dialect : Dialect
    customers : sequence of mapping
        At least `BATCH_ROWS` good ones.
    """
    answers, named = {}, 0
    for fault in FAULTS:
        status, body = ask(dialect.path, _json(dialect.write(fault.put_into(customers[0]))))
        answers[fault.what], names_field = read_answer(status, body, fault.field, dialect)
        named += names_field
    batch = list(customers[:BATCH_ROWS])
    batch[_BAD_ROW] = _SPOILT.put_into(batch[_BAD_ROW])
    status, body = ask(dialect.batch_path, _json(dialect.write_batch(batch)))
    scored = [p for p in dialect.read_batch(json.loads(body)) if p is not None] if status == 200 else []
    status, body = ask(dialect.path, _json(dialect.write(customers[0])))
    explained = status == 200 and all(name.encode() in body for name in customers[0])
    return Behaviour(answers, named, len(scored), explained)


def read_answer(status: int, body: bytes, field: str, dialect: Dialect) -> tuple[str, bool]:
    """Return what a server did about a fault in a field, in words, and whether it named the field.

    A score may come with "warnings"; any other status than 200 is an error.
    """
    if status != 200:
        named = field.encode() in body
        return f"{status}, {'names' if named else 'does not name'} the field", named
    answer = json.loads(body)
    (probability,) = dialect.read(answer)
    named = field in json.dumps(_warnings(answer))
    return f"scored {probability:.3f}, {'with a warning that names the field' if named else 'without a word'}", named


def _warnings(answer: Any) -> object:
    return answer.get("warnings") if isinstance(answer, dict) else None


def _json(document: object) -> bytes:
    return json.dumps(document).encode()
