"""The contract: what the model takes, and what it answers.

Facts only: every other module reads them from here, and none knows a feature by its name.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = ["Contract", "Example", "Feature", "Kind", "Row", "Seen", "Target", "Value"]

type Value = float | str
type Row = tuple[Value, ...]
type Kind = Literal["integer", "number", "category"]


@dataclass(frozen=True)
class Seen:
    """What training saw of one feature: the ground the model stands on.

    Attributes
    ----------
    minimum, lower_quartile, median, upper_quartile, maximum : float or None
        In the feature's unit; None for a category.
    counts : dict of str to int
        Rows of each category, most frequent first; "" counts the rows without one. Empty for a number.
    """

    minimum: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    maximum: float | None = None
    counts: dict[str, int] = field(default_factory=dict)


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
        Whether a category may be "" for "not known".
    actionable : bool
        Whether a person could act on it, so that a change of it is worth suggesting.
    aliases : tuple of str
        Other names a column of a file may have.
    values : dict of str to str
        The categories that exist, each with its label; a wider set than training saw. Empty for a number.
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
    actionable: bool = False
    aliases: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    @property
    def is_category(self) -> bool:
        """Whether the feature is a text among `values`, not a number."""
        return self.kind == "category"

    @cached_property
    def codes(self) -> dict[str, str]:
        """Each category by what people write: code or label, in lower case; what two categories share is neither's."""
        labels = Counter(label.casefold() for label in self.values.values())
        by_label = {label.casefold(): code for code, label in self.values.items() if labels[label.casefold()] == 1}
        codes = Counter(code.casefold() for code in self.values)
        return by_label | {code.casefold(): code for code in self.values if codes[code.casefold()] == 1}


@dataclass(frozen=True)
class Target:
    """What is predicted, and the words for both answers."""

    name: str
    positive: str
    negative: str


@dataclass(frozen=True)
class Example:
    """A made-up customer to start from, values in the order of the features."""

    name: str
    values: Row


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

    def words(self, will_purchase: bool) -> str:
        """Return the answer in words."""
        return self.target.positive if will_purchase else self.target.negative
