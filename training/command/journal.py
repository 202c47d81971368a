"""A journal: what a long run has found so far, kept until its result stands in its place.

A folder beside the result, with a file for each piece. A run that is stopped, killed or finds the disk full leaves it,
and the next one that is asked for the same goes on with it. The run that ends removes it.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import TrainingError
from .files import write

__all__ = ["Journal"]

_ASKED = "asked.json"
_PIECE = ".piece"


class Journal:
    """The journal of one result.

    Parameters
    ----------
    result : Path
        Which the run has claimed.
    asked : dict of str to value
        What the pieces depend on, as JSON has it. A journal of something else is removed.

    Attributes
    ----------
    n_kept : int
        Pieces that an earlier run has left.
    is_other : bool
        Whether an earlier run has left the journal of something else.
    """

    def __init__(self, result: Path, asked: Mapping[str, object]) -> None:
        self._result, path = result, result.resolve()
        self._folder = path.with_name(f".{path.name}.journal")
        self._asked = json.dumps(asked, sort_keys=True)
        self.is_other = self._folder.exists() and not self._is_same()
        if self.is_other:
            shutil.rmtree(self._folder, ignore_errors=True)
        self.n_kept = sum(1 for _ in self._folder.glob(f"*{_PIECE}"))

    def read(self, name: str) -> bytes | None:
        """Return a piece that an earlier run has left, if it has."""
        path = self._folder / f"{name}{_PIECE}"
        return path.read_bytes() if self.n_kept and path.exists() else None

    def keep(self, name: str, piece: bytes) -> None:
        """Keep a piece.

        Raises
        ------
        TrainingError
            If it cannot be written: then the result cannot either.
        """
        try:
            if not self._folder.exists():
                write(self._folder / _ASKED, self._asked)
            write(self._folder / f"{name}{_PIECE}", piece)
        except OSError as error:
            raise TrainingError(f"{self._result} cannot be written ({error.strerror or error}).") from None

    def __enter__(self) -> Self:  # noqa: D105
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        elif self._folder.exists():
            error.add_note("What was found so far is kept: the same command goes on with it.")

    def _is_same(self) -> bool:
        try:
            return (self._folder / _ASKED).read_text("utf-8") == self._asked
        except OSError:
            return False
