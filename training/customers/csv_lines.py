"""A CSV file for training and scoring: opened by the code that serves, split into cells by Arrow.

`predict.csv_file.reader` says what is a row and what breaks a file; Arrow splits what has passed that check, several
times as fast. Walking a file row by row is slow; it is done only to say where something is wrong.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from predict.csv_file.file_lines import Data
from predict.csv_file.reader import DELIMITERS, Records, has_content, open_records
from predict.errors import InvalidInput
from predict.text import BLANKS

from ..errors import DataError
from .arrow import to_numbers
from .mapped_file import give_back

__all__ = ["CsvFile", "open_csv", "rows_with_content"]

_BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class CsvFile:
    """A CSV file in which every byte and quotation mark is in order; its name is for the errors."""

    name: str
    records: Records

    unit = "line"
    """What `find_lines` counts."""

    @property
    def heading(self) -> tuple[str, ...]:
        """The names of all columns."""
        return self.records.heading

    def tables(
        self, refuse: Callable[[csv.InvalidRow], str], columns: Collection[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the rows below the heading, block by block, every cell a text; some may be without content.

        Parameters
        ----------
        refuse : callable
            Told of a row with fewer or more cells than the heading, unless it has no content; returns "skip".
        columns : collection of str, optional
            Those that are wanted.
        """
        heading, dialect = list(self.heading), self.records.dialect

        def judge(row: csv.InvalidRow) -> str:
            return refuse(row) if has_content(row.text.split(dialect.delimiter)) else "skip"

        try:
            reader = csv.open_csv(
                pa.BufferReader(pa.py_buffer(self.records.data)),
                read_options=csv.ReadOptions(
                    block_size=_BLOCK_BYTES,
                    use_threads=False,
                    column_names=heading,
                    skip_rows=self.records.above,
                    skip_rows_after_names=1,
                ),
                parse_options=csv.ParseOptions(
                    delimiter=dialect.delimiter, invalid_row_handler=judge, newlines_in_values=True
                ),
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(heading, pa.string()),
                    include_columns=columns,
                    null_values=[],
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                give_back(self.records.data)
                if batch.num_rows:
                    yield pa.Table.from_batches([batch])
        except pa.ArrowInvalid:
            # Arrow's own message would quote the row.
            raise DataError(f"{self.name}: this cannot be read as CSV. Export it again as CSV (UTF-8).") from None

    def find_lines(self, rows: Sequence[int]) -> list[int]:
        """Return the line on which each row with content starts; the first is row 0; in ascending order."""
        wanted = set(rows)
        numbered = islice(enumerate(self.records.numbered()), max(wanted) + 1)
        lines = {row: line for row, (line, _) in numbered if row in wanted}
        return [lines[row] for row in rows]

    def refuse_uneven_rows(self, shown: int) -> None:
        """Raise if a row has more or fewer cells than the heading.

        Raises
        ------
        DataError
            Naming the first `shown` lines and the number of all.
        """
        width = len(self.heading)
        uneven = [(line, len(cells)) for line, cells in self.records.numbered() if len(cells) != width]
        if uneven:
            places = [f"line {line} has {count} cell{'s' if count > 1 else ''}" for line, count in uneven[:shown]]
            more = f", and {len(uneven) - shown:,} more lines are uneven" if len(uneven) > shown else ""
            raise DataError(
                f"{self.name}: the heading has {width} cells, but {', '.join(places)}{more}. Put cells that hold a "
                f"{DELIMITERS[self.records.dialect.delimiter]} in quotation marks, and fill up short lines."
            )


def open_csv(file: str, data: Data, known: Collection[str]) -> CsvFile:
    """Find a file's dialect and heading, and check the rest.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    data : Data
    known : collection of str
        Names that the heading may have, folded.

    Raises
    ------
    DataError
        If it is no CSV in UTF-8, or there is no heading that can be read.
    """
    try:
        records = open_records(data, known)
        records.check()
    except InvalidInput as error:
        message = str(error)
        raise DataError(f"{file}: {message[0].lower()}{message[1:]}") from None
    return CsvFile(file, records)


def _is_given(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(to_numbers(column.is_valid().combine_chunks().cast(pa.int8())).astype(bool))


def rows_with_content(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which rows have a cell that holds something else than blanks."""
    found = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        if found.all():
            break
        if pa.types.is_string(column.type):
            # Not fill_null, which would import pandas (training.customers.arrow).
            lengths = pc.binary_length(pc.utf8_trim(column, characters=BLANKS)).combine_chunks().drop_null()
            found[_is_given(column)] |= to_numbers(lengths) != 0
        else:
            found |= _is_given(column)
    return found
