"""A file's bytes without holding them: mapped, and given back to the system as they are read."""

import mmap
from pathlib import Path
from typing import SupportsIndex

from predict.csv_file.file_lines import Data

from ..errors import DataError

__all__ = ["give_back", "map_file"]

_STEP_BYTES = 32 << 20


class _MappedFile(mmap.mmap):
    """A mapped file of which no more than a step stays in memory; without this, all that was ever read would."""

    _taken = 0

    def __getitem__(self, key: SupportsIndex | slice) -> bytes:  # type: ignore[override]
        piece: bytes = super().__getitem__(key)  # type: ignore[assignment]
        self._taken += len(piece)
        if self._taken > _STEP_BYTES:
            give_back(self)
        return piece

    def find(self, byte: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        """Return the first place of one byte, -1 where it is not."""
        end = len(self) if end is None else min(end, len(self))
        for begin in range(start, end, _STEP_BYTES):
            if (place := super().find(byte, begin, min(begin + _STEP_BYTES, end))) >= 0:
                return place
            if end - begin > _STEP_BYTES:
                give_back(self)
        return -1


def map_file(path: Path) -> Data:
    """Return a file's bytes without holding them in memory.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            # An empty file cannot be mapped.
            is_empty = path.stat().st_size == 0
            return b"" if is_empty else _MappedFile(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path}: this is a folder. Name the file in it.") from None
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({error.strerror or 'it is damaged'}).") from None


def give_back(data: Data) -> None:
    """Let the system have the memory of what was read so far; what is read again comes from its cache of files."""
    if isinstance(data, _MappedFile) and hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)
        data._taken = 0
