"""The generated part of a document that is otherwise written by hand: between `<!-- region:NAME -->` and its end."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_region"]


def write_region(page: Path, name: str, text: str, *, writer: str, check: bool) -> int:
    """Write a region, or check that it is written; return the exit status.

    Parameters
    ----------
    page : Path
    name : str
        Of the region.
    text : str
        What belongs into it, ending with a line end.
    writer : str
        The module that writes it, to be named where it has not.
    check : bool
        Whether to write nothing, and fail where the region is stale.
    """
    try:
        old = page.read_text(encoding="utf-8")
        region = re.compile(rf"(<!-- region:{name} -->\n).*?(<!-- /region:{name} -->)", re.DOTALL)
        fresh, count = region.subn(lambda match: match[1] + text + match[2], old)
        if count != 1:
            sys.stderr.write(f"{page} must have the region {name} once: `<!-- region:{name} -->` and its end.\n")
            return 1
        if check:
            if fresh != old:
                sys.stderr.write(f"{page} is stale: run `python -m {writer}`.\n")
            return int(fresh != old)
        page.write_text(fresh, encoding="utf-8", newline="\n")
    except OSError as error:
        sys.stderr.write(f"{page} cannot be read or written ({error.strerror}).\n")
        return 1
    return 0
