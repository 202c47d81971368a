"""A folder beside a target in which one run at a time prepares what takes the target's place.

Of the standard library alone: azd's hooks run it with whatever Python there is.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Busy", "alone"]


class Busy(Exception):
    """Another run writes the same target."""


@contextmanager
def alone(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside the target, which no other run has, and remove it at the end.

    What a killed run left in it is removed, too: its lock ended with it.

    Raises
    ------
    Busy
        If another run writes the target.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    lock, folder = target.with_name(f".{target.name}.lock"), target.with_name(f".{target.name}.new")
    with lock.open("a+b") as file:
        if not _lock(file, lock):
            raise Busy(f"{target} is being written by another run. Wait until it ends, or name another target.")
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            # Windows removes no file that is open.
            with suppress(PermissionError):
                lock.unlink()


def _lock(file: IO[bytes], path: Path) -> bool:
    """Lock an open file until it is closed, and return whether nobody else had."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # What another run has removed since it was opened locks nothing.
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
