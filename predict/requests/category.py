"""A category as people write it: its value, its label, or another of its names."""

import re

from ..contract import Feature, clean, fold

__all__ = ["read_category"]

# What pandas makes of a column of whole numbers in which one is missing.
_WHOLE_FLOAT = re.compile(r"(-?[0-9]+)\.0+")


def read_category(feature: Feature, text: str) -> str | None:
    """Return the value that a text stands for, or None where it stands for none, or could be several.

    Where the feature is optional, a blank text and the words in `missing` stand for "not known".

    Examples
    --------
    >>> country = Feature("c", "Country", "category", values={"US": "United States"}, names={"US": ("USA",)})
    >>> [read_category(country, text) for text in ("us", "united-states", "Usa", "States")]
    ['US', 'US', 'US', None]
    """
    exact = clean(text)
    if exact in feature.values:
        return exact
    if feature.says_unknown(text):
        return ""
    name = fold(text)
    if name not in feature.meanings and (match := _WHOLE_FLOAT.fullmatch(name)):
        name = match[1]
    return feature.meanings.get(name)
