"""The link: from log odds to a probability, the line of an isotonic calibration included."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Link"]

type Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Link:
    """What turns log odds into probabilities.

    Attributes
    ----------
    knots : tuple of float
        Of a model calibrated by isotonic regression: the line's x, y, x, y, ..., rising, over probabilities.
    """

    knots: tuple[float, ...] = ()

    def of_odds(self, against: Floats) -> Floats:
        """Return the probabilities of exp(-log odds), which is overwritten."""
        against += 1.0
        np.divide(1.0, against, against)
        return np.interp(against, self.knots[::2], self.knots[1::2]) if self.knots else against

    def of_log_odds(self, log_odds: Floats) -> Floats:
        """Return the probabilities of log odds."""
        return self.of_odds(np.exp(-log_odds))
