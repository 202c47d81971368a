"""All rows of a file of customers, CSV or Parquet."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from ..errors import DataError
from .csv_lines import CsvFile, open_csv, rows_with_content
from .mapped_file import map_file
from .parquet_file import ParquetFile, is_parquet, open_parquet

__all__ = ["FAULTS_SHOWN", "open_file", "read_rows"]

FAULTS_SHOWN = 5
"""How many places of the same fault a message names."""


def open_file(path: Path, known: Collection[str] = ()) -> CsvFile | ParquetFile:
    """Open a file whose heading may have some known names, folded.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    file, data = str(path), map_file(path)
    return open_parquet(file, data) if is_parquet(path.name) else open_csv(file, data, known)


def read_rows(opened: CsvFile | ParquetFile, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows with content, of all columns or of some.

    Raises
    ------
    DataError
        If there are none, or some have more or fewer cells than the heading.
    """
    uneven: list[csv.InvalidRow] = []

    def skip(row: csv.InvalidRow) -> str:
        uneven.append(row)
        return "skip"

    tables = [table.filter(rows_with_content(table)) for table in opened.tables(skip, columns)]
    if uneven and isinstance(opened, CsvFile):
        opened.refuse_uneven_rows(FAULTS_SHOWN)
    table = pa.concat_tables(tables) if tables else pa.table({})
    if not table.num_rows:
        raise DataError(f"{opened.name}: there is a heading and no customer below it. Add a line for each customer.")
    return table
