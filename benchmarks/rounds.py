"""Rounds: things to compare are measured in turns, so that a busy moment of the machine falls on all of them."""

from collections.abc import Callable
from statistics import median

__all__ = ["alternate"]


def alternate(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Measure each thing once a round, every other round in the reverse order.

    Returns
    -------
    list of float
        The median of each, in the order given.
    """
    found: list[list[float]] = [[] for _ in measures]
    for number in range(rounds):
        order = list(zip(measures, found, strict=True))
        for measure, values in order if number % 2 == 0 else reversed(order):
            values.append(measure())
    return [median(values) for values in found]
