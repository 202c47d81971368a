"""Rounds: things to compare are measured in turns, so that a busy moment of the machine falls on all of them."""

from collections.abc import Callable
from statistics import median

__all__ = ["alternate", "take_turns"]


def alternate(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Return the median of each measure, in the order given."""
    return list(map(median, take_turns(rounds, *measures)))


def take_turns[T](rounds: int, *measures: Callable[[], T]) -> list[list[T]]:
    """Measure each thing once a round, every other round in the reverse order; return what was found of each."""
    found: list[list[T]] = [[] for _ in measures]
    for number in range(rounds):
        order = list(zip(measures, found, strict=True))
        for measure, values in order if number % 2 == 0 else reversed(order):
            values.append(measure())
    return found
