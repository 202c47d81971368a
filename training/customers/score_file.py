"""Scoring a file: customers in, customers with their probability out, through the very file that serves.

Rows are read, scored and written a block at a time, so that ten million take no more memory than a hundred thousand.
A row that cannot be scored goes to a file of its own with the reason: nothing is lost. What a row must be is what the
training data must be, and what the API asks for.
"""

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from predict.contract import Contract
from predict.model.session import Model

from ..command.cloud import Address
from ..command.journal import Journal
from ..command.spread import HERE, Work
from ..errors import DataError
from .arrow import from_numbers, from_texts, to_numbers
from .block_scores import PROBABILITY, REASON, REASONS, score_block
from .read_blocks import Unread, file_format, open_blocks
from .write_blocks import BlockWriter

__all__ = ["Scored", "score_file"]

_PREDICTION = "prediction"
_ROW = "row"
_LINE = "line"
_HEAD_BYTES = 1 << 20
# Blocks that are being scored or wait to be written, for each worker: bounds the memory.
_AHEAD = 2


@dataclass(frozen=True)
class Scored:
    """What was done: rows scored and rows rejected, and where the rejected ones are, if there are any."""

    n_scored: int
    n_rejected: int
    rejects: Path | Address | None


def score_file(
    model: Path | bytes,
    source: Path,
    out: Path,
    rejects: Path,
    *,
    reasons: bool = False,
    work: Work = HERE,
) -> Scored:
    """Score every customer of a CSV or Parquet file.

    Parameters
    ----------
    model : Path or bytes
        The model file.
    source, out : Path
        `.csv` or `.parquet`, each as its name says. `out` gets the columns of `source` and `probability`,
        `prediction` and, where they are asked for, `reasons`.
    rejects : Path
        Gets the rows that cannot be scored, with their number (from 1), the reason and, where a line of a CSV could
        not be read at all, the line. When there are none there is no such file afterwards.
    reasons : bool
        Whether to add `REASONS`, too.
    work : Work
        Where blocks are scored. It is told of the rows as they are written, and whether a run that did not end is
        gone on with (`training.command.journal`).

    Raises
    ------
    DataError
        If a file cannot be read or written, a column is missing, or has the name of one that is added.
    ArtifactError
        If the model file cannot be trusted.
    """
    for path in (source, out, rejects):
        file_format(path)
    if len({path.resolve() for path in (source, out, rejects)}) < 3:
        raise DataError("The customers, the scores and the rejected rows must be three different files.")
    # Read once: a training may replace it meanwhile.
    file = model.read_bytes() if isinstance(model, Path) else model
    contract = Model.from_bytes(file).contract
    blocks = open_blocks(source, contract.features, f"{contract.name} {contract.version}")
    added = (PROBABILITY, _PREDICTION, *([REASONS] if reasons else []), REASON, _ROW, _LINE)
    taken = [name for name in added if name in blocks.columns]
    if taken:
        raise DataError(f"{source}: there is already a column {taken[0]!r}. Rename it: the result adds one.")
    given = (work.share(file), blocks.names, blocks.mark, reasons)
    n_scored = n_rejected = n_read = 0
    with (
        Journal(out, _asked(source, file, reasons)) as journal,
        BlockWriter(out, blocks) as good_rows,
        BlockWriter(rejects, blocks) as bad_rows,
    ):
        if journal.is_other:
            work.note("An earlier run left scores of other customers, model or options: they are not used.")
        if journal.n_kept:
            work.note(f"An earlier run did not end: {journal.n_kept:,} blocks of rows that it scored are taken over.")
        work.advance.start("scoring", blocks.n_rows)
        for block, scores in _in_order(blocks.tables, given, journal, work):
            scored, rejected = _join(contract, block, scores, n_read)
            good_rows.write(scored)
            if rejected.num_rows:
                bad_rows.write(_numbered(rejected, blocks.unread))
            n_scored, n_rejected = n_scored + scored.num_rows, n_rejected + rejected.num_rows
            n_read += block.num_rows
            work.advance.step(block.num_rows)
        if blocks.unread:
            bad_rows.write(_unread_rows(blocks.unread, blocks.columns))
            n_rejected += len(blocks.unread)
        if not n_scored and not n_rejected:
            raise DataError(f"{source}: there is a heading and no customer below it.")
    return Scored(n_scored, n_rejected, rejects if n_rejected else None)


def _asked(source: Path, file: bytes, reasons: bool) -> dict[str, object]:
    """Return what the scores depend on."""
    status = source.stat()
    with source.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return {
        "source": [str(source.resolve()), status.st_size, status.st_mtime_ns, hashlib.sha256(head).hexdigest()],
        "model": hashlib.sha256(file).hexdigest(),
        "reasons": reasons,
        "onnxruntime": version("onnxruntime"),
    }


def _in_order(
    tables: Iterator[pa.Table], given: tuple[Any, ...], journal: Journal, work: Work
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield each block with what the model says of it; what the journal has is not scored again."""
    waiting: deque[tuple[str, pa.Table, bytes | Future[pa.Table]]] = deque()

    def take() -> tuple[pa.Table, pa.Table]:
        name, block, scores = waiting.popleft()
        if isinstance(scores, bytes):
            return block, pa.ipc.open_file(scores).read_all()
        journal.keep(name, _to_bytes(scores.result()))
        return block, scores.result()

    n_read = 0
    for block in tables:
        # Named by its rows: should blocks be cut in another way one day, none is taken for another.
        name = f"{n_read}-{n_read + block.num_rows}"
        waiting.append((name, block, journal.read(name) or work.submit(score_block, *given, block)))
        n_read += block.num_rows
        if len(waiting) > (_AHEAD * work.n_workers if work.executor else 0):
            yield take()
    while waiting:
        yield take()


def _to_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _join(contract: Contract, block: pa.Table, scores: pa.Table, n_read: int) -> tuple[pa.Table, pa.Table]:
    """Return a block's rows with their scores, and those that cannot be scored with their place (from 1) and reason.

    Rows without content are in neither.
    """
    probability = np.asarray(to_numbers(scores[PROBABILITY].combine_chunks()), dtype=np.float64)
    lengths = to_numbers(pc.binary_length(scores[REASON].combine_chunks()))
    good, bad = (from_numbers(np.flatnonzero(rows)) for rows in (~np.isnan(probability), lengths))
    scored = block.take(good).append_column(PROBABILITY, scores[PROBABILITY].take(good))
    decided = from_numbers((probability[~np.isnan(probability)] >= contract.threshold).astype(np.int8))
    answers = from_texts([contract.words(positive) for positive in (False, True)])
    scored = scored.append_column(_PREDICTION, pa.DictionaryArray.from_arrays(decided, answers).cast(pa.string()))
    if REASONS in scores.column_names:
        scored = scored.append_column(REASONS, scores[REASONS].take(good))
    rejected = block.take(bad).add_column(0, _ROW, from_numbers(np.flatnonzero(lengths) + n_read + 1))
    rejected = rejected.add_column(1, REASON, scores[REASON].take(bad))
    return scored, rejected.append_column(_LINE, pa.nulls(rejected.num_rows, pa.string()))


def _numbered(rejected: pa.Table, unread: list[Unread]) -> pa.Table:
    """Turn places among the rows that were read into row numbers of the file, the other lines counted, too."""
    places = np.asarray(to_numbers(rejected[_ROW].combine_chunks()), dtype=np.int64)
    skipped = np.array([line.row for line in unread if line.row is not None], dtype=np.int64)
    places = places + np.searchsorted(skipped - np.arange(len(skipped)), places, side="right")
    return rejected.set_column(0, _ROW, from_numbers(places))


def _unread_rows(unread: list[Unread], columns: list[str]) -> pa.Table:
    """Return the lines that could not be read as rows of which nothing else is known."""
    blank = [pa.nulls(len(unread), pa.string()) for _ in columns]
    return pa.Table.from_arrays(
        [
            pa.array([line.row for line in unread], pa.int64()),
            pa.array([line.reason for line in unread], pa.string()),
            *blank,
            pa.array([line.line for line in unread], pa.string()),
        ],
        [_ROW, REASON, *columns, _LINE],
    )
