"""The heading of a customers' file: which column is which input of the model."""

import difflib
import re
from collections.abc import Iterator, Sequence

from ..contract import Contract, Feature
from ..errors import Fault, InvalidInput

__all__ = ["find_columns", "known_names"]

# Finding a similar name takes time that grows with the square of its length.
_LONGEST_NAME = 64
_BEGINS_LIKE_A_NUMBER = re.compile(r"\s*[+-]?\.?[0-9]")


def known_names(contract: Contract) -> frozenset[str]:
    """Return every name that the heading of an input's column may have."""
    return frozenset(name for feature in contract.features for name in _names(feature))


def find_columns(contract: Contract, heading: Sequence[str]) -> dict[str, int]:
    """Return the position of each feature's column, by the feature's name, in the order of the features.

    A column is found by the exact name or alias, never by a similar one.

    Raises
    ------
    InvalidInput
        If a column is missing or there twice. No message holds a name of the file: without a heading it is a customer.
    """
    found = {
        feature.name: [place for place, name in enumerate(heading) if name in _names(feature)]
        for feature in contract.features
    }
    if not any(found.values()) and any(map(_BEGINS_LIKE_A_NUMBER.match, heading)):
        message = f"The first line must name the columns, {_listed(contract)} among them. Add a heading line."
        raise InvalidInput([Fault("", "no_heading", message)])
    faults = [*_missing(contract, found, heading), *_double(contract, found)]
    if faults:
        raise InvalidInput(faults)
    return {name: places[0] for name, places in found.items()}


def _names(feature: Feature) -> tuple[str, ...]:
    return (feature.name, *feature.aliases)


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def _listed(contract: Contract) -> str:
    return ", ".join(feature.name for feature in contract.features)


def _missing(contract: Contract, found: dict[str, list[int]], heading: Sequence[str]) -> Iterator[Fault]:
    folded = [_folded(name[:_LONGEST_NAME]) for name in heading]
    for feature in contract.features:
        if not found[feature.name]:
            close = [
                match for name in _names(feature) for match in difflib.get_close_matches(_folded(name), folded, n=1)
            ]
            hint = f" If it is column {folded.index(close[0]) + 1}, rename that." if close else ""
            names = " or ".join(_names(feature))
            yield Fault(feature.name, "missing", f"The column {names} is missing; names must be exact.{hint}")


def _double(contract: Contract, found: dict[str, list[int]]) -> Iterator[Fault]:
    for feature in contract.features:
        if len(places := found[feature.name]) > 1:
            columns = " and ".join(str(place + 1) for place in places)
            message = f"The columns {columns} all stand for {feature.name}. Keep one of them."
            yield Fault(feature.name, "duplicate_column", message)
