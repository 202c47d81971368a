"""Which column of a file is which of the schema's."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from predict.contract import Feature
from predict.csv_file.heading import find_places, is_no_heading, names_of
from predict.text import fold_heading

from ..errors import DataError

__all__ = ["Columns", "find_columns", "no_heading"]

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


def no_heading(file: str) -> DataError:
    """Return the refusal of a file whose first line is a customer."""
    return DataError(f"{file}: the first line must name the columns, and holds numbers. Add a heading line.")


def find_columns(
    file: str,
    heading: Sequence[str],
    features: Sequence[Feature],
    target: Sequence[str] = (),
    ignore: Sequence[str] = (),
    *,
    model: str = "",
) -> Columns:
    """Find every feature and the target by their names, as the API does.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    heading : sequence of str
        The names in the file, in order.
    features : sequence of Feature
    target : sequence of str
        Names that the answer's column may have, its own first; without it, none is looked for.
    ignore : sequence of str
        Columns of no use that are known.
    model : str
        Whose inputs the features are, by name and version; without it they are the schema's, which can be changed.

    Raises
    ------
    DataError
        If a column of use is missing or there twice, or the heading is not a heading.
    """
    names = {feature.name: names_of(feature) for feature in features} | ({target[0]: tuple(target)} if target else {})
    found = find_places(names, heading)
    if not any(found.values()) and is_no_heading(heading):
        raise no_heading(file)
    for name, places in found.items():
        if len(places) > 1:
            columns = [heading[place] for place in places]
            if len(set(columns)) == 1:
                raise DataError(f"{file}, heading: {columns[0]!r} is there twice. Rename or remove one.")
            raise DataError(f"{file}, heading: {_listed(columns)} all stand for the column {name!r}. Keep one.")
    missing = [name for name, places in found.items() if not places]
    if missing:
        free = [name for place, name in enumerate(heading) if name and [place] not in found.values()]
        raise DataError(f"{file}, heading: {_missing(missing, free, target, heading, model)}")
    index = {name: places[0] for name, places in found.items()}
    ignored = set(map(fold_heading, ignore))
    unknown = [
        name
        for position, name in enumerate(heading)
        if position not in index.values() and fold_heading(name) not in ignored
    ]
    note = f"{Path(file).name}: not used, because the schema does not know it: {_listed(unknown)}."
    return Columns(len(heading), index, (note,) if unknown else ())


def _missing(
    missing: Sequence[str], free: Sequence[str], target: Sequence[str], heading: Sequence[str], model: str
) -> str:
    folded = {fold_heading(name): name for name in free}
    hints = []
    for name in missing:
        if near := difflib.get_close_matches(fold_heading(name), folded, n=1):
            place = "make it the target's `name` in the schema" if name in target else "add it to the schema's aliases"
            either = "" if model else f", or {place}"
            hints.append(f" Rename {folded[near[0]]!r} to {name!r}{either}, if that is what it holds.")
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
