"""A trial: the model that serves beside those that are tried out, over the days on which all of them answered.

A model on a share answers no lists, whose customers may be others. So beside it what became of customers is held
against single predictions alone, of all models.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from predict.model.session import Model

from .counts import Counts
from .matching import Judged
from .performance import ENOUGH_OUTCOMES, Performance, Share, measure
from .small_groups import shares

__all__ = ["Answered", "compare"]

_MEASURES = ("precision", "recall")


@dataclass(frozen=True)
class Answered:
    """What one model answered, and what became of it.

    Attributes
    ----------
    name : str
        The first digits of its hash.
    role : str
    model : Model or None
        None where it is not on the shelf.
    days : sequence of (str, Counts)
        The oldest first.
    judged : Judged or None
        None where answers are not kept.
    """

    name: str
    role: str
    model: Model | None
    days: Sequence[tuple[str, Counts]]
    judged: Judged | None

    def total(self, since: str = "") -> Counts:
        """Return the sum of the days from a date on."""
        total = Counts()
        for date, counts in self.days:
            if date >= since:
                total += counts
        return total

    def performance(self, since: str = "", *, singles: bool = False) -> Performance | None:
        """Return how well it did on what it answered from a date on; None where that cannot be known."""
        if not self.model or not self.judged:
            return None
        return measure(self.model.metadata, self.judged.since(since, singles=singles))


def compare(champion: Answered, candidates: Sequence[Answered]) -> dict[str, Any]:
    """Return the figures of each model since all of them answer, and how each candidate differs, in a sentence."""
    since = max(answered.days[0][0] for answered in (champion, *candidates))
    singles = any(answered.role == "canary" for answered in candidates)
    everybody = [(answered, answered.performance(since, singles=singles)) for answered in (champion, *candidates)]
    best = everybody[0][1]
    return {
        "since": since,
        "models": [
            {
                "hash": answered.name,
                "role": answered.role,
                **shares(answered.total(since)),
                "outcomes": performance.count if performance else 0,
                **{name: _document(getattr(performance, name, None)) for name in _MEASURES},
                "sentence": "" if answered is champion else _sentence(best, performance),
            }
            for answered, performance in everybody
        ],
    }


def _document(share: Share | None) -> dict[str, float] | None:
    return asdict(share) if share else None


def _sentence(champion: Performance | None, candidate: Performance | None) -> str:
    """Say what is certain: a difference is where the intervals have nothing in common."""
    if not champion or not candidate:
        return "Which is better is not known: no answers are kept to hold outcomes against."
    if not champion.count or not candidate.count:
        return f"Too early to compare: both need about {ENOUGH_OUTCOMES} outcomes."
    words = dict(_differences(champion, candidate))
    if not words:
        return "No difference is certain."
    return f"Certain: {' and '.join(f'its {name} is {word}' for name, word in words.items())}."


def _differences(champion: Performance, candidate: Performance) -> Iterator[tuple[str, str]]:
    for name in _MEASURES:
        old, new = getattr(champion, name), getattr(candidate, name)
        if old and new and (new.low > old.high or new.high < old.low):
            yield name, "higher" if new.low > old.high else "lower"
