"""A category as people write it: its value, its label, or another of its names."""

import re

from ..contract import OTHER, Feature
from ..text import clean, fold

__all__ = ["read_category"]

# What pandas makes of a column of whole numbers in which one is missing.
_WHOLE_FLOAT = re.compile(r"(-?[0-9]+)\.0+")


def read_category(feature: Feature, value: object) -> str | None:
    """Return the category that a value stands for, or None where it stands for none, or could be several.

    It is a text; of yes and no also true and false, or 1 and 0. Where the feature is optional, a blank text and the
    words in `missing` stand for "not known". Where it has `other`, a text that stands for no category is `OTHER`.

    Examples
    --------
    >>> country = Feature("c", "Country", "category", values={"US": "United States"}, names={"US": ("USA",)})
    >>> [read_category(country, text) for text in ("us", "united-states", "Usa", "States")]
    ['US', 'US', 'US', None]
    """
    if not isinstance(value, str):
        return ("yes" if value else "no") if feature.is_boolean and value in (0, 1) else None
    exact = clean(value)
    if exact in feature.values:
        return exact
    if feature.says_unknown(value):
        return ""
    name = fold(value)
    if name not in feature.meanings and (match := _WHOLE_FLOAT.fullmatch(name)):
        name = match[1]
    return feature.meanings.get(name, OTHER if feature.other and exact else None)
