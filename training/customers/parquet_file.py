"""A Parquet file for training and scoring: its columns have types of their own, and its rows no lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from predict.csv_file.file_lines import Data

from ..errors import DataError
from .csv_lines import rows_with_content
from .mapped_file import give_back

__all__ = ["SUFFIXES", "ParquetFile", "is_parquet", "open_parquet"]

_PARQUET = (".parquet", ".pq")
SUFFIXES = (".csv", *_PARQUET)
"""How the names of files of customers end."""

_BLOCK_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class ParquetFile:
    """An opened file; its name is for the errors.

    Attributes
    ----------
    name : str
    heading : list of str
        The names of all columns.
    n_rows : int
    schema : pyarrow Schema
        The columns' types; every kind of text is a string.
    """

    name: str
    heading: list[str]
    n_rows: int
    schema: pa.Schema
    _file: pq.ParquetFile
    _data: Data

    unit = "row"
    """What `find_lines` counts."""

    @property
    def flat(self) -> list[str]:
        """The names of the columns whose cells are neither lists nor records."""
        return [field.name for field in self.schema if not pa.types.is_nested(field.type)]

    def tables(self, _refuse: object = None, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows block by block; some may be without content. None can be uneven."""
        target = self.schema if columns is None else pa.schema(self.schema.field(name) for name in columns)
        try:
            for batch in self._file.iter_batches(_BLOCK_ROWS, columns=columns):
                give_back(self._data)
                yield pa.Table.from_batches([batch]).select(target.names).cast(target)
        except (pa.ArrowException, OSError):
            raise _damaged(self.name) from None

    def find_lines(self, rows: Sequence[int]) -> list[int]:
        """Return the number, from 1, of each row with content; the first is row 0."""
        filled = np.concatenate([rows_with_content(table) for table in self.tables()])
        return [int(place) + 1 for place in np.flatnonzero(filled)[list(rows)]]

    def refuse_lists(self, names: Sequence[str]) -> None:
        """Raise a DataError if the cells of a column are lists or records."""
        for name in names:
            if pa.types.is_nested(self.schema.field(name).type):
                raise DataError(
                    f"{self.name}: the column {name} holds lists or records. Each cell must be a number or a text."
                )


def is_parquet(name: str) -> bool:
    """Return whether a file's name says that it is Parquet."""
    return name.lower().endswith(_PARQUET)


def open_parquet(file: str, data: Data) -> ParquetFile:
    """Read what a file says of itself.

    Raises
    ------
    DataError
        If it is damaged, or no Parquet file.
    """
    try:
        parquet = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)))
    except (pa.ArrowException, OSError):
        raise _damaged(file) from None
    schema = parquet.schema_arrow
    # What has a view of texts in memory is a text in the file all the same, and the rest of Arrow knows texts better.
    views = (pa.string_view(), pa.large_string())
    plain = pa.schema(field.with_type(pa.string()) if field.type in views else field for field in schema)
    return ParquetFile(file, schema.names, parquet.metadata.num_rows, plain, parquet, data)


def _damaged(file: str) -> DataError:
    return DataError(f"{file}: this cannot be read as Parquet. Export it again.")
