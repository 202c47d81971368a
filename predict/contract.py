"""The contract: what the model takes, and what it answers.

Facts only: every other module reads them from here, and none knows a feature by its name.
"""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from .text import clean, fold

__all__ = [
    "LARGEST",
    "OTHER",
    "RARE",
    "Agreement",
    "Contract",
    "Example",
    "Feature",
    "Kind",
    "Row",
    "Seen",
    "Target",
    "Value",
    "in_order",
]

type Value = float | str | None
"""A number, a category, or None for a number that is not known. In arrays of numbers None is NaN."""

type Row = tuple[Value, ...]
type Kind = Literal["integer", "number", "category"]

LARGEST = sys.float_info.max
"""The largest double. Where numbers are sorted, one that is not known comes after it."""

RARE = 10
"""Categories with fewer training rows than this are reported as rare."""

OTHER = "(other)"
"""The category of every text that matches no other one, where a feature has it."""


def in_order(value: float | None) -> float:
    """Return the number to sort by: infinity where it is not known."""
    return math.inf if value is None else value


class Seen(NamedTuple):
    """What training saw of one feature.

    Attributes
    ----------
    minimum, lower_quartile, median, upper_quartile, maximum : float or None
        In the feature's unit; None for a category.
    counts : dict of str to int
        Rows of each category, most frequent first; "" counts the rows in which the value is not known.
    """

    minimum: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    maximum: float | None = None
    counts: Mapping[str, int] = {}


@dataclass(frozen=True)
class Feature:
    """One input of the model.

    Attributes
    ----------
    name : str
        The column's name, and the field's in a request.
    label, unit, help : str
        For people; `unit` is a plural noun such as "days", or "".
    kind : {"integer", "number", "category"}
    minimum, maximum : float or None
        Hard bounds, inclusive: a value outside them is an error. None for a category.
    step : float
        The smallest difference that means something, in the unit: 1 for an integer, a power of ten for a number.
    optional : bool
        Whether the value may be not known: None for a number, "" for a category.
    reference : str
        Of a date, YYYY-MM-DD: the number is the days from the date to this day. "" of any other number.
    date_order : {"", "dmy", "mdy"}
        How a date may be written beside year, month, day: with the day first, or the month.
    group : str
        The heading under which the form shows it; "" where the schema names none.
    actionable : bool
        Whether a person could act on it, so that a change of it is worth suggesting.
    aliases : tuple of str
        Other names a column of a file may have.
    values : dict of str to str
        The categories that exist, each with its label; a wider set than training saw. Empty for a number.
    names : dict of str to tuple of str
        Other names of a category, by its value.
    missing : tuple of str
        Texts that say that the value is not known, beside a blank one, such as "?".
    other : bool
        Whether a category that is not listed counts as `OTHER`, which is among the values, rather than as an error.
    seen : Seen
        What training saw; outside it is a warning.
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1.0
    optional: bool = False
    reference: str = ""
    date_order: str = ""
    group: str = ""
    actionable: bool = False
    aliases: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    other: bool = False
    seen: Seen = field(default_factory=Seen)

    @property
    def is_category(self) -> bool:
        """Whether the feature is a text among `values`, not a number."""
        return self.kind == "category"

    @property
    def is_boolean(self) -> bool:
        """Whether the categories are "yes" and "no": JSON has true and false for them."""
        return self.values.keys() == {"yes", "no"}

    @property
    def unknown(self) -> Value:
        """The value that stands for "not known"."""
        return "" if self.is_category else None

    def says_unknown(self, value: object) -> bool:
        """Return whether the feature is optional, and what was sent says that its value is not known."""
        if not self.optional:
            return False
        if isinstance(value, str):
            return not clean(value) or (bool(self.missing) and fold(value) in self._missing)
        return value is None or value != value

    @cached_property
    def usual(self) -> tuple[float, float] | frozenset[str]:
        """Values that need no warning: the lowest and the highest number, or the categories."""
        if self.is_category:
            often = (value for value, count in self.seen.counts.items() if count >= RARE and value in self.values)
            return frozenset(value for value in often if not self.says_unknown(value))
        lows, highs = (self.minimum, self.seen.minimum), (self.maximum, self.seen.maximum)
        return (
            max((low for low in lows if low is not None), default=-math.inf),
            min((high for high in highs if high is not None), default=math.inf),
        )

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(map(fold, self.missing))

    @cached_property
    def meanings(self) -> dict[str, str | None]:
        """The category that a folded text stands for, or None where it could be more than one."""
        found: dict[str, str | None] = {}
        for value, label in self.values.items():
            for text in {fold(name) for name in (value, label, *self.names.get(value, ()))} - {""}:
                found[text] = value if found.get(text, value) == value else None
        return found


class Target(NamedTuple):
    """What is predicted, and the words for it.

    Attributes
    ----------
    name : str
        The column's.
    positive, negative : str
        Both answers.
    verb : str
        What a customer does whose answer is the positive one: "purchase".
    noun : str
        The same as a thing, with its article where it has one: "a purchase", "churn".
    person : str
        Who does it, one of them: "buyer".
    """

    name: str
    positive: str
    negative: str
    verb: str = "purchase"
    noun: str = "a purchase"
    person: str = "buyer"

    @property
    def people(self) -> str:
        """Who does it, in the plural."""
        return f"{self.person}s"

    @property
    def title(self) -> str:
        """The noun as a title: "Purchase"."""
        noun = self.noun.removeprefix("a ").removeprefix("an ")
        return noun[:1].upper() + noun[1:]


class Example(NamedTuple):
    """A made-up customer to start from, values in the order of the features."""

    name: str
    values: Row


class Agreement(NamedTuple):
    """How explanations agree with Shapley values against all training rows, every input a player of its own.

    Attributes
    ----------
    customers : int
        Drawn at random from the training rows, on which it was measured.
    same_strongest : int
        Those whose strongest input is the same, but for ties.
    notable : int
        Contributions above one point.
    wrong_signs : int
        Those of them whose sign is wrong, beyond chance.
    error : float
        Root of the mean square of the differences, in probability.
    """

    customers: int
    same_strongest: int
    notable: int
    wrong_signs: int
    error: float


@dataclass(frozen=True)
class Contract:
    """What the model takes and answers.

    Attributes
    ----------
    name, version : str
        Of the model; the version is the schema's word, the file's hash is exact.
    estimator : str
        The scikit-learn class that won, such as "HistGradientBoostingClassifier".
    features : tuple of Feature
        In the order of the model's inputs.
    target : Target
    threshold : float
        The positive answer is given when the probability is at least this.
    threshold_rule : str
        How the threshold was chosen, in words.
    base_rate : float
        Share of positive rows in the training data.
    examples : tuple of Example
    good_for, not_good_for : tuple of str
        What the score may be used for, and what not: sentences from the schema, for the pages and the model card.
    explanation : {"tables", "linear", "coalitions"}
        How a score is explained: from tables of dividends, from a linear model's terms, or by scoring coalitions.
    exact_inputs : int
        Of how many inputs of a customer, the strongest ones, the contributions are exact; the others share what they
        add together. 0 in files from before it was written: all are.
    agreement : Agreement or None
        What training measured of the explanations.
    ranking : tuple of str
        The features' names, the one with the largest mean contribution first.
    """

    name: str
    version: str
    estimator: str
    features: tuple[Feature, ...]
    target: Target
    threshold: float
    threshold_rule: str
    base_rate: float
    examples: tuple[Example, ...] = ()
    good_for: tuple[str, ...] = ()
    not_good_for: tuple[str, ...] = ()
    explanation: Literal["tables", "linear", "coalitions"] = "coalitions"
    exact_inputs: int = 0
    agreement: Agreement | None = None
    ranking: tuple[str, ...] = ()

    @cached_property
    def ranked(self) -> tuple[Feature, ...]:
        """The features, the strongest first; in their own order where no ranking is known."""
        place = {name: number for number, name in enumerate(self.ranking)}
        return tuple(sorted(self.features, key=lambda feature: place.get(feature.name, len(place))))

    def words(self, will_purchase: bool) -> str:
        """Return the answer in words."""
        return self.target.positive if will_purchase else self.target.negative
