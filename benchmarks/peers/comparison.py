"""The comparison with what such a model is usually served by, measured and observed, and its tables.

Facts and words only; `peer_runs` makes them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..figures import Figure
from .behaviours import BATCH_ROWS, FAULTS, Behaviour
from .starts import Start

__all__ = ["Measured", "as_figures", "server_table"]


@dataclass(frozen=True)
class Measured:
    """What was found of one server.

    Attributes
    ----------
    size : int
        Of its environment, in bytes.
    start : Start
    rate : float
        Predictions a second with nothing but the score, one a request.
    explained_rate : float or None
        With what explains them; None of a server that explains nothing.
    behaviour : Behaviour
    """

    size: int
    start: Start
    rate: float
    explained_rate: float | None
    behaviour: Behaviour


def as_figures(measured: Mapping[str, Measured]) -> Iterator[Figure]:
    """Return a row for each number, beside that of the first server."""
    first, ours = next(iter(measured.items()))
    for name, found in measured.items():
        for what, _, unit, value in (*_NUMBERS, *_COUNTS):
            versus = (first, value(ours)) if name != first else ("", None)
            yield Figure(f"{name}: {what}", value(found), unit, *versus)


def server_table(measured: Mapping[str, Measured]) -> str:
    """Return what was measured and what was observed of the servers, one a column."""
    found = list(measured.values())
    ours = found[0]

    def times(value: Callable[[Measured], float], form: str, unit: str) -> list[str]:
        return [_times(f"{value(one):{form}} {unit}".rstrip(), value(one) / value(ours), one is ours) for one in found]

    rows = [
        *([what, *times(value, form, unit)] for what, form, unit, value in _NUMBERS),
        [
            "requests a second, explained",
            *(f"{one.explained_rate:,.0f}" if one.explained_rate else "–" for one in found),
        ],
        *([fault.what, *(one.behaviour.answers[fault.what] for one in found)] for fault in FAULTS),
        [f"{BATCH_ROWS} customers, one with “many” days", *(f"{one.behaviour.batch_scored} scored" for one in found)],
        ["an explanation in the same call", *("yes" if one.behaviour.explained else "no" for one in found)],
    ]
    return _table(["", *measured], rows)


# What is measured, how it is written and in which unit, and where it is found.
_NUMBERS: Sequence[tuple[str, str, str, Callable[[Measured], float]]] = (
    ("installed", ",.0f", "MB", lambda one: one.size / 1e6),
    ("process start to first answer, CPU", ".2f", "s", lambda one: one.start.cpu_seconds),
    ("the same on the clock", ".2f", "s", lambda one: one.start.seconds),
    ("memory after it", ",.0f", "MB", lambda one: one.start.memory / 1e6),
    ("requests a second, the score alone", ",.0f", "", lambda one: one.rate),
)
_COUNTS: Sequence[tuple[str, str, str, Callable[[Measured], float]]] = (
    (f"of {len(FAULTS)} faults, answered by naming the field", ".0f", "", lambda one: one.behaviour.named),
    (f"of {BATCH_ROWS} customers, one of them bad, scored", ".0f", "", lambda one: one.behaviour.batch_scored),
)


def _times(words: str, ratio: float, alone: bool) -> str:
    return words if alone else f"{words} ({ratio:.1f} ×)" if ratio >= 0.1 else f"{words} ({ratio:.2f} ×)"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
