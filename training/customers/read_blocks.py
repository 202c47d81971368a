"""Blocks of rows: a file of customers of any length, CSV or Parquet, read a part at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from predict.contract import Feature
from predict.csv_file.decimal_mark import Shown, may_have_marks
from predict.csv_file.file_lines import Data
from predict.csv_file.heading import known_names
from predict.csv_file.reader import Dialect

from ..errors import DataError
from .arrow import may_hold
from .cell_rules import find_mark
from .csv_lines import open_csv
from .heading import find_columns
from .mapped_file import map_file
from .parquet_file import is_parquet, open_parquet

__all__ = ["Blocks", "Unread", "file_format", "open_blocks"]

_PIECE_BYTES = 4 << 20


@dataclass(frozen=True)
class Unread:
    """A line of a CSV that is no row.

    Attributes
    ----------
    row : int or None
        The number it would have as a row below the heading, from 1.
    reason : str
    line : str
        As it stands in the file.
    """

    row: int | None
    reason: str
    line: str


@dataclass(frozen=True)
class Blocks:
    """An opened file.

    Attributes
    ----------
    columns : list of str
        The names of all columns.
    names : dict of str to str
        The name of each feature's column, by the feature's name.
    n_rows : int
        About how many there are, for a progress bar.
    dialect : Dialect or None
        None for Parquet.
    mark : {".", ","} or None
        The decimal mark of numbers that are texts, where it is known.
    tables : iterator of Table
        The rows, block by block, each of at least one.
    unread : list of Unread
        Fills as blocks are taken.
    """

    columns: list[str]
    names: dict[str, str]
    n_rows: int
    dialect: Dialect | None
    mark: str | None
    tables: Iterator[pa.Table]
    unread: list[Unread]


def file_format(path: Path) -> str:
    """Return "CSV" or "Parquet", as the name says.

    Raises
    ------
    DataError
        If it says something else.
    """
    if is_parquet(path.name):
        return "Parquet"
    if path.suffix.lower() == ".csv":
        return "CSV"
    raise DataError(f"{path}: the name must end in .csv or .parquet.")


def open_blocks(path: Path, features: Sequence[Feature], model: str) -> Blocks:
    """Open a file of customers, to be scored by a model of this name and version.

    Raises
    ------
    DataError
        If it cannot be read, or a feature's column is missing.
    """
    data = map_file(path)
    open_ = _open_csv if file_format(path) == "CSV" else _open_parquet
    return open_(str(path), data, features, model)


def _open_csv(file: str, data: Data, features: Sequence[Feature], model: str) -> Blocks:
    opened = open_csv(file, data, known_names(features))
    dialect, heading = opened.records.dialect, list(opened.records.heading)
    names = _names(file, heading, features, model)
    unread: list[Unread] = []

    def keep(row: csv.InvalidRow) -> str:
        cells = f"{row.actual_columns} cell{'s' if row.actual_columns > 1 else ''}"
        # Arrow counts the heading as the first row.
        number = None if row.number is None else row.number - 1
        unread.append(Unread(number, f"the line has {cells} and the heading {row.expected_columns}", row.text))
        return "skip"

    numbers = {feature.name: names[feature.name] for feature in features if not feature.is_category}
    # The last row may be the first to tell.
    may_have = numbers and may_have_marks(opened.records)
    mark = _find_mark(file, opened.tables(lambda _: "skip", [*numbers.values()]), numbers) if may_have else None
    end = dialect.line_end[-1:].encode()
    n_lines = sum(data[start : start + _PIECE_BYTES].count(end) for start in range(0, len(data), _PIECE_BYTES))
    return Blocks(heading, names, n_lines - 1, dialect, mark, opened.tables(keep), unread)


def _find_mark(file: str, tables: Iterable[pa.Table], columns: Mapping[str, str]) -> str | None:
    shown = dict.fromkeys(columns, Shown())
    for table in tables:
        for name, column in columns.items():
            if may_hold(table[column], ".,"):
                shown[name] |= Shown.of(table[column].unique().drop_null().to_pylist())
    return find_mark(file, shown)


def _open_parquet(file: str, data: Data, features: Sequence[Feature], model: str) -> Blocks:
    opened = open_parquet(file, data)
    names = _names(file, opened.heading, features, model)
    opened.refuse_lists([*names.values()])
    # Numbers that are stored as such need no mark.
    texts = {
        feature.name: names[feature.name]
        for feature in features
        if not feature.is_category and pa.types.is_string(opened.schema.field(names[feature.name]).type)
    }
    mark = _find_mark(file, opened.tables(columns=[*texts.values()]), texts) if texts else None
    return Blocks(opened.heading, names, opened.n_rows, None, mark, opened.tables(), [])


def _names(file: str, columns: Sequence[str], features: Sequence[Feature], model: str) -> dict[str, str]:
    found = find_columns(file, columns, features, model=model)
    return {feature.name: columns[found.index[feature.name]] for feature in features}
