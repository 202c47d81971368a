"""What if: how the score moves when one input differs and the rest stay the same.

Curves for every number, and for the inputs a person could act on the smallest change that crosses the threshold. It
is what the model would say, not what a change would cause.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..contract import Feature, Row
from .session import Model
from .slider_scale import Scale

__all__ = ["CURVE_POINTS", "Change", "Curve", "curves", "slider_values", "smallest_changes"]

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


def curves(model: Model, row: Row) -> tuple[Curve, ...]:
    """Return the score along every number, the rest of the row held; one session call."""
    wanted = [(place, slider_values(f)) for place, f in enumerate(model.contract.features) if not f.is_category]
    variants = [_with(row, place, value) for place, values in wanted for value in values]
    scores = iter(model.probabilities(variants).tolist())
    return tuple(
        Curve(model.contract.features[place].name, values, tuple(next(scores) for _ in values))
        for place, values in wanted
    )


def smallest_changes(model: Model, row: Row, probability: float) -> tuple[Change, ...]:
    """Return, for each number a person could act on, the smallest change that crosses the threshold, if there is one.

    New values are whole steps of the feature, within what training saw. Of two changes equally small, the downward one
    is given.

    Parameters
    ----------
    model : Model
    row : Row
    probability : float
        The row's.

    Returns
    -------
    tuple of Change
        In the order of the features.
    """
    positive = model.decide(probability)
    found = []
    for place, feature in enumerate(model.contract.features):
        value = row[place]
        if feature.actionable and not isinstance(value, str):
            breaks = model.metadata.breaks.get(feature.name)
            line = _Line(model, row, place, feature, value, positive)
            found.append(line.search_smooth() if breaks is None else line.nearest(_beside(breaks, feature.step)))
    return tuple(change for change in found if change)


@dataclass(frozen=True)
class _Line:
    """The rows that differ from one row in one number."""

    model: Model
    row: Row
    place: int
    feature: Feature
    value: float
    positive: bool

    def nearest(self, candidates: Floats) -> Change | None:
        """Return the candidate nearest to the row's value that has the other answer."""
        low, high = _range(self.feature)
        inside = _distinct(candidates[(candidates >= low) & (candidates <= high) & (candidates != self.value)])
        scores = self.model.probabilities([_with(self.row, self.place, value) for value in inside.tolist()])
        crossed = (scores >= self.model.contract.threshold) != self.positive
        if not crossed.any():
            return None
        values, scores = inside[crossed], scores[crossed]
        best = int(np.argmin(np.abs(values - self.value)))
        return Change(self.feature.name, self.value, float(values[best]), float(scores[best]))

    def search_smooth(self) -> Change | None:
        """Close in on the crossing of a score that moves in one direction."""
        sides = [self._close_in(end) for end in _range(self.feature)]
        return min((side for side in sides if side), key=lambda side: abs(side.new_value - self.value), default=None)

    def _close_in(self, far: float) -> Change | None:
        """Search between the row's value and an end, on a grid, then inside the gap the crossing is in, and so on."""
        near, best = self.value, None
        while True:
            grid = _on_steps(np.linspace(near, far, _GRID_POINTS), self.feature.step)
            change = self.nearest(grid)
            if change is None:
                return best
            passed = grid[np.abs(grid - self.value) < abs(change.new_value - self.value)]
            closer = float(passed[np.argmax(np.abs(passed - self.value))]) if len(passed) else self.value
            if best and best.new_value == change.new_value and abs(closer - self.value) <= abs(near - self.value):
                return best
            near, best, far = closer, change, change.new_value


def _range(feature: Feature) -> tuple[float, float]:
    """Return the lowest and the highest value seen; 0 and 0 where a file does not say."""
    low, high = feature.seen.minimum, feature.seen.maximum
    return (0.0, 0.0) if low is None or high is None else (low, high)


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
