"""Scoring a file: customers in, customers with their probability out, through the very file that serves.

Rows are read, scored and written a block at a time, so that ten million take no more memory than a hundred thousand.
A row that cannot be scored goes to a file of its own with the reason: nothing is lost. What a row must be is what the
training data must be, and what the API asks for.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from predict.answers import explain_feed, no_lap, reason_texts
from predict.contract import Feature
from predict.model.explain import Explainer
from predict.model.session import Model

from ..command.progress import Advance
from ..errors import DataError
from .arrow import from_numbers, from_texts
from .cell_rules import cell_reader
from .csv_lines import rows_with_content
from .distinct_texts import Texts
from .read_blocks import Unread, file_format, open_blocks
from .write_blocks import BlockWriter

__all__ = ["ADDED", "REASON", "REASONS", "Scored", "score_file"]

ADDED = ("probability", "prediction")
"""The columns that are added to every scored row."""

REASONS = "reasons"
"""The column that is added where it is asked for: the largest contributions, in the API's words."""

REASON = "reason"
_ROW = "row"
_LINE = "line"
# Blocks that are being scored or wait to be written, for each worker: bounds the memory.
_AHEAD = 2


@dataclass(frozen=True)
class Scored:
    """What was done: rows scored and rows rejected, and where the rejected ones are, if there are any."""

    n_scored: int
    n_rejected: int
    rejects: Path | None


def score_file(
    model_path: Path,
    source: Path,
    out: Path,
    rejects: Path,
    *,
    reasons: bool = False,
    executor: Executor | None = None,
    n_workers: int = 1,
    advance: Advance | None = None,
) -> Scored:
    """Score every customer of a CSV or Parquet file.

    Parameters
    ----------
    model_path : Path
        The model file.
    source, out : Path
        `.csv` or `.parquet`, each as its name says. `out` gets the columns of `source` and those of `ADDED`.
    rejects : Path
        Gets the rows that cannot be scored, with their number (from 1), the reason and, where a line of a CSV could
        not be read at all, the line. When there are none there is no such file afterwards.
    reasons : bool
        Whether to add `REASONS`, too.
    executor : Executor, optional
        Where blocks are scored, such as a pool of processes or a Dask cluster; here, by default.
    n_workers : int
        How many blocks it can score at once.
    advance : Advance, optional
        Told of the rows as they are written.

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
    advance = advance or Advance()
    contract = Model.load(model_path).contract
    blocks = open_blocks(source, contract.features, f"{contract.name} {contract.version}")
    added = (*ADDED, *([REASONS] if reasons else []), REASON, _ROW, _LINE)
    taken = [name for name in added if name in blocks.columns]
    if taken:
        raise DataError(f"{source}: there is already a column {taken[0]!r}. Rename it: the result adds one.")
    n_scored = n_rejected = n_read = 0
    advance.start("scoring", blocks.n_rows)
    with BlockWriter(out, blocks) as good_rows, BlockWriter(rejects, blocks) as bad_rows:
        score = partial(_score_block, model_path.read_bytes(), blocks.names, blocks.mark, reasons)
        for scored, rejected, n_rows in _in_order(blocks.tables, score, executor, n_workers):
            good_rows.write(scored)
            if rejected.num_rows:
                bad_rows.write(_numbered(rejected, n_read, blocks.unread))
            n_scored, n_rejected = n_scored + scored.num_rows, n_rejected + rejected.num_rows
            n_read += n_rows
            advance.step(n_rows)
        if blocks.unread:
            bad_rows.write(_unread_rows(blocks.unread, blocks.columns))
            n_rejected += len(blocks.unread)
        if not n_scored and not n_rejected:
            raise DataError(f"{source}: there is a heading and no customer below it.")
    return Scored(n_scored, n_rejected, rejects if n_rejected else None)


type _Parts = tuple[pa.Table, pa.Table, int]


def _score_block(file: bytes, names: dict[str, str], mark: str | None, explain: bool, block: pa.Table) -> _Parts:
    """Return a block's rows with their scores, its other rows with their place (from 1) and the reason, and its size.

    Rows without content are in neither.
    """
    model, explainer = _model(file)
    contract = model.contract
    reasons = np.full(block.num_rows, "", dtype=object)
    feed = {feature.name: _read(feature, mark, block[names[feature.name]], reasons) for feature in contract.features}
    filled = rows_with_content(block)
    good, bad = np.flatnonzero((reasons == "") & filled), np.flatnonzero((reasons != "") & filled)
    feed = {name: column[good].reshape(-1, 1) for name, column in feed.items()}
    probability = model.run(feed)
    answers = from_texts([contract.words(positive) for positive in (False, True)])
    scored = block.take(from_numbers(good)).append_column(ADDED[0], from_numbers(probability))
    decided = from_numbers((probability >= contract.threshold).astype(np.int8))
    scored = scored.append_column(ADDED[1], pa.DictionaryArray.from_arrays(decided, answers).cast(pa.string()))
    if explain:
        texts = reason_texts(contract, explain_feed(explainer, feed, no_lap))
        scored = scored.append_column(REASONS, from_texts(list(texts)))
    rejected = block.take(from_numbers(bad)).add_column(0, _ROW, from_numbers(bad + 1))
    rejected = rejected.add_column(1, REASON, from_texts(reasons[bad].tolist()))
    return scored, rejected.append_column(_LINE, pa.nulls(rejected.num_rows, pa.string())), block.num_rows


def _in_order(
    tables: Iterator[pa.Table], score: Callable[[pa.Table], _Parts], executor: Executor | None, n_workers: int
) -> Iterator[_Parts]:
    if executor is None:
        yield from map(score, tables)
        return
    waiting: deque[Future[_Parts]] = deque()
    for block in tables:
        waiting.append(executor.submit(score, block))
        if len(waiting) > _AHEAD * n_workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@cache
def _model(file: bytes) -> tuple[Model, Explainer]:
    """Load the model once in each process."""
    model = Model.from_bytes(file)
    return model, Explainer(model)


def _read(feature: Feature, mark: str | None, column: pa.ChunkedArray, reasons: npt.NDArray[np.object_]) -> np.ndarray:
    """Read a column as the training data is read; note why a row cannot be scored."""
    if not pa.types.is_string(column.type):
        mark = "."  # as Python writes the numbers of a typed column
    values = Texts.of(column).read(cell_reader(feature, mark, is_trained=True))
    for rule, rows in values.faults():
        for row in rows:
            reasons[row] = f"{reasons[row]}; {feature.name} {rule}" if reasons[row] else f"{feature.name} {rule}"
    return values.categories() if feature.is_category else values.numbers()


def _numbered(rejected: pa.Table, before: int, unread: list[Unread]) -> pa.Table:
    """Turn places within a block into row numbers of the file, lines that could not be read counted, too."""
    places = rejected[_ROW].to_numpy() + before
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
