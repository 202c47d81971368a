"""The columns of a file that has no schema yet."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from predict.csv_file.decimal_mark import Shown, find_mark
from predict.requests.date import read_days
from predict.requests.number import Unclear, read_number
from predict.text import fold

from ..schema.column import Column
from .distinct_texts import Texts
from .heading import no_heading
from .parquet_file import ParquetFile
from .read_blocks import file_format
from .rows import open_file, read_rows

__all__ = ["read_columns"]

type Floats = npt.NDArray[np.float64]

_EPOCH = "2000-01-01"
# Between points the day is first everywhere.
_DOTTED = re.compile(r"\d\d?\.")
_DIGIT = re.compile("[0-9]")
_MISSING = frozenset(("?", "n/a", "#n/a", "nan", "null", "unknown", "not known", "not available", "missing", "-", "--"))
# What a division by zero left.
_INFINITE = frozenset(f"{sign}{word}" for sign in ("", "+", "-") for word in ("inf", "infinity"))
# Among texts "NA" is Namibia, and "none" an answer like another.
_MISSING_NUMBERS = _MISSING | frozenset(("na", "none", ".", *_INFINITE))


def read_columns(path: Path) -> list[Column]:
    """Read every column of a CSV or Parquet file.

    Raises
    ------
    DataError
        If the file cannot be read, holds no customers, or does not name its columns.
    """
    file_format(path)
    opened = open_file(path)
    # Lists and records are nothing to learn from, and training does not ask for them.
    table = read_rows(opened, opened.flat if isinstance(opened, ParquetFile) else None)
    headings = [heading.strip() for heading in table.column_names]
    if _is_customer(headings):
        raise no_heading(str(path))
    texts = [_merged(Texts.of(column)) for column in table.columns]
    shown = {str(place): Shown.of(column.distinct) for place, column in enumerate(texts)}
    # Where nothing tells, training will ask: here it is enough that these are numbers.
    mark = find_mark(shown)[0] or "."
    return [_column(heading, column, mark) for heading, column in zip(headings, texts, strict=True)]


def _is_customer(headings: list[str]) -> bool:
    """Return whether a first line is a customer's: its numbers are in no order, as those of years or places are.

    `is_no_heading` does not tell: no column is known yet, and numbers may name some.
    """
    read = (read_number(heading, ".") for heading in headings)
    numbers = [number for number in read if isinstance(number, float)]
    ordered = sorted(set(numbers))
    return numbers not in (ordered, ordered[::-1])


def _column(heading: str, texts: Texts, mark: str) -> Column:
    """Return a column of numbers, if it is one but for the words that say that nothing is known; else one of texts."""
    blanked, words = _without(_MISSING_NUMBERS, texts)
    numbers = _read(blanked.distinct, lambda text: read_number(text, mark))
    if numbers is not None:
        return Column(heading, blanked.distinct, blanked.codes, numbers, words)
    blanked, words = _without(_MISSING, texts)
    numbers, *days = _days(blanked.distinct) or (None, "", "")
    return Column(heading, blanked.distinct, blanked.codes, numbers, words, *days)


def _days(texts: list[str]) -> tuple[Floats, str, str] | None:
    """Return dates as days before the latest of them, that, and the order of day and month where the year is behind.

    None where a text is no date, or all could be read in either order.
    """
    orders = ("", "dmy") if any(map(_DOTTED.match, texts)) else ("", "dmy", "mdy")
    read = {order: _read(texts, partial(read_days, reference=_EPOCH, order=order)) for order in orders}
    found = {order: days for order, days in read.items() if days is not None}
    order = next(iter(found), "")
    if not found or (len(found) > 1 and order):
        return None
    latest = float(np.nanmin(found[order]))
    return found[order] - latest, (date.fromisoformat(_EPOCH) - timedelta(latest)).isoformat(), order


def _without(missing: frozenset[str], texts: Texts) -> tuple[Texts, tuple[str, ...]]:
    """Return the texts with words of a set blanked out, and which of the words there were."""
    # None of the words has a digit: most ids and numbers need no second look.
    words = {text for text in texts.distinct if not _DIGIT.search(text) and fold(text) in missing}
    return _merged(texts, words) if words else texts, tuple(sorted(words))


def _merged(texts: Texts, words: Collection[str] = ()) -> Texts:
    """Return each text once, "" first, which some words become, too."""
    place_of = {"": 0}
    places = [place_of.setdefault("" if text in words else text, len(place_of)) for text in texts.distinct]
    return Texts([*place_of], np.array(places, dtype=np.int32)[texts.codes])


def _read(texts: list[str], read: Callable[[str], float | Unclear | None]) -> Floats | None:
    """Return texts as numbers, NaN for an empty one; None where one is no number, or all are empty."""
    numbers = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        if text:
            number = read(text)
            if number is None or isinstance(number, Unclear):
                return None
            numbers[place] = number
    return None if texts == [""] else numbers
