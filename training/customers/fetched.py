"""Customers of a cloud as a file on this machine, for as long as a run needs it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq

from ..command.cloud import Address, Blob, fetch, find
from ..errors import DataError
from .mapped_file import map_file
from .parquet_file import SUFFIXES, is_parquet, open_parquet

__all__ = ["fetched"]


@contextmanager
def fetched(data: Path | Address) -> Iterator[Path]:
    """Yield a file of customers; what is on this machine as it is.

    The parts of a Parquet table are put together, in the order of their names, a block of rows at a time.

    Raises
    ------
    DataError
        If there is none, or the parts have other columns than one another.
    CloudError
    """
    if isinstance(data, Path):
        yield data
        return
    with tempfile.TemporaryDirectory() as folder:
        blobs = find(data, SUFFIXES)
        if len(blobs) == 1:
            path = Path(folder, PurePosixPath(blobs[0].address.name).name)
            fetch(blobs[0], path)
        else:
            name = PurePosixPath(data.folder).name or data.container.partition("://")[2].partition("@")[0]
            path = Path(folder, f"{name}.parquet")
            _join(blobs, path)
        yield path


def _join(blobs: Sequence[Blob], path: Path) -> None:
    part, writer = path.with_suffix(".part"), None
    try:
        for blob in blobs:
            if not is_parquet(blob.address.name):
                raise DataError(f"{blob.address}: only the parts of a Parquet table are put together. Name one CSV.")
            fetch(blob, part)
            opened = open_parquet(str(blob.address), map_file(part))
            writer = writer or pq.ParquetWriter(path, opened.schema)
            if not opened.schema.equals(writer.schema):
                raise DataError(f"{blob.address}: its columns or their types are not those of {blobs[0].address}.")
            for table in opened.tables():
                writer.write_table(table)
            part.unlink()
    finally:
        if writer:
            writer.close()
