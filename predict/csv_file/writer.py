"""The CSV file that goes out: rows with what the model says of each, quoted where needed, safe in a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import orjson

from ..contract import Contract
from .reader import Dialect

__all__ = ["ADDED_COLUMNS", "Block", "Cells", "block_lines", "heading_line", "line_writer", "quoted_lines"]

ADDED_COLUMNS = ("probability", "prediction", "rank", "reasons", "problem")
"""What stands at the end of every row; under names with a number behind where the file has one of these already."""

# Rows that differ in the last bits of a sum alone are written alike and share a rank; each is decided as it is.
_DECIMALS = 12

# A spreadsheet runs a cell that begins so, unless it is a number; some skip a NUL, and a Japanese one reads fullwidth
# signs as plain ones. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
# A number, with or without marks between its thousands.
_PLAIN_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|[1-9][0-9]{0,2}([.,'’ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*(?:[.,][0-9]+)?)%?"
)

type Cells = list[str]


@dataclass(frozen=True, eq=False)
class Block:
    """Scored rows.

    Attributes
    ----------
    lines : list of str
        Each row's own cells, ready to go out.
    beyond : dict of int to str
        Cells beyond the heading's last column, ready to go out, by the number of the row.
    notes : dict of int to str
        For the column "problem", by the number of the row.
    good : ndarray of shape (n_good,)
        The numbers of the rows that have a probability.
    probabilities : ndarray of shape (n_good,)
    reasons : dict of int to str
        By the number of the row; empty unless they were asked for.
    """

    lines: Cells
    beyond: dict[int, str]
    notes: dict[int, str]
    good: npt.NDArray[np.intp]
    probabilities: npt.NDArray[np.float64]
    reasons: dict[int, str] = field(default_factory=dict)


def line_writer(dialect: Dialect) -> Callable[[Sequence[Cells]], Cells]:
    """Return what makes lines of rows of cells: a cell that would run as a formula gets an apostrophe."""
    start = "|".join(map(re.escape, _FORMULA_STARTS))
    suspicious = re.compile(f'[{re.escape(dialect.delimiter)}\n"](?:{start})')

    def write(rows: Sequence[Cells]) -> Cells:
        # Without a quotation mark in the whole file no cell needs one, and joining is five times as fast.
        joined = not dialect.quoted
        lines = list(map(dialect.delimiter.join, rows)) if joined else quoted_lines(rows, dialect.delimiter)
        if not suspicious.search("\n" + "\n".join(lines)):
            return lines
        safe = [[_disarmed(cell) if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in rows]
        return quoted_lines(safe, dialect.delimiter)

    return write


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
        size = len(block.lines)
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
        lines = list(map(delimiter.join, zip(block.lines, *columns, strict=True)))
        for number, cells in block.beyond.items():
            lines[number] += delimiter + cells
        yield lines


def heading_line(heading: Sequence[str], dialect: Dialect) -> str:
    """Return the heading that goes out: the file's own, and the columns that are added."""
    suffix, count = "", 1
    while any(f"{name}{suffix}" in heading for name in ADDED_COLUMNS):
        count += 1
        suffix = f"_{count}"
    return line_writer(dialect)([[*heading, *(f"{name}{suffix}" for name in ADDED_COLUMNS)]])[0]


def _disarmed(cell: str) -> str:
    return cell if _PLAIN_NUMBER.fullmatch(cell) else f"'{cell}"


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
