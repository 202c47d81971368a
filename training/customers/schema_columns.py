"""The columns of a file that a schema describes: found by their names, read and checked.

Arrow splits the cells, and each distinct text of a column is checked once. Only when something is wrong is a CSV walked
row by row (`training.customers.csv_lines`), to say where.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from predict.contract import Feature
from predict.csv_file.decimal_mark import Shown
from predict.csv_file.heading import known_names
from predict.text import fold_heading

from ..errors import DataError
from .cell_rules import Reader, cell_reader, find_mark
from .csv_lines import CsvFile
from .distinct_texts import Texts, Values
from .heading import find_columns
from .parquet_file import ParquetFile
from .rows import FAULTS_SHOWN, open_file, read_rows

__all__ = ["read_columns"]


def read_columns(
    path: Path,
    features: Sequence[Feature],
    target: Sequence[str] = (),
    answer: Reader | None = None,
    ignore: Sequence[str] = (),
) -> tuple[dict[str, Values], tuple[str, ...]]:
    """Read what a file says of the features, and of the target.

    Parameters
    ----------
    path : Path
    features : sequence of Feature
    target : sequence of str
        Names that the target's column may have, its own first; without it, none is looked for.
    answer : Reader, optional
        What reads the target's cells.
    ignore : sequence of str
        Columns of no use that are known.

    Returns
    -------
    values : dict of str to Values
        By the name of the feature, and of the target.
    notes : tuple of str
        What a person should know and need not mend.

    Raises
    ------
    DataError
        If a column is missing, or a cell breaks a rule; the message is that of `training.customers.table.read_table`.
    """
    file = str(path)
    opened = open_file(path, known_names(features) | set(map(fold_heading, target)))
    columns = find_columns(file, opened.heading, features, target, ignore)
    cells = _read_cells(opened, columns.index)
    numbers = [feature.name for feature in features if not feature.is_category and not cells[feature.name].is_typed]
    mark = find_mark(file, {name: Shown.of(cells[name].distinct) for name in numbers})
    values = {}
    for feature in features:
        texts = cells[feature.name]
        values[feature.name] = texts.read(cell_reader(feature, "." if texts.is_typed else mark))
    if target and answer:
        values[target[0]] = cells[target[0]].read(answer)
    _refuse_faults(opened, values)
    return values, columns.notes


def _read_cells(opened: CsvFile | ParquetFile, places: Mapping[str, int]) -> dict[str, Texts]:
    """Return the cells of the columns that are used, of the rows with content."""
    if isinstance(opened, ParquetFile):
        opened.refuse_lists([opened.heading[place] for place in places.values()])
    table = read_rows(opened)
    return {name: Texts.of(table[place]) for name, place in places.items()}


def _refuse_faults(opened: CsvFile | ParquetFile, columns: dict[str, Values]) -> None:
    """Raise for the first few cells that break a rule, saying how many there are in all."""
    count = 0
    first: list[tuple[int, str, str]] = []
    for name, column in columns.items():
        for rule, rows in column.faults():
            count += len(rows)
            first += [(int(row), name, rule) for row in rows[:FAULTS_SHOWN]]
    if not count:
        return
    first = sorted(first, key=lambda fault: fault[0])[:FAULTS_SHOWN]
    file, lines = opened.name, opened.find_lines([row for row, _, _ in first])
    if count == 1:
        heading = f"{file}: one cell does not fit the schema:"
    elif count <= FAULTS_SHOWN:
        heading = f"{file}: {count} cells do not fit the schema:"
    else:
        heading = f"{file}: {count:,} cells do not fit the schema; the first {FAULTS_SHOWN}:"
    places = [f"  {opened.unit} {line}, {name} {rule}." for line, (_, name, rule) in zip(lines, first, strict=True)]
    raise DataError("\n".join([heading, *places]))
