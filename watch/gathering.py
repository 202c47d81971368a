"""Gathering: parts that many instances wrote become one blob, exactly, however often it is interrupted or run at once.

The whole is written only over the version that was read, and names the parts that are in it, so that none counts twice
and none is lost. Only then are the parts deleted; one that stays behind is known by its name.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol, Self

from .errors import Conflict, NotThere, StoreError
from .store import Container

__all__ = ["Whole", "gather"]

_ATTEMPTS = 10


class Whole(Protocol):
    """What parts are gathered in.

    Attributes
    ----------
    parts : list of str
        Names of the parts that are in it.
    """

    parts: list[str]

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read it."""

    def add(self, body: bytes) -> None:
        """Add a part."""

    @property
    def body(self) -> bytes:
        """It as it is kept."""


def gather[W: Whole](container: Container, name: str, folder: str, parts: Iterable[str], empty: Callable[[], W]) -> W:
    """Add the parts of a folder to a whole that are not in it yet; return it.

    Parameters
    ----------
    container : Container
    name : str
        Of the whole.
    folder : str
        Of the parts.
    parts : iterable of str
        Their names in it.
    empty : callable
        The class of the whole: without arguments it makes an empty one.

    Raises
    ------
    Conflict
        If somebody else writes the same whole again and again.
    StoreError
    """
    for _ in range(_ATTEMPTS):
        whole, tag = empty(), ""
        with suppress(NotThere):
            blob = container.read(name)
            whole, tag = whole.of(blob.body), blob.tag
        known = set(whole.parts)
        new = sorted(part for part in parts if part not in known)
        try:
            for part in container.read_all([f"{folder}/{part}" for part in new]):
                whole.add(part.body)
            whole.parts += new
            if new:
                container.replace(name, whole.body, tag)
        except (Conflict, NotThere):
            continue  # somebody else has just gathered them
        with suppress(StoreError):
            container.delete([f"{folder}/{part}" for part in parts])
        return whole
    raise Conflict(f"Somebody else writes {name} again and again.")
