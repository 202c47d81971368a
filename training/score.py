"""Scoring a file: customers in, customers with their probability out, through the very file that serves.

Rows are read, scored and written a block at a time, so that ten million take no more memory than a hundred thousand.
A row that cannot be scored goes to a file of its own with the reason: nothing is lost. What a row must be is what the
training data must be, and what the API asks for.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from predict.contract import Contract, Feature
from predict.model import Model

from .cells import Broken, cell_reader
from .columns import find_columns
from .errors import DataError

__all__ = ["ADDED", "REASON", "Scored", "count_rows", "score_file"]

ADDED = ("probability", "prediction")
"""The columns that are added to every scored row."""

REASON = "reason"
ROW = "row"
LINE = "line"
BLOCK_ROWS = 100_000
_BLOCK_BYTES = 4 << 20
# Blocks that are being scored or wait to be written, for each worker: bounds the memory.
_AHEAD = 2

type Step = Callable[[int], None]


@dataclass(frozen=True)
class Scored:
    """What was done: rows scored and rows rejected, and where the rejected ones are, if there are any."""

    n_scored: int
    n_rejected: int
    rejects: Path | None


class _Writer(Protocol):
    def write_table(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


def score_file(
    model_path: Path,
    source: Path,
    out: Path,
    rejects: Path,
    *,
    executor: Executor | None = None,
    n_workers: int = 1,
    step: Step | None = None,
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
        not be read at all, the line; it is not written when there are none.
    executor : Executor, optional
        Where blocks are scored, such as a pool of processes or a Dask cluster; here, by default.
    n_workers : int
        How many blocks it can score at once.
    step : callable, optional
        Told how many rows were written, block by block.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing, or has the name of one that is added.
    ArtifactError
        If the model file cannot be trusted.
    """
    for path in (source, out, rejects):
        _format(path)
    if len({path.resolve() for path in (source, out, rejects)}) < 3:
        raise DataError("The customers, the scores and the rejected rows must be three different files.")
    contract = Model.load(model_path).contract
    broken_lines: list[tuple[int | None, str, str]] = []
    blocks, columns = _open(source, contract, broken_lines)
    taken = [name for name in (*ADDED, REASON, ROW, LINE) if name in columns]
    if taken:
        raise DataError(f"{source.name}: there is already a column {taken[0]!r}. Rename it: the result adds one.")
    file = model_path.read_bytes()
    n_scored = n_rejected = n_read = 0
    good_writer: _Writer | None = None
    bad_writer: _Writer | None = None
    try:
        for scored, rejected in _in_order(blocks, file, executor, n_workers):
            rejected = _numbered(rejected, n_read, broken_lines)
            n_read += scored.num_rows + rejected.num_rows
            good_writer = good_writer or _writer(out, scored.schema)
            good_writer.write_table(scored)
            if rejected.num_rows:
                bad_writer = bad_writer or _writer(rejects, rejected.schema)
                bad_writer.write_table(rejected)
            n_scored, n_rejected = n_scored + scored.num_rows, n_rejected + rejected.num_rows
            if step:
                step(scored.num_rows + rejected.num_rows)
        if broken_lines:
            unread = _unread(broken_lines, columns)
            bad_writer = bad_writer or _writer(rejects, unread.schema)
            bad_writer.write_table(unread)
            n_rejected += unread.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, pa.ArrowInvalid):
            raise DataError(f"{source.name} or a result cannot be read or written ({error.strerror}).") from None
        # Arrow's own message would quote the row.
        raise DataError(f"{source.name}: this cannot be read as {_format(source)}. Save it as UTF-8 text.") from None
    finally:
        for writer in (good_writer, bad_writer):
            if writer:
                writer.close()
    if not n_scored and not n_rejected:
        raise DataError(f"{source.name}: there is a heading and no customer below it.")
    return Scored(n_scored, n_rejected, rejects if n_rejected else None)


def count_rows(source: Path) -> int | None:
    """Return about how many rows a file has, for a progress bar; None if that cannot be said."""
    try:
        if _format(source) == "Parquet":
            return int(pq.ParquetFile(source).metadata.num_rows)
        with source.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_BLOCK_BYTES), b"")) - 1
    except (pa.ArrowInvalid, OSError):
        return None


def score_block(file: bytes, names: dict[str, str], block: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return a block's rows with their scores, and its other rows with their place (from 1) and the reason."""
    model = _model(file)
    contract = model.contract
    reasons = np.full(block.num_rows, "", dtype=object)
    feed = {}
    for feature in contract.features:
        feed[feature.name] = _read_column(feature, block[names[feature.name]], reasons)
    good = reasons == ""
    probability = model.run({name: column[good].reshape(-1, 1) for name, column in feed.items()})
    mask = pa.array(good)
    scored = block.filter(mask)
    answers = np.where(probability >= contract.threshold, contract.target.positive, contract.target.negative)
    scored = scored.append_column(ADDED[0], pa.array(probability)).append_column(
        ADDED[1], pa.array(answers.astype(str))
    )
    rejected = block.filter(pc.invert(mask))
    places = pa.array(np.flatnonzero(~good) + 1, pa.int64())
    rejected = rejected.add_column(0, ROW, places).add_column(1, REASON, pa.array(reasons[~good].tolist(), pa.string()))
    return scored, rejected.append_column(LINE, pa.nulls(rejected.num_rows, pa.string()))


def _in_order(
    blocks: Iterator[tuple[dict[str, str], pa.Table]], file: bytes, executor: Executor | None, n_workers: int
) -> Iterator[tuple[pa.Table, pa.Table]]:
    if executor is None:
        for names, block in blocks:
            yield score_block(file, names, block)
        return
    waiting: deque[Future[tuple[pa.Table, pa.Table]]] = deque()
    for names, block in blocks:
        waiting.append(executor.submit(score_block, file, names, block))
        if len(waiting) > _AHEAD * n_workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@cache
def _model(file: bytes) -> Model:
    """Load the model once in each process."""
    return Model.from_bytes(file)


def _read_column(feature: Feature, column: pa.ChunkedArray, reasons: npt.NDArray[np.object_]) -> np.ndarray:
    """Read each distinct value once, as the training data is read; note why a row cannot be scored."""
    read = cell_reader(feature)
    codes = column.combine_chunks().dictionary_encode()
    texts = [_text(value) for value in codes.dictionary.to_pylist()]
    texts.append("")  # the code of a missing value
    values = [read(text) for text in texts]
    places = codes.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    broken = np.array([isinstance(value, Broken) for value in values])
    for place in np.flatnonzero(broken[places]):
        rule = values[places[place]]
        note = f"{feature.name} {rule.rule}" if isinstance(rule, Broken) else ""
        reasons[place] = f"{reasons[place]}; {note}" if reasons[place] else note
    blank: float | str = "" if feature.is_category else 0.0
    usable = [blank if isinstance(value, Broken) else value for value in values]
    column_read: np.ndarray = np.array(usable, dtype=object if feature.is_category else np.float64)[places]
    return column_read


def _text(value: object) -> str:
    """Write a value of a typed column as a CSV would have it."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value).strip()


def _open(
    source: Path, contract: Contract, broken: list[tuple[int | None, str, str]]
) -> tuple[Iterator[tuple[dict[str, str], pa.Table]], list[str]]:
    """Return the blocks, each with the name of every feature's column, and the names of all columns."""
    try:
        blocks, columns = _csv_blocks(source, broken) if _format(source) == "CSV" else _parquet_blocks(source)
    except FileNotFoundError:
        raise DataError(f"{source.name}: there is no such file. Check the path.") from None
    except (pa.ArrowInvalid, OSError):
        raise DataError(f"{source.name}: this cannot be read as {_format(source)}, or is not UTF-8 text.") from None
    found = find_columns(source.name, [name.strip() for name in columns], contract.features)
    names = {feature.name: columns[found.index[feature.name]] for feature in contract.features}
    return ((names, block) for block in blocks), columns


def _csv_blocks(source: Path, broken: list[tuple[int | None, str, str]]) -> tuple[Iterator[pa.Table], list[str]]:
    def keep(row: csv.InvalidRow) -> str:
        reason = f"the line has {row.actual_columns} cells and the heading {row.expected_columns}"
        broken.append((row.number, reason, row.text))
        return "skip"

    with source.open("rb") as file:
        heading = file.readline().decode("utf-8-sig", errors="replace")
    columns = csv.read_csv(pa.BufferReader(heading.encode()), csv.ReadOptions(use_threads=False)).column_names
    if len(set(columns)) < len(columns):
        raise DataError(f"{source.name}: two columns have the same name. Rename one.")
    reader = csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
        parse_options=csv.ParseOptions(invalid_row_handler=keep, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), null_values=[], strings_can_be_null=False
        ),
    )
    return (pa.Table.from_batches([batch]) for batch in reader if batch.num_rows), columns


def _parquet_blocks(source: Path) -> tuple[Iterator[pa.Table], list[str]]:
    file = pq.ParquetFile(source)
    blocks = (pa.Table.from_batches([batch]) for batch in file.iter_batches(BLOCK_ROWS))
    return blocks, file.schema_arrow.names


def _numbered(rejected: pa.Table, before: int, broken: list[tuple[int | None, str, str]]) -> pa.Table:
    """Turn places within a block into row numbers of the file, lines that could not be read counted, too."""
    places = rejected[ROW].to_numpy() + before
    skipped = np.array([_row_number(number) for number, _, _ in broken if number is not None], dtype=np.int64)
    places = places + np.searchsorted(skipped - np.arange(len(skipped)), places, side="right")
    return rejected.set_column(0, ROW, pa.array(places, pa.int64()))


def _row_number(line: int) -> int:
    """Return the number of a row below the heading, which Arrow counts as the first."""
    return line - 1


def _unread(broken: list[tuple[int | None, str, str]], columns: list[str]) -> pa.Table:
    blank = {name: pa.nulls(len(broken), pa.string()) for name in columns}
    numbers = [None if number is None else _row_number(number) for number, _, _ in broken]
    return pa.table(
        {ROW: pa.array(numbers, pa.int64()), REASON: [reason for _, reason, _ in broken]}
        | blank
        | {LINE: [line for _, _, line in broken]}
    )


def _writer(path: Path, schema: pa.Schema) -> _Writer:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer: _Writer = csv.CSVWriter(path, schema) if _format(path) == "CSV" else pq.ParquetWriter(path, schema)
    return writer


def _format(path: Path) -> str:
    match path.suffix.lower():
        case ".csv":
            return "CSV"
        case ".parquet" | ".pq":
            return "Parquet"
    raise DataError(f"{path.name}: the name must end in .csv or .parquet.")
