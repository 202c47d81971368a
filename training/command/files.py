"""Written files: each is whole or as it was, and is written by one run at a time.

A run that writes `NAME` holds `.NAME.lock` beside it, and writes to `.NAME.new`, which takes the place of `NAME` when
it is complete and on the disk. So a `.NAME.new` that a run finds is what a dead run left, and is removed.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import TrainingError

__all__ = ["beside", "check_folder", "claim", "replacing", "write"]


@contextmanager
def claim(path: Path) -> Iterator[None]:
    """Keep other runs from writing to this path; a run may claim it again.

    The lock is a file with the number of the process, which also holds where a network drive has no locks of its own.
    That of a dead process counts as none.

    Raises
    ------
    TrainingError
        If another run is writing to it.
    OSError
        If the lock cannot be written; names `path`.
    """
    # Only commands that write wait for it.
    from filelock import SoftFileLock, Timeout

    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = SoftFileLock(path.with_name(f".{path.name}.lock"), timeout=0, is_singleton=True, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        # A lock that is only just made, or removed by now, has no number.
        by = f" (process {number})" if (number := lock.pid) else ""
        raise TrainingError(
            f"{path} is being written by another run{by}. Wait until it ends, or name another file."
        ) from None
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        if lock.lock_counter == 1:
            beside(path).unlink(missing_ok=True)
        yield
    finally:
        lock.release()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` at the end, or leaves it as it was if there is an error.

    Raises
    ------
    TrainingError
        If another run is writing to it.
    OSError
        If it cannot be written; names `path`. One that names another file is left as it is.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with claim(path):
        new = beside(path)
        try:
            with new.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            new.replace(path.resolve())
        except OSError as error:
            if error.filename in (None, str(new)):
                error.filename = str(path)
            raise
        finally:
            new.unlink(missing_ok=True)


def write(path: Path, content: bytes | str) -> None:
    """Write a file as a whole; text as UTF-8 with the line ends it has. Errors are those of `replacing`."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def beside(path: Path) -> Path:
    """Return where a file is written until it is complete. A link stays a link: what it points to is replaced."""
    path = path.resolve()
    return path.with_name(f".{path.name}.new")


def check_folder(option: str, folder: Path) -> None:
    """Refuse a folder that cannot be written to, before the minutes that a run takes.

    Raises
    ------
    TrainingError
        Naming the option that it was given by.
    """
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir():
        raise TrainingError(f"{option}: {existing} is a file. Name a folder.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise TrainingError(f"{option}: {existing} cannot be written to. Name another folder.")
