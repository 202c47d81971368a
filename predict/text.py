"""When two texts are the same: a cell's by `clean`, a column's name by `fold_heading`, a category's by `fold`."""

import re
import unicodedata

__all__ = ["BLANKS", "clean", "fold", "fold_heading"]

BLANKS = (
    "\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What does not count at the edges of a cell. Listed, because the trimming of Python and of JavaScript differ."""

# Marks of the direction of writing. Right-to-left languages put them around minus signs.
_INVISIBLE = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ`´′"), "'")
_HEADING_SEPARATORS = re.compile(f"[{BLANKS}_\u2010-]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTER = r"[^\W\d_]"
# A comma between digits, a point behind one and a hyphen beside one carry meaning: "1,5", "1.0", "A-", "-1".
_SEPARATORS = re.compile(rf"(?<![0-9]),|,(?![0-9])|(?<={_LETTER})\.|[{BLANKS}_]+")
_HYPHENS = re.compile(rf"(?<={_LETTER}) *[\u2010\u2013\u2014-] *(?={_LETTER})")


def clean(text: str) -> str:
    """Return a cell's text without the blanks around it and without invisible marks of direction."""
    return (text if text.isascii() else text.translate(_INVISIBLE)).strip(BLANKS)


def fold_heading(name: str) -> str:
    """Return a column's name as it is compared: case, width, and the kind of separator do not count.

    Examples
    --------
    >>> fold_heading(" Minutes-Watched") == fold_heading("minutes_watched")
    True
    """
    return _HEADING_SEPARATORS.sub(" ", unicodedata.normalize("NFKC", clean(name)).casefold()).strip()


def fold(text: str) -> str:
    """Return a category's name as it is compared: case, width, accents, apostrophes and separators do not count.

    Signs that carry meaning stay.

    Examples
    --------
    >>> fold("Côte d’Ivoire") == fold("COTE D'IVOIRE"), fold("A+") == fold("A-")
    (True, False)
    """
    text = unicodedata.normalize("NFKD", text.translate(_INVISIBLE | _APOSTROPHES)).casefold()
    text = _SEPARATORS.sub(" ", _ACCENTS.sub("", text).replace("&", " and "))
    return " ".join(_HYPHENS.sub(" ", text).split())
