"""The table: a CSV of customers in, the same CSV out with what the model says of each.

Nothing is lost and the order is kept: a row that cannot be scored stands where it stood, and says why. What goes out
is safe to open in a spreadsheet: a cell that it would run as a formula gets an apostrophe.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..answers import Lap, explain_feed, no_lap
from ..errors import Fault, InvalidInput, TooLarge
from ..model.explain import Explainer
from ..model.session import Feed, Model
from .column_reader import Column, ColumnReader
from .decimal_mark import file_mark
from .file_lines import BOM
from .heading import find_columns, find_places, known_names
from .parts import Part, PartReader
from .reader import open_records
from .writer import Block, block_lines, heading_line, line_writer

__all__ = ["ScoredTable", "score_table"]


class Count(Protocol):
    """Counts what was scored; nothing of it is kept."""

    def __call__(
        self,
        columns: list[npt.NDArray[Any]],
        probabilities: npt.NDArray[np.float64],
        *,
        failed: int,
        warned: int,
        refs: list[str],
    ) -> None:
        """Count a block: the inputs' columns and the probabilities of the scored rows, how many failed, and warned.

        `refs` are the cells of the scored rows in the column "ref"; empty where the file has none.
        """


@dataclass(frozen=True)
class ScoredTable:
    """A table that goes out.

    Attributes
    ----------
    body : bytes
        The CSV.
    n_rows, n_scored, n_positive : int
        Rows below the heading, those with a probability, and those with the positive answer.
    """

    body: bytes
    n_rows: int
    n_scored: int
    n_positive: int


def score_table(
    model: Model,
    explainer: Explainer,
    data: bytes,
    *,
    most_rows: int,
    reasons: bool,
    lap: Lap = no_lap,
    count: Count | None = None,
) -> ScoredTable:
    """Score every row of a CSV file.

    Parameters
    ----------
    model : Model
    explainer : Explainer
        Of that model.
    data : bytes
        UTF-8, with a heading line.
    most_rows : int
        More rows are refused.
    reasons : bool
        Whether to give the largest contributions for and against.
    lap : Lap
        Told of "read", "score" and "explanation", for each block of rows, and of "write".
    count : Count, optional
        Told of what was scored, once all of it is.

    Returns
    -------
    ScoredTable
        In the dialect of the file.

    Raises
    ------
    MalformedInput
        If the file cannot be read as CSV at all.
    InvalidInput
        If the heading does not name the model's inputs, each once, or there is no row below it.
    TooLarge
        If there are too many rows.
    """
    contract = model.contract
    records = open_records(data, known_names(contract.features))
    places = find_columns(contract, records.heading)
    ref = find_places({"ref": ["ref"]}, records.heading)["ref"] if count and "ref" not in places else []
    reader = PartReader(places, ref[:1], line_writer(records.dialect), len(records.heading))
    parts: list[Part] = []
    n_rows = 0
    for rows in records.blocks():
        n_rows += len(rows)
        if n_rows > most_rows:
            with_reasons = " with reasons" if reasons else ""
            raise TooLarge(f"At most {most_rows} rows are scored at once{with_reasons}. Send them in parts.", most_rows)
        parts.append(reader.read(rows))
        lap("read", len(rows))
    if not parts:
        message = "There is a heading and no row below it. Send a line for each customer."
        raise InvalidInput([Fault("", "no_rows", message)])
    # The whole file is looked at before a number is read: the first cell that tells may be the last one.
    mark = file_mark({f.name: reader.texts[f.name].distinct for f in contract.features if not f.is_category})
    written = mark or records.dialect.usual_mark
    columns = {
        feature.name: ColumnReader(contract, feature, mark, written).read(reader.texts[feature.name].distinct)
        for feature in contract.features
    }
    lap("read")
    scorer = _Scorer(model, explainer if reasons else None, columns, lap)
    scored = [scorer.score(part, len(records.heading)) for part in parts]
    probabilities = np.concatenate([block.probabilities for block in scored])
    if count:
        for block in scored:
            good = block.good.tolist()
            refs = [block.part.refs[number] for number in good] if block.part.refs else []
            failed, warned = len(block.part.lines) - len(good), len(block.notes.keys() & set(good))
            count(block.columns, block.probabilities, failed=failed, warned=warned, refs=refs)
    body = io.BytesIO()
    body.write(BOM if records.dialect.bom else b"")
    for lines in chain(
        [[heading_line(records.heading, records.dialect)]], block_lines(contract, scored, records.dialect, written)
    ):
        lines.append("")
        body.write(records.dialect.line_end.join(lines).encode())
    positive = int((probabilities >= contract.threshold).sum())
    lap("write")
    return ScoredTable(body.getvalue(), n_rows, len(probabilities), positive)


@dataclass(frozen=True, eq=False)
class _Scorer:
    """Scores what can be scored of blocks of rows; `columns` holds what each distinct text stands for."""

    model: Model
    explainer: Explainer | None
    columns: dict[str, Column]
    lap: Lap

    def score(self, part: Part, width: int) -> Block:
        """Score a block of rows under a heading of `width` columns."""
        size = len(part.lines)
        columns = {name: column.take(part.places[name]) for name, column in self.columns.items()}
        bad = np.any([column.bad for column in columns.values()], axis=0)
        notes = _notes(columns.values(), bad)
        for number, n_cells in part.uneven.items():
            bad[number] = True
            cells = f"{n_cells} cell" if n_cells == 1 else f"{n_cells} cells"
            notes[number] = f"The row has {cells}, the heading has {width}."
        good = np.flatnonzero(~bad)
        feed = {name: column.values[good].reshape(-1, 1) for name, column in columns.items()}
        probabilities = self.model.run(feed) if len(good) else np.empty(0)
        self.lap("score", size)
        reasons = self._reasons(good.tolist(), feed)
        values = [column.ravel() for column in feed.values()]
        return Block(part, notes, good, values, probabilities, reasons)

    def _reasons(self, good: list[int], feed: Feed) -> dict[int, str]:
        if self.explainer is None:
            return {}
        texts = self.explainer.reasons.texts(explain_feed(self.explainer, feed, self.lap))
        return dict(zip(good, texts, strict=True))


def _notes(columns: Collection[Column], bad: npt.NDArray[np.bool_]) -> dict[int, str]:
    """Return what is wrong with each bad row, and what is strange about each other one."""
    said: dict[int, list[str]] = {}
    for column in columns:
        told = (column.bad == bad).tolist()
        for number, note in column.notes.items():
            if told[number]:
                said.setdefault(number, []).append(note)
    # Few rows' notes differ: each is put together once.
    join = cache(" ".join)
    return {number: join(tuple(notes)) for number, notes in said.items()}
