"""The columns of a file that has no schema yet."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from predict.csv_file.decimal_mark import Shown, find_mark
from predict.csv_file.reader import open_records
from predict.errors import InvalidInput
from predict.requests.date import read_days
from predict.requests.number import read_number
from predict.text import fold

from ..errors import DataError
from ..schema.column import Column
from .distinct_texts import Texts
from .mapped_file import map_file
from .parquet_file import open_parquet
from .read_blocks import file_format

__all__ = ["read_columns"]

type Strings = npt.NDArray[np.object_]

_EPOCH = "2000-01-01"
# Between points the day is first everywhere.
_DOTTED = re.compile(r"\d\d?\.")
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
        If the file cannot be read, or holds no customers.
    """
    try:
        headings, texts = _read_csv(path) if file_format(path) == "CSV" else _read_parquet(path)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({type(error).__name__}).") from None
    if not len(texts) or not len(texts[0]):
        raise DataError(f"{path}: there is a heading and no customer below it. Add a line for each customer.")
    shown = {str(place): Shown.of(column.tolist()) for place, column in enumerate(texts)}
    # Where nothing tells, training will ask: here it is enough that these are numbers.
    mark = find_mark(shown)[0] or "."
    return [_column(heading, column, mark) for heading, column in zip(headings, texts, strict=True)]


def _column(heading: str, texts: Strings, mark: str) -> Column:
    """Return a column of numbers, if it is one but for the words that say that nothing is known; else one of texts."""
    blanked, words = _without(_MISSING_NUMBERS, texts)
    numbers = _numbers(blanked, mark)
    if numbers is None:
        blanked, words = _without(_MISSING, texts)
        if days := _days(blanked):
            return Column(heading, blanked, days[0], words, *days[1:])
    return Column(heading, blanked, numbers, words)


def _days(texts: Strings) -> tuple[npt.NDArray[np.float64], str, str] | None:
    """Return dates as days before the latest of them, that, and the order of day and month where the year is behind.

    None where a text is no date, or all could be read in either order.
    """
    distinct, places = np.unique(texts, return_inverse=True)
    if distinct.tolist() == [""]:
        return None
    orders = ("", "dmy") if any(_DOTTED.match(text) for text in distinct) else ("", "dmy", "mdy")
    found = {
        order: np.array(read, dtype=np.float64)
        for order in orders
        if None not in (read := [read_days(text, _EPOCH, order) if text else np.nan for text in distinct.tolist()])
    }
    order = next(iter(found), "")
    if not found or (len(found) > 1 and order):
        return None
    before_epoch = found[order]
    latest = float(np.nanmin(before_epoch))
    return (before_epoch - latest)[places], (date.fromisoformat(_EPOCH) - timedelta(latest)).isoformat(), order


def _without(missing: frozenset[str], texts: Strings) -> tuple[Strings, tuple[str, ...]]:
    """Return the texts with words of a set blanked out, and which of the words there were."""
    words = {text for text in set(texts.tolist()) if fold(text) in missing}
    return np.array(["" if text in words else text for text in texts.tolist()], dtype=object), tuple(sorted(words))


def _read_csv(path: Path) -> tuple[list[str], list[Strings]]:
    try:
        records = open_records(path.read_bytes(), ())
        headings = [heading.strip() for heading in records.heading]
        rows = [row for block in records.blocks() for row in block]
    except InvalidInput as error:
        raise DataError(f"{path}: {error}") from None
    if uneven := sum(len(row) != len(headings) for row in rows):
        raise DataError(f"{path}: the heading has {len(headings)} cells, and {uneven:,} lines have more or fewer.")
    columns = zip(*rows, strict=True)
    return headings, [np.array([*map(str.strip, cells)], dtype=object) for cells in columns]


def _read_parquet(path: Path) -> tuple[list[str], list[Strings]]:
    opened = open_parquet(str(path), map_file(path))
    # Lists and records are nothing to learn from, and training does not ask for them.
    headings = [field.name for field in opened.schema if not pa.types.is_nested(field.type)]
    tables = [*opened.tables(columns=headings)]
    columns = [Texts.of(column) for column in pa.concat_tables(tables).columns] if tables else []
    return headings, [np.array(column.distinct, dtype=object)[column.codes] for column in columns]


def _numbers(texts: Strings, mark: str) -> npt.NDArray[np.float64] | None:
    """Return the cells as numbers, NaN where one is empty; None where one is no number, or all are empty."""
    distinct, places = np.unique(texts, return_inverse=True)
    read = [read_number(text, mark) if text else np.nan for text in distinct.tolist()]
    if None in read or distinct.tolist() == [""]:
        return None
    return np.array(read, dtype=np.float64)[places]
