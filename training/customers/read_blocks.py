"""Blocks of rows: a file of customers of any length, CSV or Parquet, read a part at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from predict.contract import Feature
from predict.csv_file.decimal_mark import Shown
from predict.csv_file.reader import Dialect

from ..errors import DataError
from .cell_rules import find_mark
from .csv_lines import check_quotes, check_text, open_text
from .distinct_texts import Texts
from .heading import find_columns, known_names

__all__ = ["Blocks", "Unread", "file_format", "open_blocks"]

_BLOCK_ROWS = 100_000
_BLOCK_BYTES = 4 << 20


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
    mark : str
        The decimal mark.
    tables : iterator of Table
        The rows, block by block, each of at least one.
    unread : list of Unread
        Fills as blocks are taken.
    """

    columns: list[str]
    names: dict[str, str]
    n_rows: int
    dialect: Dialect | None
    mark: str
    tables: Iterator[pa.Table]
    unread: list[Unread]


def file_format(path: Path) -> str:
    """Return "CSV" or "Parquet", as the name says.

    Raises
    ------
    DataError
        If it says something else.
    """
    match path.suffix.lower():
        case ".csv":
            return "CSV"
        case ".parquet" | ".pq":
            return "Parquet"
    raise DataError(f"{path}: the name must end in .csv or .parquet.")


def open_blocks(path: Path, features: Sequence[Feature], model: str) -> Blocks:
    """Open a file of customers, to be scored by a model of this name and version.

    Raises
    ------
    DataError
        If it cannot be read, or a feature's column is missing.
    """
    try:
        return _open_csv(path, features, model) if file_format(path) == "CSV" else _open_parquet(path, features, model)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path}: this is a folder. Name the file in it.") from None
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({error.strerror or 'it is damaged'}).") from None


def _open_csv(path: Path, features: Sequence[Feature], model: str) -> Blocks:
    file = str(path)
    with path.open("rb") as stream:
        head = stream.read(_BLOCK_BYTES)
        records = open_text(file, head, known_names(features))
        end = b"\n" if b"\n" in head else b"\r"
        n_lines, quoted = head.count(end), records.dialect.quoted
        while piece := stream.read(_BLOCK_BYTES):
            n_lines += piece.count(end)
            quoted = quoted or b'"' in piece
    dialect, heading = records.dialect, list(records.heading)
    names = _names(file, heading, features, model)
    if quoted:
        with path.open("rb") as stream:
            check_quotes(file, stream, dialect.delimiter)
    unread: list[Unread] = []

    def keep(row: csv.InvalidRow) -> str:
        cells = f"{row.actual_columns} cell{'s' if row.actual_columns > 1 else ''}"
        # Arrow counts the heading as the first row.
        number = None if row.number is None else row.number - 1
        unread.append(Unread(number, f"the line has {cells} and the heading {row.expected_columns}", row.text))
        return "skip"

    mark = "."
    # Where a comma may be the decimal mark. The last row may be the first to tell.
    if dialect.delimiter != "," or quoted:
        numbers = {f.name: names[f.name] for f in features if not f.is_category}
        shown = dict.fromkeys(numbers, Shown())
        for table in _read_csv(path, dialect, heading, lambda _: "skip"):
            for name, column in numbers.items():
                shown[name] |= Shown.of(Texts.of(table[column]).distinct)
        mark = find_mark(file, dialect.delimiter, shown)
    return Blocks(heading, names, n_lines - 1, dialect, mark, _read_csv(path, dialect, heading, keep), unread)


def _read_csv(
    path: Path, dialect: Dialect, heading: list[str], refuse: Callable[[csv.InvalidRow], str]
) -> Iterator[pa.Table]:
    """Yield the rows, block by block, every cell a text; `refuse` is told of a line with fewer or more cells."""
    try:
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=dialect.delimiter, invalid_row_handler=refuse, newlines_in_values=True
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(heading, pa.string()), null_values=[], strings_can_be_null=False
            ),
        )
        yield from (pa.Table.from_batches([batch]) for batch in reader if batch.num_rows)
    except pa.ArrowInvalid:
        with path.open("rb") as stream:
            check_text(str(path), stream)
        # Arrow's own message would quote the row.
        raise DataError(f"{path}: this cannot be read as CSV. Export it again as CSV (UTF-8).") from None


def _open_parquet(path: Path, features: Sequence[Feature], model: str) -> Blocks:
    damaged = DataError(f"{path}: this cannot be read as Parquet. Export it again.")
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowException:
        raise damaged from None

    schema = file.schema_arrow
    names = _names(str(path), schema.names, features, model)
    for name in names.values():
        if pa.types.is_nested(schema.field(name).type):
            raise DataError(f"{path}: the column {name} holds lists or records. Each cell must be a number or a text.")
    # What has a view of texts in memory is a text in the file all the same, and the rest of Arrow knows texts better.
    plain = pa.schema(field.with_type(pa.string()) if field.type == pa.string_view() else field for field in schema)

    def tables() -> Iterator[pa.Table]:
        try:
            yield from (pa.Table.from_batches([batch]).cast(plain) for batch in file.iter_batches(_BLOCK_ROWS))
        except (pa.ArrowException, OSError):
            raise damaged from None

    return Blocks(schema.names, names, file.metadata.num_rows, None, ".", tables(), [])


def _names(file: str, columns: Sequence[str], features: Sequence[Feature], model: str) -> dict[str, str]:
    found = find_columns(file, [name.strip() for name in columns], features, model=model)
    return {feature.name: columns[found.index[feature.name]] for feature in features}
