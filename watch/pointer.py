"""The pointer: which model of the shelf serves, and which is being tried out beside it.

models/serving.json    written only over the version that was read
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from .errors import NotThere, ShelfError
from .store import Container

__all__ = ["POINTER", "Pointer", "move_pointer", "parse_pointer", "read_pointer"]

POINTER = "serving.json"


@dataclass(frozen=True)
class Pointer:
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

    def __post_init__(self) -> None:
        """Refuse what only a hand could have written."""
        texts = (self.serving, self.previous, self.by, self.at, self.canary, self.shadow)
        if not all(isinstance(text, str) for text in texts) or not 0 <= self.share <= 1:
            raise ValueError("not a pointer")


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
    body = json.dumps(asdict(moved), indent=1).encode()
    if tag:
        container.replace(POINTER, body, tag)
    else:
        container.create(POINTER, body)
    return moved


def parse_pointer(body: bytes) -> Pointer:
    """Return the pointer of a JSON document.

    Raises
    ------
    ShelfError
        If it is none.
    """
    try:
        return Pointer(**json.loads(body))
    except (ValueError, TypeError):
        raise ShelfError(f"{POINTER} cannot be understood. Write it with python -m watch serve.") from None
