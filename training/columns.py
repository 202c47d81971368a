"""Which column of a file is which of the schema's."""

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import DataError
from .schema import Schema

__all__ = ["Columns", "find_columns"]

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
NAMES_SHOWN = 30


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


def find_columns(file: str, heading: Sequence[str], schema: Schema, *, with_target: bool = True) -> Columns:
    """Find every feature and the target by its name or one of its aliases.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    heading : sequence of str
        The names in the file, in order.
    schema : Schema
    with_target : bool
        Whether the answer's column must be there, too.

    Returns
    -------
    Columns

    Raises
    ------
    DataError
        If a column is missing or there twice, or the heading is not a heading.
    """
    names = {feature.name: (feature.name, *feature.aliases) for feature in schema.features}
    if with_target:
        names[schema.target.name] = (schema.target.name,)
    found = {name: [alias for alias in aliases if alias in heading] for name, aliases in names.items()}
    if not any(found.values()):
        _refuse_what_is_no_heading(file, heading)
    twice = [name for name, count in Counter(heading).items() if name and count > 1]
    if twice:
        raise DataError(f"{file}, heading: {_listed(twice)} is there twice. Rename or remove one.")
    for name, aliases in found.items():
        if len(aliases) > 1:
            raise DataError(
                f"{file}, heading: {_listed(aliases)} all stand for the column {name!r}. Keep one, or take the "
                "others out of the schema's aliases."
            )
    missing = [name for name, aliases in found.items() if not aliases]
    if missing:
        raise _missing(file, missing, names, heading)
    index = {name: heading.index(aliases[0]) for name, aliases in found.items()}
    unknown = [
        name for position, name in enumerate(heading) if position not in index.values() and name not in schema.ignore
    ]
    notes = (f"{file}: not used, because the schema does not know it: {_listed(unknown)}.",) if unknown else ()
    return Columns(len(heading), index, notes)


def _refuse_what_is_no_heading(file: str, heading: Sequence[str]) -> None:
    if len(heading) == 1:
        for delimiter, words in OTHER_DELIMITERS.items():
            if delimiter in heading[0]:
                raise DataError(
                    f"{file}: the cells seem to be separated by {words}. Export it again with commas between the cells "
                    "and a point as decimal mark."
                )
    if any(re.match(r"[+-]?\.?\d", name) for name in heading):
        # Without a heading the first line is a customer, whose values are not to be shown.
        raise DataError(f"{file}: the first line must name the columns, and holds numbers. Add a heading line.")


def _missing(file: str, missing: Sequence[str], names: dict[str, tuple[str, ...]], heading: Sequence[str]) -> DataError:
    free = [name for name in heading if name and name not in {alias for aliases in names.values() for alias in aliases}]
    hints = [
        f" Rename {near[0]!r} to {name!r}, or add it to the schema's aliases, if that is what it holds."
        for name in missing
        if (near := difflib.get_close_matches(name, free, n=1))
    ]
    return DataError(
        f"{file}, heading: {'these columns are' if len(missing) > 1 else 'a column is'} missing: {_listed(missing)}. "
        f"The file has {_listed(heading)}.{''.join(hints) or ' Add it, or name it in the schema as the file does.'}"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(repr(name) if name else "a column without a name" for name in names[:NAMES_SHOWN]) + more
