"""Which column of a file is which of the schema's."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from predict.contract import Feature

from ..errors import DataError

__all__ = ["Columns", "find_columns", "known_names"]

_NAMES_SHOWN = 30


@dataclass(frozen=True)
class Columns:
    """Where the schema's columns stand in a file.

    Attributes
    ----------
    count : int
        Columns of the file.
    index : dict of str to int
        Position of each feature and of the target, by the schema's name.
    notes : tuple of str
        What a person should know and need not mend.
    """

    count: int
    index: dict[str, int]
    notes: tuple[str, ...] = ()


def known_names(features: Sequence[Feature], target: str = "") -> frozenset[str]:
    """Return every name that the heading of a column of use may have."""
    return frozenset(name for names in _names(features, target).values() for name in names)


def find_columns(
    file: str,
    heading: Sequence[str],
    features: Sequence[Feature],
    target: str = "",
    ignore: Sequence[str] = (),
    *,
    model: str = "",
) -> Columns:
    """Find every feature by its name or one of its aliases, and the target by its name.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    heading : sequence of str
        The names in the file, in order.
    features : sequence of Feature
    target : str
        Name of the answer's column; without it, none is looked for.
    ignore : sequence of str
        Columns of no use that are known.
    model : str
        Whose inputs the features are, by name and version; without it they are the schema's, which can be changed.

    Returns
    -------
    Columns

    Raises
    ------
    DataError
        If a column of use is missing or there twice, or the heading is not a heading.
    """
    names = _names(features, target)
    found = {name: [alias for alias in aliases if alias in heading] for name, aliases in names.items()}
    if not any(found.values()):
        _refuse_what_is_no_heading(file, heading)
    for name, aliases in found.items():
        if twice := [alias for alias in aliases if heading.count(alias) > 1]:
            raise DataError(f"{file}, heading: {_listed(twice)} is there twice. Rename or remove one.")
        if len(aliases) > 1:
            rest = "" if model else ", or take the others out of the schema's aliases"
            raise DataError(f"{file}, heading: {_listed(aliases)} all stand for the column {name!r}. Keep one{rest}.")
    missing = [name for name, aliases in found.items() if not aliases]
    if missing:
        raise DataError(f"{file}, heading: {_missing(missing, names, target, heading, model)}")
    index = {name: heading.index(aliases[0]) for name, aliases in found.items()}
    unknown = [name for position, name in enumerate(heading) if position not in index.values() and name not in ignore]
    note = f"{Path(file).name}: not used, because the schema does not know it: {_listed(unknown)}."
    return Columns(len(heading), index, (note,) if unknown else ())


def _names(features: Sequence[Feature], target: str) -> dict[str, tuple[str, ...]]:
    names = {feature.name: (feature.name, *feature.aliases) for feature in features}
    return names | ({target: (target,)} if target else {})


def _refuse_what_is_no_heading(file: str, heading: Sequence[str]) -> None:
    if any(re.match(r"[+-]?\.?\d", name) for name in heading):
        # Without a heading the first line is a customer, whose values are not to be shown.
        raise DataError(f"{file}: the first line must name the columns, and holds numbers. Add a heading line.")


def _missing(
    missing: Sequence[str], names: dict[str, tuple[str, ...]], target: str, heading: Sequence[str], model: str
) -> str:
    known = {alias for aliases in names.values() for alias in aliases}
    # As a person reads them: "Minutes Watched" is close to minutes_watched.
    free = {name.casefold().replace(" ", "_"): name for name in heading if name and name not in known}
    hints = []
    for name in missing:
        if near := difflib.get_close_matches(name.casefold(), free, n=1):
            place = "make it the target's `name` in the schema" if name == target else "add it to the schema's aliases"
            either = "" if model else f", or {place}"
            hints.append(f" Rename {free[near[0]]!r} to {name!r}{either}, if that is what it holds.")
    one = len(missing) == 1
    them = "it" if one else "them"
    rest = f" Add {them}, or name {them} in the schema as the file does."
    if model:
        rest = f" Add {them}, or choose another model with --model: this one is {model}."
    return (
        f"{'a column is' if one else 'these columns are'} missing: {_listed(missing)}. The file has "
        f"{_listed(heading)}.{''.join(hints) or rest}"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(repr(name) if name else "a column without a name" for name in names[:_NAMES_SHOWN]) + more
