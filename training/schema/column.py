"""A column of a file that nobody has described yet."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from predict.text import BLANKS

__all__ = ["Column", "has_controls"]

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.intp]

_SPACES = dict.fromkeys((ord(blank) for blank in BLANKS if unicodedata.category(blank) == "Zs"), " ")


@dataclass(frozen=True, eq=False)
class Column:
    """A heading and what stands below it.

    Attributes
    ----------
    heading : str
    texts : ndarray of shape (n_rows,), str objects
        Without the spaces around them; "" where a cell is empty or has one of the words in `missing`.
    numbers : ndarray of shape (n_rows,) or None
        NaN where the text is ""; None where a text is no number.
    missing : tuple of str
        Words in the file that say that nothing is known, such as "?".
    reference : str
        Of dates, the latest of them: the numbers are the days to it. "" of other columns.
    date_order : {"", "dmy", "mdy"}
        Of dates with the year behind, which of day and month is first.
    """

    heading: str
    texts: npt.NDArray[np.object_]
    numbers: Floats | None
    missing: tuple[str, ...] = ()
    reference: str = ""
    date_order: str = ""

    @cached_property
    def codes(self) -> Indices:
        """The place of each row's text among the distinct ones, an ndarray of shape (n_rows,)."""
        return np.unique(self.texts, return_inverse=True)[1]

    @cached_property
    def values(self) -> list[str]:
        """The distinct texts, the empty one aside, in order."""
        return sorted(set(self.texts.tolist()) - {""})

    @property
    def n_empty(self) -> int:
        """How many cells say nothing."""
        return int((self.texts == "").sum())

    @cached_property
    def is_whole(self) -> bool:
        """Whether every cell that is filled in is a whole number that a double holds exactly."""
        if self.numbers is None:
            return False
        known = self.numbers[~np.isnan(self.numbers)]
        return bool((known == np.floor(known)).all() and (np.abs(known) <= 2.0**53).all())

    def power(self, y: npt.NDArray[np.bool_]) -> float:
        """Return how well the column alone ranks the answers: ROC AUC, 0.5 for not at all."""
        if self.numbers is not None:
            area = _roc_auc(np.nan_to_num(self.numbers, nan=np.inf), y)
            return max(area, 1 - area)
        rate = np.bincount(self.codes, weights=y) / np.bincount(self.codes)
        return _roc_auc(rate[self.codes], y)

    def says_the_same(self, other: "Column") -> bool:
        """Return whether each value of one goes with one value of the other, which says something if values repeat.

        Of two numbers, one must also rise or fall with the other: their order says something, too.
        """
        n_values = int(self.codes.max()) + 1
        if n_values * 2 > len(self.codes) or n_values != other.codes.max() + 1:
            return False
        if len(np.unique(self.codes * n_values + other.codes)) != n_values:
            return False
        return self.numbers is None or other.numbers is None or _is_monotone(self.numbers, other.numbers)


def has_controls(text: str) -> bool:
    """Return whether a text holds what nobody sees, other than spaces: no-break spaces are some."""
    return not text.translate(_SPACES).isprintable()


def _is_monotone(some: Floats, others: Floats) -> bool:
    """Return whether the numbers of one rise, or fall, wherever those of the other rise."""
    order = np.argsort(some, kind="stable")
    steps = np.diff(others[order])[np.diff(some[order]) > 0]
    return bool((steps >= 0).all() or (steps <= 0).all())


def _roc_auc(score: Floats, y: npt.NDArray[np.bool_]) -> float:
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n_yes, n_no = int(y.sum()), int((~y).sum())
    return float((rank[y].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no))
