"""The lines of a CSV file: how its cells are written, whether it is text at all, and where a row stands in an editor.

Dialect and heading are found by the code that serves (`predict.csv_file.reader`), so that a file that is scored can be
trained on. Walking a file line by line is slow; it is done only to say where something is wrong.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from predict.csv_file.reader import Records, open_records
from predict.errors import InvalidInput

from ..errors import DataError

__all__ = ["check_quotes", "check_text", "find_lines", "open_text", "refuse_uneven_rows"]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_PIECE_BYTES = 1 << 20
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


def open_text(file: str, data: bytes, known: Collection[str]) -> Records:
    """Return a file's dialect and heading: commas, semicolons or tabs, whichever make most of the names known.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    data : bytes
        The file, or as much of it as holds its heading.
    known : collection of str
        Names that the heading may have.

    Raises
    ------
    DataError
        If it is no text in UTF-8, or there is no heading that can be read.
    """
    try:
        records = open_records(data, known)
    except InvalidInput as error:
        message = str(error)
        raise DataError(f"{file}: {message[0].lower()}{message[1:]}") from None
    if b"\0" in data:
        raise DataError(f"{file}: this looks like UTF-16 or binary data, not UTF-8 text. Save it as CSV (UTF-8).")
    return records


def check_text(file: str, stream: BinaryIO) -> None:
    """Refuse bytes that are not UTF-8.

    Raises
    ------
    DataError
        Saying the line of the first such byte.
    """
    line = 1
    # A piece ends with a line, so that no character is torn.
    while piece := stream.read(_PIECE_BYTES) + stream.readline():
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError as error:
            line += len(_LINE_END.findall(piece[: error.start]))
            raise DataError(
                f"{file}: line {line} is not UTF-8; it may be Latin-1 or Windows-1252. Save the file as CSV (UTF-8)."
            ) from None
        line += len(_LINE_END.findall(piece))


def check_quotes(file: str, stream: BinaryIO, delimiter: str) -> None:
    """Refuse quotation marks that are astray: Arrow forgives them, and loses the lines between one and the next.

    Raises
    ------
    DataError
        Saying the line on which the row starts.
    """
    for _ in _records(file, stream, delimiter):
        pass


def find_lines(file: str, stream: BinaryIO, delimiter: str, rows: Sequence[int]) -> list[int]:
    """Return the line on which each row starts; the heading is usually line 1, and the first row is row 0.

    Parameters
    ----------
    file : str
    stream : binary file
    delimiter : str
    rows : sequence of int
        In ascending order.

    Raises
    ------
    DataError
        If a quotation mark before the last of the rows is astray.
    """
    wanted = set(rows)
    records = islice(enumerate(_records(file, stream, delimiter), start=-1), max(wanted) + 2)
    lines = {row: line for row, (line, _) in records if row in wanted}
    return [lines[row] for row in rows]


def refuse_uneven_rows(file: str, stream: BinaryIO, delimiter: str, n_columns: int, shown: int) -> None:
    """Raise if a row has more or fewer cells than the heading.

    Raises
    ------
    DataError
        Naming the first `shown` lines and the number of all, or a quotation mark that is astray.
    """
    uneven = [(line, len(cells)) for line, cells in _records(file, stream, delimiter) if len(cells) != n_columns]
    if uneven:
        places = [f"line {line} has {count} cell{'s' if count > 1 else ''}" for line, count in uneven[:shown]]
        more = f", and {len(uneven) - shown:,} more lines are uneven" if len(uneven) > shown else ""
        raise DataError(
            f"{file}: the heading has {n_columns} cells, but {', '.join(places)}{more}. "
            f"Put cells that hold a {_DELIMITERS[delimiter]} in quotation marks, and fill up short lines."
        )


def _records(file: str, stream: BinaryIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not a blank line, with the line it starts on."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
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
