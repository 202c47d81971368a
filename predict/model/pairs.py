"""Two changes at once: the smallest that cross the threshold together, for a customer whom no single one takes across.

Pairs are tried in the order of their size, and scored by the session itself: the first that crosses is the smallest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..contract import Feature, Row
from .session import Model

__all__ = ["Pair", "Pairs"]

# So that a model of very many inputs or breaks is answered in tens of milliseconds.
_MOST_INPUTS, _MOST_VALUES, _BLOCK = 6, 100, 4_096

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """Two changes that cross the threshold together.

    Attributes
    ----------
    features : tuple of str
    values, new_values : tuple of float
        What each is, and what it would be.
    probability : float
        With both changes.
    """

    features: tuple[str, str]
    values: tuple[float, float]
    new_values: tuple[float, float]
    probability: float


class Pairs:
    """Finds two changes that cross the threshold together.

    Parameters
    ----------
    model : Model
    candidates : mapping of int to ndarray
        The values to try of each number, by the number's place. Of more than 100 values every so many are tried, and
        of more than six numbers those whose own changes move the score furthest.
    """

    def __init__(self, model: Model, candidates: Mapping[int, Floats]) -> None:
        self._model = model
        thinned = {
            place: values[:: -(-len(values) // _MOST_VALUES)] for place, values in candidates.items() if len(values)
        }
        self._places = np.repeat(list(thinned), [len(values) for values in thinned.values()]).astype(np.int64)
        self._values = np.concatenate([*thinned.values(), np.zeros(0)])
        features = model.contract.features
        self._spreads = np.array([_spread(features[place]) for place in self._places])

    def smallest(self, row: Row, probability: float) -> Pair | None:
        """Return the smallest pair of changes that crosses the threshold.

        A change is as large as it is in spreads of the middle half of customers; a pair as large as both.

        Parameters
        ----------
        row : Row
        probability : float
            The row's.
        """
        positive, contract = self._model.decide(probability), self._model.contract
        # A number that is not known has no size of a change, and is not suggested.
        now = np.array([row[place] for place in self._places], dtype=np.float64)
        sizes = np.abs(self._values - now) / self._spreads
        tried = np.flatnonzero((sizes > 0) & self._is_strong(row, probability))
        first, second = (tried[side] for side in np.triu_indices(len(tried), 1))
        apart = self._places[first] != self._places[second]
        first, second = first[apart], second[apart]
        order = np.argsort(sizes[first] + sizes[second], kind="stable")
        for start in range(0, len(order), _BLOCK):
            block = order[start : start + _BLOCK]
            scores = self._scores(row, (first[block], second[block]))
            crossed = np.flatnonzero((scores >= contract.threshold) != positive)
            if len(crossed):
                both = sorted((int(first[block[crossed[0]]]), int(second[block[crossed[0]]])))
                a, b = (int(self._places[number]) for number in both)
                return Pair(
                    (contract.features[a].name, contract.features[b].name),
                    (float(now[both[0]]), float(now[both[1]])),
                    (float(self._values[both[0]]), float(self._values[both[1]])),
                    float(scores[crossed[0]]),
                )
        return None

    def _is_strong(self, row: Row, probability: float) -> npt.NDArray[np.bool_]:
        """Return which values are of the inputs whose own changes move the score furthest."""
        places = sorted(set(self._places.tolist()))
        if len(places) <= _MOST_INPUTS:
            return np.ones(len(self._places), dtype=bool)
        moves = np.abs(self._scores(row, (np.arange(len(self._places)),)) - probability)
        furthest = sorted(places, key=lambda place: -moves[self._places == place].max())
        return np.isin(self._places, furthest[:_MOST_INPUTS])

    def _scores(self, row: Row, changes: tuple[Integers, ...]) -> Floats:
        """Return the probability of the row with each change, or each pair of them, made."""
        size = len(changes[0])
        feed = {name: np.repeat(value, size, axis=0) for name, value in self._model.feed([row]).items()}
        names = [feature.name for feature in self._model.contract.features]
        for numbers in changes:
            places = self._places[numbers]
            for place in set(places.tolist()):
                rows = np.flatnonzero(places == place)
                feed[names[place]][rows, 0] = self._values[numbers[rows]]
        return np.asarray(self._model.run(feed), dtype=np.float64)


def _spread(feature: Feature) -> float:
    """Return how far the middle half of customers lies apart; where it doesn't, all of them."""
    seen = feature.seen
    middle = (seen.upper_quartile or 0.0) - (seen.lower_quartile or 0.0)
    return middle or (seen.maximum or 0.0) - (seen.minimum or 0.0) or 1.0
