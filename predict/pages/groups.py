"""Groups: how a form of many inputs is divided, so that a person finds each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ..contract import Contract, Feature

__all__ = ["MOST_TOGETHER", "Group", "groups_of"]

MOST_TOGETHER = 12
"""Up to this many inputs stand in one piece, unless the schema names groups."""

_FIRST = 8
_OTHERS = "Other inputs"


@dataclass(frozen=True)
class Group:
    """Inputs under one heading; "" where the form is in one piece."""

    name: str
    features: Sequence[Feature]


def groups_of(contract: Contract) -> list[Group]:
    """Return the groups in the order of the form: that of the strongest input first, and so within each.

    Without names in the schema the strongest inputs of many are one group, and all others are another.
    """
    ranked = contract.ranked
    names = list(dict.fromkeys(feature.group for feature in ranked))
    if names != [""]:
        # Inputs without a group come last.
        names.sort(key=lambda name: not name)
        ordered = sorted(ranked, key=lambda feature: names.index(feature.group))
        return [Group(name or _OTHERS, list(own)) for name, own in groupby(ordered, lambda f: f.group)]
    if len(ranked) <= MOST_TOGETHER:
        return [Group("", contract.features)]
    return [Group("Strongest inputs", ranked[:_FIRST]), Group(_OTHERS, ranked[_FIRST:])]
