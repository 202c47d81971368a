"""A batch: many customers checked at once, column by column; one bad row never spoils the others.

Whole columns are checked with numpy. Only rows that break a rule, or lie outside the training data, are looked at one
by one, by the same code that reads a single customer: a row is judged the same alone and in a batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..contract import Contract, Feature
from ..errors import Fault, InvalidInput, TooLarge
from .body import Ambiguous
from .category import read_category
from .date import read_days
from .one_customer import category_warning, read_row

__all__ = ["Batch", "read_columns", "read_rows"]

type Column = npt.NDArray[Any]
type Mask = npt.NDArray[np.bool_]

_HUGE = 10**300


@dataclass(frozen=True, eq=False)
class Batch:
    """Checked customers.

    Attributes
    ----------
    size : int
        Rows, good and bad.
    good : ndarray of shape (n_good,)
        The numbers of the rows that can be scored, ascending, counted from 0.
    feed : dict of str to ndarray of shape (n_good, 1)
        Those rows, as the model takes them.
    faults : dict of int to tuple of Fault
        Every fault of each other row, by its number.
    warnings : dict of int to tuple of Fault
        What the model has not seen of a good row, by its number; most rows have no entry.
    """

    size: int
    good: npt.NDArray[np.int64]
    feed: dict[str, npt.NDArray[Any]]
    faults: dict[int, tuple[Fault, ...]]
    warnings: dict[int, tuple[Fault, ...]]


def read_rows(contract: Contract, payloads: Sequence[object], *, most_rows: int) -> Batch:
    """Check customers that come one by one.

    Parameters
    ----------
    contract : Contract
    payloads : sequence of object
        Each should be a dict of every feature's name to its value; optional ones may be left out.
    most_rows : int

    Raises
    ------
    TooLarge
        If there are more, before any is looked at.
    """
    _check_size(len(payloads), most_rows)
    names = [feature.name for feature in contract.features]
    try:
        if all(type(payload) is dict and len(payload) == len(names) for payload in payloads):
            columns = [[payload[name] for payload in payloads] for name in names]  # type: ignore[index]
            return _read(contract, columns, payloads)
    except (KeyError, TypeError, IndexError):
        pass
    # Some rows have other fields than they should: nothing holds their places, and they are looked at one by one.
    rows = [payload if type(payload) is dict else {} for payload in payloads]
    odd = np.array([row.keys() != set(names) for row in rows], dtype=bool)
    return _read(contract, [[row.get(name) for row in rows] for name in names], payloads, odd)


def read_columns(contract: Contract, columns: Mapping[str, object], *, most_rows: int) -> Batch:
    """Check customers that come as lists of equal length, one for each feature.

    Parameters
    ----------
    contract : Contract
    columns : mapping of str to object
        Each should be a list.
    most_rows : int

    Raises
    ------
    TooLarge
        If a list is longer, before any value is looked at.
    InvalidInput
        If a column is missing, unknown, not a list, or longer or shorter than the first one.
    """
    if isinstance(columns, Ambiguous):
        raise InvalidInput([Fault("columns", "duplicate_field", "A column is given twice. Send each column once.")])
    names = [feature.name for feature in contract.features]
    faults = [
        *(Fault(name, "missing", f"The column {name} is required.") for name in names if name not in columns),
        *_unknown_columns(names, columns),
    ]
    lists: dict[str, list[object]] = {}
    for name in names:
        values = columns.get(name)
        if isinstance(values, list):
            lists[name] = values
        elif name in columns:
            faults.append(Fault(name, "wrong_type", f"The column {name} must be a list."))
    lengths = {name: len(values) for name, values in lists.items()}
    _check_size(max(lengths.values(), default=0), most_rows)
    size = next(iter(lengths.values()), 0)
    faults += [
        Fault(name, "wrong_length", f"The column {name} must be as long as the first column.", size)
        for name, length in lengths.items()
        if length != size
    ]
    if faults:
        raise InvalidInput(faults)
    return _read(contract, [lists[name] for name in names], None)


def _check_size(size: int, most_rows: int) -> None:
    if size > most_rows:
        raise TooLarge(f"At most {most_rows} rows are scored at once. Send them in parts.", most_rows)


def _unknown_columns(names: Sequence[str], columns: Mapping[str, object]) -> list[Fault]:
    extra = len(columns.keys() - set(names))
    if not extra:
        return []
    count = "1 column is" if extra == 1 else f"{extra} columns are"
    message = f"{count} unknown. The columns are {', '.join(names)}; leave the others out."
    return [Fault("", "unknown_field", message)]


def _read(
    contract: Contract, columns: Sequence[list[Any]], payloads: Sequence[object] | None, odd: Mask | None = None
) -> Batch:
    size = len(columns[0])
    bad = np.zeros(size, dtype=bool) if odd is None else odd
    strange = np.zeros(size, dtype=bool)
    feed = {}
    for feature, values in zip(contract.features, columns, strict=True):
        read = _read_categories if feature.is_category else _read_numbers
        feed[feature.name], broken, unseen = read(feature, values)
        bad |= broken
        strange |= unseen
    faults: dict[int, tuple[Fault, ...]] = {}
    warnings: dict[int, tuple[Fault, ...]] = {}
    names = list(feed)
    for number in np.flatnonzero(bad | strange).tolist():
        payload = (
            payloads[number] if payloads is not None else {n: c[number] for n, c in zip(names, columns, strict=True)}
        )
        try:
            _, found = read_row(contract, payload)
        except InvalidInput as error:
            faults[number] = error.faults
        else:
            bad[number] = False
            if found:
                warnings[number] = found
    good = np.flatnonzero(~bad)
    if faults:
        feed = {name: column[good] for name, column in feed.items()}
    return Batch(size, good, {name: column.reshape(-1, 1) for name, column in feed.items()}, faults, warnings)


def _read_numbers(feature: Feature, values: list[Any]) -> tuple[Column, Mask, Mask]:
    """Return the column, which rows break a rule (or might, not known), and which are outside what training saw."""
    if feature.reference:
        reference, order = feature.reference, feature.date_order
        values = [read_days(value, reference, order) if isinstance(value, str) else value for value in values]
    if set(map(type, values)) <= {int, float}:
        numbers = _to_floats(values)
    else:
        # type, not isinstance: True is an int, and never a number here.
        numbers = _to_floats([value if type(value) in {int, float} else np.nan for value in values])
    seen = feature.seen
    with np.errstate(invalid="ignore"):
        broken = ~((numbers >= feature.minimum) & (numbers <= feature.maximum))
        if feature.kind == "integer":
            broken |= numbers != np.floor(numbers)
        strange = np.zeros(len(numbers), dtype=bool)
        if seen.minimum is not None and seen.maximum is not None:
            strange = (numbers < seen.minimum) | (numbers > seen.maximum)
    return numbers + 0.0, broken, strange  # -0.0 becomes 0.0


def _to_floats(values: list[Any]) -> Column:
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        # A whole number beyond every double: beyond every bound, too.
        return np.array([value if abs(value) < _HUGE else np.inf for value in values], dtype=np.float64)


def _read_categories(feature: Feature, values: list[Any]) -> tuple[Column, Mask, Mask]:
    """Return the column, which rows break a rule (or might), and which hold what training hardly saw."""
    try:
        distinct = set(values)
    except TypeError:
        values = [value if isinstance(value, str | int) else None for value in values]
        distinct = set(values)
    read = {value: read_category(feature, value) for value in distinct}
    broken = {value for value, category in read.items() if category is None}
    strange = {
        value for value, category in read.items() if category is not None and category_warning(feature, category)
    }
    column = np.array([read[value] or "" for value in values], dtype=object)
    return column, _among(values, broken), _among(values, strange)


def _among(values: list[Any], wanted: set[Any]) -> Mask:
    if not wanted:
        return np.zeros(len(values), dtype=bool)
    return np.fromiter((value in wanted for value in values), dtype=bool, count=len(values))
