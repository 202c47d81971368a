"""The rows of a CSV file: its dialect found from the heading, its rows handed out in blocks. All read through it.

RFC 4180, and what spreadsheets make of it: a byte order mark, a line "sep=;", any line end, rows without content. A
file is read in pieces, so that a block of rows is all that is ever held as cells.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import Fault, InvalidInput, MalformedInput, TooLarge
from ..text import BLANKS, fold_heading
from .file_lines import BOM, LONGEST_LINE, Data, read_lines, read_pieces

if TYPE_CHECKING:
    import _csv

__all__ = ["DELIMITERS", "Dialect", "Records", "has_content", "open_records"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""What may stand between cells. Where two of them fit equally well, the first is meant."""

_MOST_COLUMNS = 1000
_BLOCK_CELLS = 100_000
# A spreadsheet has no more rows. Walking over millions of them would take seconds, for nothing.
_MOST_BLANK_LINES = 1 << 20
# The library's own limit would call a long cell a quotation mark that is astray.
csv.field_size_limit(LONGEST_LINE)

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
_FOR_EXCEL = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
# A line of nothing else has no content, whatever its delimiter.
_NO_CONTENT = BLANKS + '"' + "".join(DELIMITERS)


@dataclass(frozen=True)
class Dialect:
    """How a file writes its cells.

    Attributes
    ----------
    delimiter : str
        One of `DELIMITERS`.
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

    @property
    def usual_mark(self) -> str:
        """The decimal mark to write where no cell shows one: the comma beside semicolons, which leave it free."""
        return "," if self.delimiter == ";" else "."


@dataclass(frozen=True)
class Records:
    """An opened file.

    Attributes
    ----------
    data : Data
    dialect : Dialect
    heading : tuple of str
        The names of the columns, as they are written.
    above : int
        How many lines stand above the heading.
    """

    data: Data
    dialect: Dialect
    heading: tuple[str, ...]
    above: int = 0

    def blocks(self) -> Iterator[list[list[str]]]:
        """Yield the rows below the heading, a block at a time; rows without content are no rows.

        Raises
        ------
        MalformedInput
            If a byte is not UTF-8, or a quotation mark is astray; says the line.
        TooLarge
            If there are a million more rows without content than others.
        """
        n_rows = max(1, _BLOCK_CELLS // len(self.heading))
        rows = self._rows()
        surplus = 0
        try:
            next(rows)
            while block := list(islice(rows, n_rows)):
                # A row whose first cell has content needs no second look.
                filled = [row for row in block if row and (row[0].strip(BLANKS) or has_content(row))]
                surplus += len(block) - 2 * len(filled)
                if surplus > _MOST_BLANK_LINES:
                    raise _too_blank()
                if filled:
                    yield filled
        except csv.Error:
            for _ in self.numbered():  # says the line
                pass

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row as `blocks` does, with the line on which it starts; several times slower."""
        rows = self._rows()
        line, surplus = self.above + 1, 0
        try:
            for number, row in enumerate(rows):
                if number and has_content(row):
                    yield line, row
                    surplus -= 1
                elif (surplus := surplus + 1) > _MOST_BLANK_LINES:
                    raise _too_blank()
                line = self.above + rows.line_num + 1
        except csv.Error:
            raise MalformedInput(
                f"The row that starts on line {line} cannot be read: a quotation mark is astray, or a cell is longer "
                f"than {LONGEST_LINE} characters."
            ) from None

    def check(self) -> None:
        """Raise what reading every row would raise."""
        for _ in self.blocks() if self.dialect.quoted else read_pieces(self.data):
            pass

    def _rows(self) -> "_csv.Reader":
        lines = islice(read_lines(self.data), self.above, None)
        return csv.reader(lines, delimiter=self.dialect.delimiter, strict=True)


def has_content(row: Iterable[str]) -> bool:
    """Say whether any cell holds something else than blanks; a row without content is a blank line."""
    return bool("".join(row).strip(BLANKS))


def open_records(data: Data, known: Collection[str]) -> Records:
    """Read the heading, and find the dialect in which most of it is known.

    Parameters
    ----------
    data : Data
    known : collection of str
        Names that the heading may have, folded; none where no heading is known yet.

    Raises
    ------
    MalformedInput
        If the file is not UTF-8 text.
    InvalidInput
        If there is no heading that can be read.
    TooLarge
        If a million lines without content stand above it.
    """
    for start, what in _NOT_CSV.items():
        if data[: len(start)] == start:
            raise MalformedInput(f"This is {what}, not a CSV file in UTF-8. Save it as CSV (UTF-8).")
    texts = _filled_texts(data)
    above, text = next(texts, (0, ""))
    delimiters = tuple(DELIMITERS)
    if told := _FOR_EXCEL.fullmatch(text):
        if told[1] not in DELIMITERS:
            raise _wrong_delimiter('The line "sep=" names another delimiter.')
        delimiters = (told[1],)
        above, text = next(texts, (0, ""))
    if not text:
        raise _refused("empty", "The file is empty. Send a heading line and a line for each customer.")
    readings = {delimiter: _split(text, delimiter) for delimiter in delimiters}
    fitting = {d: len(set(known) & set(map(fold_heading, reading))) for d, reading in readings.items()}
    delimiter = max(readings, key=lambda d: (fitting[d], len(readings[d])))
    heading = readings[delimiter]
    if not heading or (known and not fitting[delimiter] and [] in readings.values()):
        raise MalformedInput("The heading cannot be read: a quotation mark is astray.")
    if len(heading) > _MOST_COLUMNS:
        raise _refused("too_many_columns", f"The heading has more than {_MOST_COLUMNS} columns.", _MOST_COLUMNS)
    if not fitting[delimiter] and text.lstrip().startswith(("{", "[")):
        raise MalformedInput("This is JSON, not a CSV file. Send a heading line and a line for each customer.")
    if len(heading) == 1 < len(known) and ":" in heading[0]:
        raise _wrong_delimiter("The cells seem to be separated by colons.")
    line_end = _LINE_END.search(text)
    quoted = data.find(b'"') >= 0
    dialect = Dialect(delimiter, line_end[0] if line_end else "\n", data[: len(BOM)] == BOM, quoted)
    return Records(data, dialect, tuple(heading), above)


def _filled_texts(data: Data) -> Iterator[tuple[int, str]]:
    """Yield those of `_texts` that have content."""
    for above, text in _texts(data):
        if text.strip(_NO_CONTENT):
            yield above, text
        elif above >= _MOST_BLANK_LINES:
            raise _too_blank()


def _texts(data: Data) -> Iterator[tuple[int, str]]:
    """Yield the text of each record, with the number of lines above it; a quoted line end does not end it."""
    parts: list[str] = []
    is_open = False
    for number, line in enumerate(read_lines(data), start=1):
        parts.append(line)
        is_open ^= line.count('"') % 2 == 1
        if not is_open or sum(map(len, parts)) > LONGEST_LINE:
            yield number - len(parts), "".join(parts)
            parts, is_open = [], False
    if parts:
        yield number - len(parts), "".join(parts)


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _too_blank() -> TooLarge:
    rule = f"More than {_MOST_BLANK_LINES} lines have no content. Remove them."
    return TooLarge(rule, _MOST_BLANK_LINES)


def _wrong_delimiter(problem: str) -> InvalidInput:
    return _refused("wrong_delimiter", f"{problem} Use commas, semicolons, tabs or vertical bars.")


def _refused(code: str, message: str, limit: int | None = None) -> InvalidInput:
    return InvalidInput([Fault("", code, message, limit)])
