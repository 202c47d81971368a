"""The lines of a file: UTF-8 text with any line end, decoded a piece at a time."""

import io
from collections.abc import Iterator
from itertools import chain
from mmap import mmap

from ..errors import MalformedInput

__all__ = ["BOM", "LONGEST_LINE", "Data", "read_lines", "read_pieces"]

type Data = bytes | mmap
"""A whole file. One that is mapped is not held in memory."""

BOM = b"\xef\xbb\xbf"

LONGEST_LINE = 1 << 20
"""Bytes. A customer has a hundred; without a limit, a line of commas would become a list of sixteen million."""

_PIECE_BYTES = 1 << 18


def read_lines(data: Data) -> Iterator[str]:
    """Return the lines with their ends; errors are those of `read_pieces`."""
    return chain.from_iterable(io.StringIO(piece, newline="") for piece in read_pieces(data))


def read_pieces(data: Data) -> Iterator[str]:
    """Yield the text of a file in pieces of whole lines, without a byte order mark.

    Raises
    ------
    MalformedInput
        If a byte is not UTF-8, or NUL, or a line is longer than `LONGEST_LINE`; says the line.
    """
    start = len(BOM) if data[: len(BOM)] == BOM else 0
    while start < len(data):
        # A piece ends with a line, so that no character and no line end is torn.
        least = start + _PIECE_BYTES
        end = _line_end(data, least)
        if end - least > LONGEST_LINE:
            line = _line_number(data, least)
            raise MalformedInput(f"Line {line} is longer than {LONGEST_LINE} bytes. Is the file a CSV?")
        try:
            text = data[start:end].decode()
        except UnicodeDecodeError as error:
            place = start + error.start
            raise MalformedInput(
                f"Line {_line_number(data, place)} is not UTF-8 (byte {place + 1} of the file); it may be Latin-1 or "
                "Windows-1252. Save the file as CSV (UTF-8)."
            ) from None
        if "\0" in text:
            raise MalformedInput(
                f"Line {_line_number(data, data.find(b'\0', start))} holds a NUL: this looks like UTF-16 or binary "
                "data. Save the file as CSV (UTF-8)."
            )
        yield text
        start = end


def _line_end(data: Data, place: int) -> int:
    """Return where the line of a byte ends, its line end included; a line too long is not followed to its end."""
    limit = place + LONGEST_LINE + 1
    line_feed, line_return = (data.find(end, place, limit) for end in (b"\n", b"\r"))
    if line_return < 0 or 0 <= line_feed < line_return:
        return line_feed + 1 or min(limit, len(data))
    return line_return + (2 if line_feed == line_return + 1 else 1)


def _line_number(data: Data, place: int) -> int:
    """Return the line of a byte, as editors count them."""
    feeds, returns, both = (data[:place].count(end) for end in (b"\n", b"\r", b"\r\n"))
    return 1 + feeds + returns - both
