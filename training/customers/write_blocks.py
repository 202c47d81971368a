"""Writing blocks of rows: a CSV or Parquet file that stands in its place when it is complete, and not before."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from predict.csv_file.file_lines import BOM
from predict.csv_file.writer import MAY_RUN, SIGNS, safe_cell

from ..command.files import claim, replacing
from ..errors import DataError
from .arrow import from_texts, may_hold
from .read_blocks import Blocks, file_format

__all__ = ["BlockWriter"]

_MAY_RUN = f"^(?:{MAY_RUN.pattern})"


class BlockWriter:
    """Writes blocks to a file that stands in its place once it is complete, and not before.

    Where nothing was written there is no file afterwards, an earlier one of that name neither.

    Parameters
    ----------
    path : Path
        `.csv` or `.parquet`.
    blocks : Blocks
        Whose dialect a CSV is written in.
    """

    def __init__(self, path: Path, blocks: Blocks) -> None:
        self._path, self._blocks = path, blocks
        self._opened = ExitStack()
        self._writer: csv.CSVWriter | pq.ParquetWriter | None = None

    def __enter__(self) -> Self:  # noqa: D105
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._told():
            self._opened.__exit__(kind, error, trace)
            if not kind and not self._writer:
                with claim(self._path):
                    self._path.unlink(missing_ok=True)

    def write(self, table: pa.Table) -> None:
        """Write rows; all blocks have the same columns.

        Raises
        ------
        DataError
            If the file cannot be written.
        """
        if file_format(self._path) == "CSV":
            usual = self._blocks.dialect.usual_mark if self._blocks.dialect else "."
            table = _for_spreadsheets(table, self._blocks.mark or usual)
        with self._told():
            self._writer = self._writer or self._open(table.schema)
            self._writer.write_table(table)

    def _open(self, schema: pa.Schema) -> csv.CSVWriter | pq.ParquetWriter:
        if self._path.is_dir():
            raise DataError(f"{self._path} is a folder: name a file.")
        file: BinaryIO = self._opened.enter_context(replacing(self._path))
        if file_format(self._path) == "Parquet":
            return self._opened.enter_context(pq.ParquetWriter(file, schema))
        dialect = self._blocks.dialect
        file.write(BOM if dialect and dialect.bom else b"")
        options = csv.WriteOptions(delimiter=dialect.delimiter if dialect else ",")
        return self._opened.enter_context(csv.CSVWriter(file, schema, write_options=options))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except pa.ArrowInvalid:
            raise DataError(f"{self._path}: a column is of a type that a CSV cannot hold. Write .parquet.") from None
        except OSError as error:
            raise DataError(f"{self._path} cannot be written ({error.strerror or error}).") from None


def _for_spreadsheets(table: pa.Table, mark: str) -> pa.Table:
    """Return the table with its numbers as texts that have this decimal mark, and without cells that would run."""
    for place, field in enumerate(table.schema):
        column = table[place]
        if pa.types.is_floating(field.type) and mark != ".":
            texts = pc.replace_substring(column.cast(pa.string()), ".", mark)
            table = table.set_column(place, field.name, texts)
        elif pa.types.is_string(field.type) and _may_run(column):
            cells = column.combine_chunks().dictionary_encode()
            safe = from_texts(list(map(safe_cell, cells.dictionary.to_pylist())))
            table = table.set_column(place, field.name, safe.take(cells.indices))
    return table.rename_columns(list(map(safe_cell, table.column_names)))


def _may_run(column: pa.ChunkedArray) -> bool:
    """Say whether a spreadsheet might run a cell; most columns hold none of the signs at all."""
    return may_hold(column, f"\t\r{SIGNS}") and pc.any(pc.match_substring_regex(column, _MAY_RUN)).as_py()
