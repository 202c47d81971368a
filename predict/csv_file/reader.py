"""The records of a CSV file: its dialect found from the heading, its rows handed out in blocks.

RFC 4180, and what spreadsheets make of it: a byte order mark, semicolons or tabs, any line end. A file is read in
pieces, so that a block of rows is all that is ever held as cells.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from ..errors import Fault, InvalidInput, MalformedInput

__all__ = ["BOM", "Dialect", "Records", "open_records"]

BOM = b"\xef\xbb\xbf"

# Where two of them fit equally well, the first is meant.
_DELIMITERS = (",", ";", "\t")
_OTHER_DELIMITERS = {"|": "vertical bars", ":": "colons"}
_MOST_COLUMNS = 1000
_PIECE_BYTES = 1 << 18
# A customer's row is a hundred bytes. Without a limit, a line of commas alone would become a list of sixteen million.
_LONGEST_LINE = 1 << 20
_BLOCK_CELLS = 100_000

# The first bytes of files that are often sent as CSV and are something else.
_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "UTF-16 or UTF-32",
    b"\xfe\xff": "UTF-16",
}


# With this line Excel is told the delimiter.
_FOR_EXCEL = re.compile(r'\s*"?sep=.?"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a file writes its cells.

    Attributes
    ----------
    delimiter : str
        A comma, a semicolon or a tab.
    line_end : str
    bom : bool
        Whether the file begins with a byte order mark.
    quoted : bool
        Whether there is a quotation mark anywhere.
    """

    delimiter: str
    line_end: str
    bom: bool
    quoted: bool


@dataclass(frozen=True)
class Records:
    """An opened file.

    Attributes
    ----------
    data : bytes
        The whole file.
    dialect : Dialect
    heading : tuple of str
        The names of the columns, as they are written.
    """

    data: bytes
    dialect: Dialect
    heading: tuple[str, ...]

    def blocks(self) -> Iterator[list[list[str]]]:
        """Yield the rows below the heading, a block at a time; blank lines are no rows.

        Raises
        ------
        MalformedInput
            If a byte is not UTF-8, or a quotation mark is astray; says the line.
        """
        reader = csv.reader(_lines(self.data), delimiter=self.dialect.delimiter, strict=True)
        n_rows = max(1, _BLOCK_CELLS // len(self.heading))
        rows = filter(None, reader)
        try:
            next(rows)
            while block := list(islice(rows, n_rows)):
                yield block
        except csv.Error:
            raise MalformedInput(
                f"The row that starts on line {self._astray()} cannot be read: a quotation mark is astray, or a cell "
                f"is longer than {csv.field_size_limit()} characters."
            ) from None

    def _astray(self) -> int:
        """Return the line on which the first row starts that cannot be read."""
        reader = csv.reader(_lines(self.data), delimiter=self.dialect.delimiter, strict=True)
        line = 1
        try:
            for _ in reader:
                line = reader.line_num + 1
        except csv.Error:
            pass
        return line


def open_records(data: bytes, known: Collection[str]) -> Records:
    """Read the heading, and find the dialect in which most of it is known.

    Parameters
    ----------
    data : bytes
    known : collection of str
        Names that the heading may have.

    Raises
    ------
    MalformedInput
        If the file is not UTF-8 text.
    InvalidInput
        If there is no heading that can be read.
    """
    for start, what in _NOT_CSV.items():
        if data.startswith(start):
            raise MalformedInput(f"This is {what}, not a CSV file in UTF-8. Save it as CSV (UTF-8).")
    text = _heading_text(data)
    if not text.strip():
        raise _refused("empty", "The file is empty. Send a heading line and a line for each customer.")
    if "\0" in text:
        raise MalformedInput("This looks like UTF-16 or binary data, not a CSV file in UTF-8. Save it as CSV (UTF-8).")
    if _FOR_EXCEL.fullmatch(text):
        raise _refused("no_heading", 'The line "sep=" is for Excel alone. Delete it, so that the heading is first.')
    readings = {delimiter: _split(text, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(readings, key=lambda d: (len(set(known) & set(readings[d])), len(readings[d])))
    heading = readings[delimiter]
    if not heading:
        raise MalformedInput("The heading cannot be read: a quotation mark is astray.")
    if len(heading) > _MOST_COLUMNS:
        raise _refused("too_many_columns", f"The heading has more than {_MOST_COLUMNS} columns.", _MOST_COLUMNS)
    if not set(heading) & set(known) and text.lstrip().startswith(("{", "[")):
        raise MalformedInput("This is JSON, not a CSV file. Send a heading line and a line for each customer.")
    if len(heading) == 1 < len(known):
        _refuse_other_delimiters(heading[0])
    line_end = text[len(text.rstrip("\r\n")) :] or "\n"
    return Records(data, Dialect(delimiter, line_end, data.startswith(BOM), b'"' in data), tuple(heading))


def _heading_text(data: bytes) -> str:
    """Return the first record that is not blank; a quoted line end does not end it."""
    parts: list[str] = []
    size = 0
    is_open = False
    for line in _lines(data):
        if parts or line.strip("\r\n"):
            parts.append(line)
            size += len(line)
            is_open ^= line.count('"') % 2 == 1
            if not is_open or size > _LONGEST_LINE:
                break
    return "".join(parts)


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _refuse_other_delimiters(heading: str) -> None:
    for delimiter, words in _OTHER_DELIMITERS.items():
        if delimiter in heading:
            message = f"The cells seem to be separated by {words}. Use commas, semicolons or tabs."
            raise _refused("wrong_delimiter", message)


def _lines(data: bytes) -> Iterator[str]:
    """Return the lines with their ends, decoded a piece at a time."""
    return chain.from_iterable(io.StringIO(piece, newline="") for piece in _pieces(data))


def _pieces(data: bytes) -> Iterator[str]:
    start = len(BOM) if data.startswith(BOM) else 0
    while start < len(data):
        # A piece ends with a line, so that no character and no line end is torn.
        least = start + _PIECE_BYTES
        end = _line_end(data, least)
        if end - least > _LONGEST_LINE:
            line = _line_number(data, least)
            raise MalformedInput(f"Line {line} is longer than {_LONGEST_LINE} bytes. Is the file a CSV?")
        try:
            yield data[start:end].decode()
        except UnicodeDecodeError as error:
            place = start + error.start
            raise MalformedInput(
                f"Line {_line_number(data, place)} is not UTF-8 (byte {place + 1} of the file); it may be Latin-1 or "
                "Windows-1252. Save the file as CSV (UTF-8)."
            ) from None
        start = end


def _line_end(data: bytes, place: int) -> int:
    """Return where the line of a byte ends, its line end included; a line too long is not followed to its end."""
    limit = place + _LONGEST_LINE + 1
    line_feed, line_return = (data.find(end, place, limit) for end in (b"\n", b"\r"))
    if line_return < 0 or 0 <= line_feed < line_return:
        return line_feed + 1 or min(limit, len(data))
    return line_return + (2 if line_feed == line_return + 1 else 1)


def _line_number(data: bytes, place: int) -> int:
    """Return the line of a byte, as editors count them."""
    feeds, returns, both = (data.count(end, 0, place) for end in (b"\n", b"\r", b"\r\n"))
    return 1 + feeds + returns - both


def _refused(code: str, message: str, limit: int | None = None) -> InvalidInput:
    return InvalidInput([Fault("", code, message, limit)])
