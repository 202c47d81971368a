"""The heading of a customers' file: which column is which input of the model.

One rule for who scores and for who trains: `find_places`. Each says in its own words what is missing or there twice.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..contract import Contract, Feature
from ..errors import Fault, InvalidInput
from ..text import clean, fold_heading

__all__ = ["find_columns", "find_places", "is_no_heading", "known_names", "names_of"]

# Finding a similar name takes time that grows with the square of its length.
_LONGEST_NAME = 64
_BEGINS_LIKE_A_NUMBER = re.compile(r"[+-]?\.?[0-9]")


def names_of(feature: Feature) -> tuple[str, ...]:
    """Return the names that a feature's column may have: name and aliases, and its label with and without the unit."""
    label, unit = feature.label, feature.unit
    with_unit = (f"{label} ({unit})", f"{label} [{unit}]", f"{label}, {unit}", f"{label} {unit}") if unit else ()
    return (feature.name, *feature.aliases, label, *with_unit)


def known_names(features: Iterable[Feature]) -> frozenset[str]:
    """Return every name that the heading of an input's column may have, folded."""
    return frozenset(fold_heading(name) for feature in features for name in names_of(feature))


def find_places(names: Mapping[str, Sequence[str]], heading: Sequence[str]) -> dict[str, list[int]]:
    """Return the positions of the columns that fit, by the name of what is looked for.

    Case, blanks, hyphens and underscores do not count; a similar name is another name. A column that fits two of them
    is neither's, unless it is written exactly as a name of one alone.

    Parameters
    ----------
    names : mapping of str to sequence of str
        What is looked for, each with the names that its column may have.
    heading : sequence of str

    Examples
    --------
    >>> find_places({"age": ["age", "Years"], "plan": ["plan"]}, ["AGE", "note", " years "])
    {'age': [0, 2], 'plan': []}
    """
    folded, exact = _owners(names, fold_heading), _owners(names, clean)
    found: dict[str, list[int]] = {name: [] for name in names}
    for place, text in enumerate(heading):
        owners = folded.get(fold_heading(text), set())
        if len(owners) > 1:
            owners = exact.get(clean(text), set())
        if len(owners) == 1:
            found[next(iter(owners))].append(place)
    return found


def is_no_heading(heading: Sequence[str]) -> bool:
    """Say whether a line in which no column was found looks like a customer: then none of it may be shown."""
    return any(_BEGINS_LIKE_A_NUMBER.match(clean(name)) for name in heading)


def find_columns(contract: Contract, heading: Sequence[str]) -> dict[str, int]:
    """Return the position of each feature's column, by the feature's name, in the order of the features.

    Raises
    ------
    InvalidInput
        If a column is missing or there twice. No message holds a name of the file: without a heading it is a customer.
    """
    found = find_places({feature.name: names_of(feature) for feature in contract.features}, heading)
    if not any(found.values()) and is_no_heading(heading):
        names = ", ".join(feature.name for feature in contract.features)
        message = f"The first line must name the columns, {names} among them. Add a heading line."
        raise InvalidInput([Fault("", "no_heading", message)])
    faults = [*_missing(contract, found, heading), *_double(found)]
    if faults:
        raise InvalidInput(faults)
    return {name: places[0] for name, places in found.items()}


def _owners(names: Mapping[str, Sequence[str]], form: Callable[[str], str]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for owner, texts in names.items():
        for text in texts:
            owners.setdefault(form(text), set()).add(owner)
    return owners


def _missing(contract: Contract, found: dict[str, list[int]], heading: Sequence[str]) -> Iterator[Fault]:
    folded = [fold_heading(name[:_LONGEST_NAME]) for name in heading]
    for feature in contract.features:
        if not found[feature.name]:
            names = (feature.name, *feature.aliases)
            close = [match for n in names for match in difflib.get_close_matches(fold_heading(n), folded, n=1)]
            hint = f" If it is column {folded.index(close[0]) + 1}, rename that." if close else ""
            yield Fault(feature.name, "missing", f"The column {' or '.join(names)} is missing.{hint}")


def _double(found: dict[str, list[int]]) -> Iterator[Fault]:
    for name, places in found.items():
        if len(places) > 1:
            columns = " and ".join(str(place + 1) for place in places)
            message = f"The columns {columns} all stand for {name}. Keep one of them."
            yield Fault(name, "duplicate_column", message)
