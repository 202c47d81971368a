"""The pointer: which model of the shelf serves, and which is being tried out beside it.

models/serving.json    written only over the version that was read
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from .errors import NotThere, ShelfError
from .store import Container

__all__ = ["POINTER", "Pointer", "move_pointer", "parse_pointer", "read_pointer"]

POINTER = "serving.json"


class Pointer(NamedTuple):
    """Which model serves.

    Attributes
    ----------
    serving : str
        Hash of the model, or "" for the one in the package.
    previous : str
        What served before, in the same way.
    by, at : str
        Who moved the pointer, and when (ISO 8601, UTC).
    canary : str
        Hash of a model that answers a share of the customers, or "".
    share : float
        That share, from 0 to 1.
    shadow : str
        Hash of a model that scores every customer beside the one that answers, or "".
    """

    serving: str = ""
    previous: str = ""
    by: str = ""
    at: str = ""
    canary: str = ""
    share: float = 0.0
    shadow: str = ""


def read_pointer(container: Container) -> tuple[Pointer, str]:
    """Return the pointer and its entity tag; where there is none yet, the packaged model serves and the tag is "".

    Raises
    ------
    ShelfError
        If the pointer cannot be understood.
    StoreError
    """
    try:
        blob = container.read(POINTER)
    except NotThere:
        return Pointer(), ""
    return parse_pointer(blob.body), blob.tag


def move_pointer(container: Container, change: Callable[[Pointer], Pointer]) -> Pointer:
    """Write what becomes of the pointer; return it.

    Raises
    ------
    ShelfError
        If the pointer cannot be understood, or `change` refuses.
    Conflict
        If somebody else moved the pointer meanwhile.
    StoreError
    """
    pointer, tag = read_pointer(container)
    moved = change(pointer)
    container.replace(POINTER, json.dumps(moved._asdict(), indent=1).encode(), tag)
    return moved


def parse_pointer(body: bytes) -> Pointer:
    """Return the pointer of a JSON document.

    Raises
    ------
    ShelfError
        If it is none.
    """
    try:
        pointer = Pointer(**json.loads(body))
        texts = [value for name, value in pointer._asdict().items() if name != "share"]
        if all(isinstance(text, str) for text in texts) and 0 <= pointer.share <= 1:
            return pointer
    except (ValueError, TypeError):
        pass
    raise ShelfError(f"{POINTER} cannot be understood. Write it with python -m watch serve.")
