"""The CSV file that goes out: rows with what the model says of each, quoted where needed, safe in a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from ..contract import Contract
from ..text import BLANKS
from .parts import Cells, Part
from .reader import Dialect

__all__ = [
    "ADDED_COLUMNS",
    "MAY_RUN",
    "SIGNS",
    "Block",
    "block_lines",
    "heading_line",
    "line_writer",
    "quoted_lines",
    "safe_cell",
]

ADDED_COLUMNS = ("probability", "prediction", "rank", "reasons", "problem")
"""What stands at the end of every row; under names with a number behind where the file has one of these already."""

# Probabilities that differ only in their last bits are written alike and share a rank. Decisions take all bits.
_DECIMALS = 12

# A spreadsheet may run a cell that begins so; a Japanese one reads fullwidth signs as plain ones, and some skip blanks,
# quotation marks and NULs before the sign. https://owasp.org/www-community/attacks/CSV_Injection
SIGNS = "=@+＝＠＋－-"
_SIGN = f"[{SIGNS}]"
MAY_RUN = re.compile(rf'[\t\r]|[{BLANKS}"\x00]*{_SIGN}')
# Behind a plus or minus: a number, a telephone number, dashes alone, or words behind a dash. No digit fits two parts:
# linear time.
_HARMLESS = re.compile(
    r"[+-](?:[0-9 \u00a0\u202f()/.,'’-]*+%?|(?:[0-9]++(?:[.,][0-9]*+)?|[.,][0-9]++)[eE][+-]?[0-9]+)"
    r"|-+[ \u00a0](?:[^\W\d_]|[ .,-])*+"
)


@dataclass(frozen=True, eq=False)
class Block:
    """Scored rows.

    Attributes
    ----------
    part : Part
        The rows as they were read.
    notes : dict of int to str
        For the column "problem", by the number of the row.
    good : ndarray of shape (n_good,)
        The numbers of the rows that have a probability.
    columns : list of ndarray of shape (n_good,)
        What was read of them, in the order of the model's inputs.
    probabilities : ndarray of shape (n_good,)
    reasons : dict of int to str
        By the number of the row; empty unless they were asked for.
    """

    part: Part
    notes: dict[int, str]
    good: npt.NDArray[np.intp]
    columns: list[npt.NDArray[Any]]
    probabilities: npt.NDArray[np.float64]
    reasons: dict[int, str]


def line_writer(dialect: Dialect) -> Callable[[Sequence[Cells]], Cells]:
    """Return what makes lines of rows of cells: a cell that would run as a formula gets an apostrophe."""
    # One search over many lines. A run of skipped characters holds none that may stand before it: linear time.
    before = f'{dialect.delimiter}\n\r"'
    skipped = "".join(set(f"{BLANKS}\0") - set(before))
    suspicious = re.compile(rf"[{re.escape(before)}](?:[\t\r]|[{re.escape(skipped)}]*+{_SIGN})")

    def write(rows: Sequence[Cells]) -> Cells:
        # Without a quotation mark in the whole file no cell needs one, and joining is five times as fast.
        joined = not dialect.quoted
        lines = list(map(dialect.delimiter.join, rows)) if joined else quoted_lines(rows, dialect.delimiter)
        if not suspicious.search("\n" + "\n".join(lines)):
            return lines
        return quoted_lines([list(map(safe_cell, row)) for row in rows], dialect.delimiter)

    return write


def safe_cell(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a formula gets an apostrophe, numbers and telephone numbers stay.

    Examples
    --------
    >>> [safe_cell(cell) for cell in ("=1+1", "-5+1", "-5", "- none", "+49 30 000")]
    ["'=1+1", "'-5+1", '-5', '- none', '+49 30 000']
    """
    return f"'{cell}" if MAY_RUN.match(cell) and not _HARMLESS.fullmatch(cell.strip(" ")) else cell


def quoted_lines(rows: Sequence[Cells], delimiter: str) -> Cells:
    """Return a line without its end for each row of cells, in quotation marks where RFC 4180 wants them."""
    lines: Cells = []
    csv.writer(SimpleNamespace(write=lines.append), delimiter=delimiter, lineterminator="").writerows(rows)
    return lines


def block_lines(contract: Contract, blocks: Sequence[Block], dialect: Dialect, mark: str) -> Iterator[Cells]:
    """Yield the lines that go out, without their ends, a block at a time.

    Parameters
    ----------
    contract : Contract
    blocks : sequence of Block
        All of the table: a rank is among all rows.
    dialect : Dialect
    mark : str
        The file's decimal mark.
    """
    delimiter = dialect.delimiter
    no, yes = quoted_lines([[contract.words(decision)] for decision in (False, True)], delimiter)
    ascending = np.sort(np.concatenate([block.probabilities for block in blocks]).round(_DECIMALS))
    for block in blocks:
        size = len(block.part.lines)
        rounded = block.probabilities.round(_DECIMALS)
        # 1 and how many are higher: 1, 2, 2, 4.
        ranks = len(ascending) + 1 - np.searchsorted(ascending, rounded, side="right")
        decisions = (block.probabilities >= contract.threshold).tolist()
        good = block.good.tolist()
        columns = [
            _spread(_number_texts(rounded, mark, delimiter), good, size),
            _spread([yes if decision else no for decision in decisions], good, size),
            _spread(_number_texts(ranks, mark, delimiter), good, size),
            _sparse(block.reasons, delimiter, size),
            _sparse(block.notes, delimiter, size),
        ]
        lines = list(map(delimiter.join, zip(block.part.lines, *columns, strict=True)))
        for number, cells in block.part.beyond.items():
            lines[number] += delimiter + cells
        yield lines


def heading_line(heading: Sequence[str], dialect: Dialect) -> str:
    """Return the heading that goes out: the file's own, and the columns that are added."""
    suffix, count = "", 1
    while any(f"{name}{suffix}" in heading for name in ADDED_COLUMNS):
        count += 1
        suffix = f"_{count}"
    return line_writer(dialect)([[*heading, *(f"{name}{suffix}" for name in ADDED_COLUMNS)]])[0]


def _number_texts(numbers: npt.NDArray[np.generic], mark: str, delimiter: str) -> Cells:
    """Return the shortest text of each number; all at once, which is ten times as fast as one by one."""
    texts = orjson.dumps(np.ascontiguousarray(numbers), option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1].split(",")
    if mark == ".":
        return texts
    quote = '"' if mark == delimiter else ""
    return [f"{quote}{text.replace('.', mark)}{quote}" if "." in text else text for text in texts]


def _spread(texts: Cells, places: list[int], size: int) -> Cells:
    """Put the texts of some rows into a column of all rows."""
    if len(places) == size:
        return texts
    column = [""] * size
    for place, text in zip(places, texts, strict=False):
        column[place] = text
    return column


def _sparse(texts: dict[int, str], delimiter: str, size: int) -> Cells:
    column = [""] * size
    for place, text in zip(texts, quoted_lines([[text] for text in texts.values()], delimiter), strict=True):
        column[place] = text
    return column
