"""What can go wrong, as data.

    PredictError
    ├── ArtifactError   ours: the model file cannot be trusted; raised when it is loaded
    └── InvalidInput    the caller's: every fault of the request at once
        ├── MalformedInput   the body could not be read at all
        └── TooLarge         there is more of it than is taken at once

No message holds a value that was sent: a message may be logged, a customer's data may not.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

__all__ = [
    "FAULT_CODES",
    "PROBLEM",
    "WARNING_CODES",
    "ArtifactError",
    "Fault",
    "InvalidInput",
    "MalformedInput",
    "PredictError",
    "TooLarge",
    "count_faults",
    "problem_document",
]

PROBLEM = "application/problem+json"
"""The media type of `problem_document`."""

FAULT_CODES = {
    "missing": "A field or a column is required and is not there, or is empty.",
    "unknown_field": "The model has no such field.",
    "duplicate_field": "A field, or a column of a batch, is given twice.",
    "wrong_type": "The value is of another type than it should be, such as a text for a number.",
    "not_finite": "NaN, an infinity, or a number beyond a double.",
    "not_whole": "A whole number is needed.",
    "too_small": "The number is below the limit.",
    "too_large": "The number, or the request, is above the limit.",
    "unknown_category": "The text is not one of the values that exist.",
    "unknown_value": "A parameter has a value that it does not take.",
    "wrong_length": "A column of a batch is longer or shorter than the first.",
    "malformed": "The body could not be read at all.",
    "empty": "The file is empty.",
    "no_heading": "The first line of the file does not name columns.",
    "no_rows": "The file has a heading and no row below it.",
    "unclear_number": "A number could be thousands or have three decimals, and nothing tells which.",
    "duplicate_column": "Two columns of the file stand for the same input.",
    "wrong_delimiter": "The cells of the file have something else between them than a comma, semicolon, tab or bar.",
    "too_many_columns": "The file has more columns than the limit.",
}
"""Codes of errors: why there is no score."""

WARNING_CODES = {
    "outside_range": "The number is outside what training saw; `limit` is the nearer end.",
    "unseen_category": "Training never saw this category.",
    "rare_category": "Training saw this category a few times only.",
    "not_given": "The value is not known.",
}
"""Codes of warnings: there is a score all the same."""


class Fault(NamedTuple):
    """One thing to mend, or, as a warning, one thing to know.

    Attributes
    ----------
    field : str
        Name of the input, or "" for the request as a whole.
    code : str
        Stable word for programs, such as "too_small".
    message : str
        One sentence for people: the field, the rule and the fix.
    limit : float, int, str or None
        The bound that was crossed, where there is one.
    """

    field: str
    code: str
    message: str
    limit: float | int | str | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the fault as JSON types."""
        # By hand: it takes half the time of _asdict.
        return {"field": self.field, "code": self.code, "message": self.message, "limit": self.limit}


class PredictError(Exception):
    """Base of every error this package raises on purpose."""


class ArtifactError(PredictError):
    """The model file is missing, damaged, or not one this code understands."""


class InvalidInput(PredictError):
    """The request breaks the contract.

    Attributes
    ----------
    faults : tuple of Fault
        All of them, in the order of the contract's features.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


class MalformedInput(InvalidInput):
    """The body is not the JSON, the form or the CSV it should be, so that no field of it can be named."""

    def __init__(self, rule: str) -> None:
        super().__init__([Fault("", "malformed", rule)])


class TooLarge(InvalidInput):
    """There is more than is taken at once; the limit is in the one fault."""

    def __init__(self, rule: str, limit: int) -> None:
        super().__init__([Fault("", "too_large", rule, limit)])


def count_faults(faults: Sequence[Fault]) -> str:
    """Say how many faults there are to mend: "2 things to mend, listed in errors."."""
    return f"{len(faults)} {'thing' if len(faults) == 1 else 'things'} to mend, listed in errors."


def problem_document(status: HTTPStatus, detail: str, faults: Iterable[Fault], request_id: str) -> dict[str, Any]:
    """Return a refusal as RFC 9457 writes it, with every fault."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "errors": [fault.to_dict() for fault in faults],
        "request_id": request_id,
    }
