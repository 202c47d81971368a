"""A column of a file that nobody has described yet."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from predict.text import BLANKS

__all__ = ["Column", "has_controls"]

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.integer]

_SPACES = dict.fromkeys((ord(blank) for blank in BLANKS if unicodedata.category(blank) == "Zs"), " ")


@dataclass(frozen=True, eq=False)
class Column:
    """A heading and what stands below it.

    Attributes
    ----------
    heading : str
    distinct : list of str
        The texts, without the spaces around them; first of all "", which no row may have: where a cell is empty, or has
        one of the words in `missing`.
    codes : ndarray of shape (n_rows,)
        The place of each row's text among them.
    numbers : ndarray of shape (n_distinct,) or None
        NaN where the text is ""; None where a text is no number.
    missing : tuple of str
        Words in the file that say that nothing is known, such as "?".
    reference : str
        Of dates, the latest of them: the numbers are the days to it. "" of other columns.
    date_order : {"", "dmy", "mdy"}
        Of dates with the year behind, which of day and month is first.
    """

    heading: str
    distinct: list[str]
    codes: Indices
    numbers: Floats | None = None
    missing: tuple[str, ...] = ()
    reference: str = ""
    date_order: str = ""

    @cached_property
    def counts(self) -> Indices:
        """How many rows hold each of the distinct texts, an ndarray of shape (n_distinct,)."""
        return np.bincount(self.codes, minlength=len(self.distinct))

    @property
    def n_empty(self) -> int:
        """How many cells say nothing."""
        return int(self.counts[0])

    @cached_property
    def values(self) -> list[str]:
        """The distinct texts, the empty one aside."""
        return self.distinct[1:]

    @cached_property
    def is_whole(self) -> bool:
        """Whether every cell that is filled in is a whole number that a double holds exactly."""
        if self.numbers is None:
            return False
        known = self.numbers[~np.isnan(self.numbers)]
        return bool((known == np.floor(known)).all() and (np.abs(known) <= 2.0**53).all())

    @cached_property
    def largest(self) -> float:
        """The largest number, whatever its sign; 0 of texts."""
        return 0.0 if self.numbers is None else float(np.nanmax(np.abs(self.numbers)))

    def power(self, y: npt.NDArray[np.bool_]) -> float:
        """Return how well the column alone ranks the answers: ROC AUC, 0.5 for not at all."""
        n_yes = np.bincount(self.codes[y], minlength=len(self.distinct))
        if self.numbers is None:
            return _roc_auc(n_yes / np.maximum(self.counts, 1), n_yes, self.counts)
        area = _roc_auc(np.nan_to_num(self.numbers, nan=np.inf), n_yes, self.counts)
        return max(area, 1 - area)

    def says_the_same(self, other: "Column") -> bool:
        """Return whether two columns say the same: values repeat, and each of one goes with one of the other.

        Of two numbers, one must also rise or fall with the other: their order says something, too.
        """
        n_values, n_others = (int((column.counts > 0).sum()) for column in (self, other))
        if n_values * 2 > len(self.codes) or n_values != n_others:
            return False
        width = len(other.distinct)
        pairs = np.unique(self.codes.astype(np.int64) * width + other.codes)
        if len(pairs) != n_values:
            return False
        if self.numbers is None or other.numbers is None:
            return True
        return _is_monotone(self.numbers[pairs // width], other.numbers[pairs % width])


def has_controls(text: str) -> bool:
    """Return whether a text holds what nobody sees, other than spaces: no-break spaces are some."""
    return not text.translate(_SPACES).isprintable()


def _is_monotone(some: Floats, others: Floats) -> bool:
    """Return whether the numbers of one rise, or fall, wherever those of the other rise."""
    order = np.argsort(some, kind="stable")
    steps = np.diff(others[order])[np.diff(some[order]) > 0]
    return bool((steps >= 0).all() or (steps <= 0).all())


def _roc_auc(score: Floats, n_yes: Indices, counts: Indices) -> float:
    """Return the area of distinct scores, each of so many rows; ranks and their sums are exact in a double."""
    _, place = np.unique(score, return_inverse=True)
    n, yes = (np.bincount(place, weights=weights) for weights in (counts, n_yes))
    total = yes.sum()
    rank = np.cumsum(n) - (n - 1) / 2
    return float((yes @ rank - total * (total + 1) / 2) / (total * (n.sum() - total)))
