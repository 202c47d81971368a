"""The scale of a number's slider: most room where most customers are.

`static_site/scripts/customer/slider.js` has the same scale; a test in the browser compares the two.
"""

import math
from dataclasses import dataclass

from ..contract import Feature

__all__ = ["Scale"]

_QUARTILE_PLACE = 0.6


@dataclass(frozen=True)
class Scale:
    """A power scale from the lowest to the highest value seen, with the upper quartile at 60% of the track.

    Attributes
    ----------
    low, high : float
        In the feature's unit; 0 and 0 where a file does not say.
    power : float
        At least 1: 1 is an even scale.
    """

    low: float
    high: float
    power: float

    @classmethod
    def of(cls, feature: Feature) -> "Scale":
        """Return the scale of a number."""
        low, high = feature.seen.minimum, feature.seen.maximum
        if low is None or high is None:
            return cls(0.0, 0.0, 1.0)
        quartile = low if feature.seen.upper_quartile is None else feature.seen.upper_quartile
        share = (quartile - low) / (high - low) if high > low else 0.0
        power = max(1.0, math.log(share) / math.log(_QUARTILE_PLACE)) if 0 < share < 1 else 1.0
        return cls(low, high, power)

    def place(self, value: float) -> float:
        """Return where a value stands, from 0 to 1; values beyond an end stand at it."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return float(min(max(share, 0.0), 1.0) ** (1 / self.power))
