"""The lines of a CSV file: whether it is text at all, and where a row stands for a person with an editor.

Walking a file line by line is slow; it is done for the heading, and for the rest only to say where something is wrong.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from .errors import DataError

__all__ = ["check_text", "find_lines", "read_heading", "refuse_uneven_rows"]

# The first bytes of files that are often named .csv and are something else.
NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LINE_END = re.compile(rb"\r\n|\r|\n")


def check_text(file: str, data: bytes) -> None:
    """Refuse bytes that are not UTF-8 text.

    Raises
    ------
    DataError
        Saying the line of the first byte that is not UTF-8, or what the file seems to be.
    """
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise DataError(
            f"{file}: the file is empty. Export it again, with a heading line and a line for each customer."
        )
    for start, what in NOT_CSV.items():
        if data.startswith(start):
            raise DataError(f"{file}: this is {what}, not a CSV file. Export it as CSV (UTF-8).")
    if data.startswith(UTF_16) or b"\0" in data:
        raise DataError(f"{file}: this looks like UTF-16 or binary data, not UTF-8 text. Save it as CSV (UTF-8).")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + len(LINE_END.findall(data[: error.start]))
        raise DataError(
            f"{file}, line {line}: there is a byte that is not UTF-8; the file may be Latin-1 or Windows-1252. "
            "Save it as CSV (UTF-8)."
        ) from None


def read_heading(file: str, data: bytes) -> list[str]:
    """Return the names of the columns, without the spaces around them.

    Raises
    ------
    DataError
        If the heading cannot be read as CSV.
    """
    return [name.strip() for _, cells in islice(_records(file, data), 1) for name in cells]


def find_lines(file: str, data: bytes, rows: Sequence[int]) -> list[int]:
    """Return the line on which each row starts; the heading is usually line 1, and the first row is row 0.

    Parameters
    ----------
    file : str
    data : bytes
        The file, already checked by `check_text`.
    rows : sequence of int
        In ascending order.

    Raises
    ------
    DataError
        If a quotation mark before the last of the rows is astray.
    """
    wanted = set(rows)
    records = islice(enumerate(_records(file, data), start=-1), max(wanted) + 2)
    lines = {row: line for row, (line, _) in records if row in wanted}
    return [lines[row] for row in rows]


def refuse_uneven_rows(file: str, data: bytes, n_columns: int, shown: int) -> None:
    """Raise if a row has more or fewer cells than the heading.

    Raises
    ------
    DataError
        Naming the first `shown` lines and the number of all, or a quotation mark that is astray.
    """
    uneven = [(line, len(cells)) for line, cells in _records(file, data) if len(cells) != n_columns]
    if uneven:
        places = [f"line {line} has {count} cell{'s' if count > 1 else ''}" for line, count in uneven[:shown]]
        more = f", and {len(uneven) - shown:,} more lines are uneven" if len(uneven) > shown else ""
        raise DataError(
            f"{file}: the heading has {n_columns} cells, but {', '.join(places)}{more}. "
            "Put cells that hold a comma in quotation marks, and fill up short lines."
        )


def _records(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not a blank line, with the line it starts on."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise DataError(
            f"{file}, line {line}: a quotation mark is astray in the row that starts here. "
            "Close it, or double it where it is part of the text."
        ) from None
