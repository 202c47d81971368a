"""What if: how the score moves when one input differs and the rest stay the same.

Curves for every number, and for the inputs a person could act on the smallest change that crosses the threshold. It
is what the model would say, not what a change would cause.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from ..contract import Feature, Row
from .pairs import Pair, Pairs
from .session import Model
from .slider_scale import Scale

__all__ = ["CURVE_POINTS", "Change", "Curve", "WhatIf", "slider_values"]

CURVE_POINTS = 49
_GRID_POINTS = 64

type Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """The score along one number.

    Attributes
    ----------
    feature : str
    values : tuple of float
        In the feature's unit, ascending.
    probabilities : tuple of float
    """

    feature: str
    values: tuple[float, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Change:
    """The smallest change of one number that crosses the threshold, and the probability it gives."""

    feature: str
    value: float
    new_value: float
    probability: float


def slider_values(feature: Feature, points: int = CURVE_POINTS) -> tuple[float, ...]:
    """Return the values of evenly spaced places on a number's slider: whole steps, ascending, each once.

    The slider goes from the lowest to the highest value seen, on the scale of `predict.model.slider_scale`.
    """
    scale = Scale.of(feature)
    values = scale.low + (scale.high - scale.low) * np.linspace(0, 1, points) ** scale.power
    return tuple(_distinct(_on_steps(values, feature.step)).tolist())


class WhatIf:
    """Answers what the score would be if one number differed."""

    def __init__(self, model: Model) -> None:
        self._model = model
        features = model.contract.features
        numbers = [(place, slider_values(f)) for place, f in enumerate(features) if not f.is_category]
        self._curves = [(features[place].name, values) for place, values in numbers]
        self._along_curves = _Variants(model, numbers)
        # A score that is constant between splits can change beside them alone.
        stepped = [
            (place, _inside(feature, _beside(model.metadata.breaks[feature.name], feature.step)).tolist())
            for place, feature in enumerate(features)
            if feature.actionable and feature.name in model.metadata.breaks
        ]
        self._stepped = {place: np.array(values) for place, values in stepped}
        self._beside_breaks = _Variants(model, stepped)
        actionable = [place for place, f in enumerate(features) if f.actionable and not f.is_category]
        self._smooth = [place for place in actionable if place not in self._stepped]
        sliders = {place: np.array(slider_values(features[place])) for place in self._smooth}
        self._pairs = Pairs(model, self._stepped | sliders)

    def curves(self, row: Row) -> tuple[Curve, ...]:
        """Return the score along every number, the rest of the row held."""
        scores = self._along_curves.probabilities(row).tolist()
        return tuple(
            Curve(name, values, tuple(scores[part]))
            for (name, values), part in zip(self._curves, self._along_curves.parts, strict=True)
        )

    def smallest_changes(self, row: Row, probability: float) -> tuple[Change, ...]:
        """Return the smallest change that crosses the threshold, if there is one, of each number a person could act on.

        New values are whole steps of the feature, within what training saw. Of two changes equally small, the downward
        one is given. What is not known cannot be changed.

        Parameters
        ----------
        row : Row
        probability : float
            The row's.

        Returns
        -------
        tuple of Change
            In the order of the features.
        """
        positive = self._model.decide(probability)
        numbers = {place: float(value) for place, value in enumerate(row) if isinstance(value, int | float)}
        found: dict[int, float] = {}
        crosses = (self._beside_breaks.probabilities(row) >= self._model.contract.threshold) != positive
        for (place, values), part in zip(self._stepped.items(), self._beside_breaks.parts, strict=True):
            crossed = values[crosses[part]]
            if place in numbers and len(crossed):
                found[place] = float(crossed[np.argmin(np.abs(crossed - numbers[place]))])
        for place in filter(numbers.__contains__, self._smooth):
            value = _Line(self._model, row, place, positive).search(numbers[place])
            if value is not None:
                found[place] = value
        # The session's own probabilities: what such a customer would be answered.
        changed = [_with(row, place, found[place]) for place in sorted(found)]
        scored = self._model.probabilities(changed).tolist() if changed else []
        names = [feature.name for feature in self._model.contract.features]
        return tuple(
            Change(names[place], numbers[place], found[place], score)
            for place, score in zip(sorted(found), scored, strict=True)
        )

    def smallest_pair(self, row: Row, probability: float) -> Pair | None:
        """Return the smallest two changes that cross the threshold together, of numbers a person could act on."""
        return self._pairs.smallest(row, probability)


class _Variants:
    """Rows that differ from a customer's in one number, scored together.

    Parameters
    ----------
    model : Model
    numbers : sequence of (int, sequence of float)
        The place of each number, and its values.

    Attributes
    ----------
    parts : list of slice
        Where each number's values are among the probabilities.
    """

    def __init__(self, model: Model, numbers: Sequence[tuple[int, Sequence[float]]]) -> None:
        self._model, self._numbers = model, numbers
        ends = list(accumulate((len(values) for _, values in numbers), initial=0))
        self.parts = [slice(start, end) for start, end in pairwise(ends)]
        if (dividends := model.metadata.dividends) and numbers:
            # Values between the same splits have the same score: of 245 on the sliders 80 are looked up.
            distinct = [np.unique(dividends.cells_along(place, v), return_inverse=True) for place, v in numbers]
            self._cells = np.concatenate([cells for cells, _ in distinct])
            self._places = np.repeat([place for place, _ in numbers], [len(cells) for cells, _ in distinct])
            firsts = accumulate((len(cells) for cells, _ in distinct), initial=0)
            self._lookups = np.concatenate([first + own for first, (_, own) in zip(firsts, distinct, strict=False)])

    def probabilities(self, row: Row) -> Floats:
        """Return the probabilities of all values, the first number's first."""
        dividends = self._model.metadata.dividends
        if not self._numbers:
            return np.empty(0)
        if dividends:
            return dividends.link.of_log_odds(dividends.log_odds(row, self._places, self._cells)).take(self._lookups)
        return self._model.probabilities([_with(row, place, v) for place, vs in self._numbers for v in vs])


@dataclass(frozen=True)
class _Line:
    """The rows that differ from one row in one number, whose score moves smoothly and in one direction."""

    model: Model
    row: Row
    place: int
    positive: bool

    def search(self, value: float) -> float | None:
        """Return the value nearest to the row's own that has the other answer."""
        feature = self.model.contract.features[self.place]
        sides = [self._close_in(feature, value, end) for end in _range(feature)]
        return min((side for side in sides if side is not None), key=lambda side: abs(side - value), default=None)

    def _close_in(self, feature: Feature, value: float, far: float) -> float | None:
        """Search between the row's value and an end, on a grid, then inside the gap the crossing is in, and so on."""
        near, best = value, None
        while True:
            grid = _on_steps(np.linspace(near, far, _GRID_POINTS), feature.step)
            crossed = self._crossed(_inside(feature, grid))
            if not len(crossed):
                return best
            closest = float(crossed[np.argmin(np.abs(crossed - value))])
            passed = grid[np.abs(grid - value) < abs(closest - value)]
            closer = float(passed[np.argmax(np.abs(passed - value))]) if len(passed) else value
            if best == closest and abs(closer - value) <= abs(near - value):
                return best
            near, best, far = closer, closest, closest

    def _crossed(self, values: Floats) -> Floats:
        """Return the values that have the other answer."""
        scores = _Variants(self.model, [(self.place, values.tolist())]).probabilities(self.row)
        return np.asarray(values[(scores >= self.model.contract.threshold) != self.positive])


def _range(feature: Feature) -> tuple[float, float]:
    """Return the lowest and the highest value seen; 0 and 0 where a file does not say."""
    low, high = feature.seen.minimum, feature.seen.maximum
    return (0.0, 0.0) if low is None or high is None else (low, high)


def _inside(feature: Feature, values: Floats) -> Floats:
    """Return the distinct values within the range that training saw, ascending."""
    low, high = _range(feature)
    return _distinct(values[(values >= low) & (values <= high)])


def _beside(breaks: tuple[float, ...], step: float) -> Floats:
    """Return the steps around each break: two on each side, as a break may be off by rounding."""
    nearest = np.floor(np.array(breaks) / step)
    return _distinct(_on_steps((nearest[:, None] + np.arange(-1, 3)).ravel() * step, step))


def _on_steps(values: npt.NDArray[np.floating], step: float) -> Floats:
    """Round to whole steps; a decimal step is rounded in decimals, so that 0.3 is the 0.3 of a file."""
    rounded: Floats = np.round(np.round(values / step) * step, max(0, round(-math.log10(step))))
    return rounded


def _with(row: Row, place: int, value: float) -> Row:
    return (*row[:place], value, *row[place + 1 :])


def _distinct(values: Floats) -> Floats:
    """Return the distinct values, ascending. Plain np.unique would import numpy.ma: 10 MB to ask about masks."""
    return np.array(sorted(set(values.tolist())), dtype=np.float64)
