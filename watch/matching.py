"""Matching: what was said, against what happened.

An answer is judged once its time is over: `within` days, in which a purchase counts as its outcome. Before that,
purchases are known sooner than their absence, and a share of them would be too high. Three rules keep the judged
answers a fair sample. An answer without an outcome is left out, never taken for a "no", unless the outcomes are
complete through its last day. One whose last day comes after the last day of which a "no" is known is left out whatever
became of it. Of the answers of one model to one customer the first one that is judged counts.
"""

import functools
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import compress

from .answers import Answer
from .outcomes import Outcomes

__all__ = ["Judged", "match"]

# A purchase is dated where it was made, an answer in UTC.
_GRACE = timedelta(days=1)


@dataclass
class Judged:
    """The answers of one model that are judged.

    Attributes
    ----------
    probabilities : list of float
    bought : list of bool
    days : list of str
        Days of the answers, the oldest first.
    is_single : list of bool
        Whether the customer was scored alone, and not in a list.
    """

    probabilities: list[float] = field(default_factory=list)
    bought: list[bool] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    is_single: list[bool] = field(default_factory=list)

    def since(self, day: str, *, singles: bool = False) -> "Judged":
        """Return those that were answered on this day or later, without lists where `singles` says so."""
        start = bisect_left(self.days, day)
        parts = [part[start:] for part in (self.probabilities, self.bought, self.days)]
        return Judged(*(list(compress(part, self.is_single[start:])) for part in parts) if singles else parts)


def match(answers: Iterable[Answer], outcomes: Outcomes, *, today: date, within: int) -> dict[str, Judged]:
    """Judge answers; return them by the model, as answers name it.

    Parameters
    ----------
    answers : iterable of Answer
        The oldest first.
    outcomes : Outcomes
    today : date
    within : int
        Days after an answer in which a purchase counts as its outcome.
    """
    judged: dict[str, Judged] = {}
    counted: set[tuple[str, str]] = set()
    # Beyond the day that is known purchases are there, and their absence is not.
    until = min(today.isoformat(), outcomes.known_through or today.isoformat())
    time_of = functools.cache(functools.partial(_time, within=timedelta(days=within)))
    for answer in answers:
        result = judged.setdefault(answer.model, Judged())
        first, last = time_of(answer.date)
        bought = _outcome(answer, outcomes, first, last) if last <= until else None
        is_first = not answer.customer or (answer.model, answer.customer) not in counted
        if bought is not None and is_first:
            counted.add((answer.model, answer.customer))
            result.probabilities.append(answer.probability)
            result.bought.append(bought)
            result.days.append(answer.date)
            result.is_single.append(bool(answer.request))
    return judged


def _time(day: str, within: timedelta) -> tuple[str, str]:
    """Return the first and the last day on which a purchase counts as the outcome of an answer of this day."""
    answered = date.fromisoformat(day)
    return (answered - _GRACE).isoformat(), (answered + within).isoformat()


def _outcome(answer: Answer, outcomes: Outcomes, first: str, last: str) -> bool | None:
    """Return whether the customer purchased in time, or None where that is not known."""
    names = (answer.request, answer.customer)
    purchases = [day for name in names for day in outcomes.purchases.get(name, ())]
    if any(not day or first <= day <= last for day in purchases):
        return True
    if outcomes.complete_through >= last:
        return False
    is_no = any(not day or day >= last for name in names for day in outcomes.others.get(name, ()))
    # A purchase after the time is over is the first one since; where purchases alone are named, it tells nothing.
    is_late = bool(outcomes.others) and any(day > last for day in purchases)
    return False if is_no or is_late else None
