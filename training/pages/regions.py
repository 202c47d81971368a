"""Regions: the generated parts of files that are otherwise written by hand.

A file marks such a part by `<!-- region:NAME -->` and `<!-- /region:NAME -->`. Writing twice changes nothing, so a
check can tell which file is stale.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from ..errors import TrainingError

__all__ = ["fill_regions"]

_REGION = re.compile(r"(<!-- region:(?P<name>[a-z-]+) -->)(?P<body>.*?)(<!-- /region:(?P=name) -->)", re.DOTALL)
_MARK = re.compile(r"<!-- /?region:[a-z-]+ -->")


def fill_regions(path: Path, regions: Mapping[str, str]) -> str:
    """Return a file's text with its regions filled.

    Parameters
    ----------
    path : Path
    regions : mapping of str to str
        What belongs into each region, by its name; a file need not have all of them.

    Raises
    ------
    TrainingError
        If the file has a region that is not named here, or is not closed.
    """
    text = path.read_text("utf-8")
    found = [match["name"] for match in _REGION.finditer(text)]
    unknown = sorted(set(found) - set(regions))
    if unknown:
        raise TrainingError(f"{path} has the unknown region {unknown[0]!r}: use one of {', '.join(regions)}.")
    if len(_MARK.findall(text)) != 2 * len(found):
        raise TrainingError(f"{path} has a region that is not closed, or not opened: write both marks of each.")
    # A region that stands in a line of text stays in it.
    return _REGION.sub(
        lambda match: (
            f"{match[1]}\n{regions[match['name']]}\n{match[4]}"
            if "\n" in match["body"]
            else f"{match[1]}{regions[match['name']]}{match[4]}"
        ),
        text,
    )
