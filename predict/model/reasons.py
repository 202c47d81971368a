"""Reasons: contributions put into words, such as "Days on platform (61 days) raises the chance by 8.3 points"."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..contract import Feature, Row, Value
from ..words import value_text

if TYPE_CHECKING:
    from .explain import Explanation

__all__ = ["Reasons"]

_TOP = 2
_NOTABLE = 0.0005  # less reads as 0.0 points
# Of an input, a quarter of a megabyte.
_VALUES_KEPT = 1000
_EFFECTS_KEPT = 10_000

type Contribution = dict[str, Any]


class Reasons:
    """Says what each input adds to a customer's score.

    Customers share most of their values, so that the words for a value are kept: finding them again takes a fifth of
    the time of making them.

    Parameters
    ----------
    features : sequence of Feature
        The model's inputs.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        self._names = [feature.name for feature in features]
        self._subjects = [lru_cache(_VALUES_KEPT)(partial(_subject, feature)) for feature in features]

    def contributions(self, row: Row, explanation: "Explanation") -> list[Contribution]:
        """Return what each input adds, in the order of the features, as JSON types."""
        _, contributions, approximate = explanation
        documents: list[Contribution] = []
        for place, contribution in enumerate(contributions):
            value, subject = self._subjects[place](row[place])
            words = f"{subject} {_effect(contribution, place in approximate)}"
            documents.append(
                {"feature": self._names[place], "value": value, "contribution": contribution, "words": words}
            )
        for place in approximate:
            documents[place]["approximate"] = True
        return documents

    def largest(self, row: Row, explanation: "Explanation") -> dict[str, list[Contribution]]:
        """Return the largest contributions on each side, largest first; none that hardly moves the chance."""
        contributions = self.contributions(row, explanation)
        return {
            side: [contributions[place] for place in places]
            for side, places in zip(("for", "against"), _top(explanation.contributions), strict=True)
        }

    def texts(self, explained: Iterable[tuple[Row, "Explanation"]]) -> Iterator[str]:
        """Yield what `largest` says of each row, as one text."""
        # Many customers of a list have the same contributions, too: each is put into words once.
        subjects, effects = self._subjects, lru_cache(_EFFECTS_KEPT)(_top_effects)
        for row, explanation in explained:
            yield "; ".join([f"{subjects[place](row[place])[1]} {effect}" for place, effect in effects(explanation)])


def _subject(feature: Feature, value: Value) -> tuple[Value, str]:
    """Return a value as JSON has it, a whole number as one (21, not 21.0), and the input with it in words."""
    shown = int(value) if isinstance(value, float) and feature.kind == "integer" else value
    return shown, f"{feature.label} ({value_text(feature, value)})"


def _top_effects(explanation: "Explanation") -> list[tuple[int, str]]:
    """Return the places of the largest contributions, and what they do."""
    _, contributions, approximate = explanation
    places = chain.from_iterable(_top(contributions))
    return [(place, _effect(contributions[place], place in approximate)) for place in places]


def _top(contributions: Sequence[float]) -> tuple[list[int], list[int]]:
    """Return the places of the largest contributions for and against, largest first."""
    ranked = sorted(range(len(contributions)), key=contributions.__getitem__)
    against = [place for place in ranked[:_TOP] if contributions[place] <= -_NOTABLE]
    return [place for place in ranked[: -_TOP - 1 : -1] if contributions[place] >= _NOTABLE], against


def _effect(contribution: float, is_approximate: bool) -> str:
    """Say what a value does: "raises the chance by 36.0 points"."""
    points = f"{abs(contribution) * 100:.1f}"
    if points == "0.0":
        return "hardly moves the chance"
    verb = "raises" if contribution > 0 else "lowers"
    about = "about " if is_approximate else ""
    return f"{verb} the chance by {about}{points} {'point' if points == '1.0' else 'points'}"
