"""The table: a CSV of customers in, the same CSV out with what the model says of each.

Nothing is lost and the order is kept: a row that cannot be scored stands where it stood, and says why. What goes out
is safe to open in a spreadsheet: a cell that it would run as a formula gets an apostrophe.
"""

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..answers import Lap, explain_feed, no_lap, reason_text
from ..contract import clean
from ..errors import Fault, InvalidInput, TooLarge
from ..model.explain import Explainer
from ..model.session import Feed, Model
from .column_reader import Column, ColumnReader
from .decimal_mark import file_mark
from .heading import find_columns, find_places, known_names
from .reader import BOM, open_records
from .writer import Block, Cells, block_lines, heading_line, line_writer

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
    blocks = records.blocks()
    first = next(blocks, None)
    if first is None:
        message = "There is a heading and no row below it. Send a line for each customer."
        raise InvalidInput([Fault("", "no_rows", message)])
    mark = file_mark(records, {f.name: places[f.name] for f in contract.features if not f.is_category})
    written = mark or records.dialect.usual_mark
    readers = {feature.name: ColumnReader(contract, feature, mark, written) for feature in contract.features}
    ref = find_places({"ref": ["ref"]}, records.heading)["ref"] if count and "ref" not in places else []
    writer = line_writer(records.dialect)
    scorer = _Scorer(model, explainer if reasons else None, places, readers, ref[:1], writer, lap)
    scored: list[Block] = []
    n_rows = 0
    for block in chain([first], blocks):
        n_rows += len(block)
        if n_rows > most_rows:
            with_reasons = " with reasons" if reasons else ""
            raise TooLarge(f"At most {most_rows} rows are scored at once{with_reasons}. Send them in parts.", most_rows)
        scored.append(scorer.score(block, len(records.heading)))
    probabilities = np.concatenate([block.probabilities for block in scored])
    if count:
        for part in scored:
            n_warned = len(part.notes.keys() & set(part.good.tolist()))
            failed = len(part.lines) - len(part.good)
            count(part.columns, part.probabilities, failed=failed, warned=n_warned, refs=part.refs)
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
    """Reads blocks of rows and scores what can be scored."""

    model: Model
    explainer: Explainer | None
    places: dict[str, int]
    readers: dict[str, ColumnReader]
    ref: list[int]
    write: Callable[[Sequence[Cells]], Cells]
    lap: Lap

    def score(self, rows: list[Cells], width: int) -> Block:
        """Score a block of rows under a heading of `width` columns."""
        uneven: dict[int, Cells] = {}
        beyond: dict[int, str] = {}
        if set(map(len, rows)) != {width}:
            uneven = {number: row for number, row in enumerate(rows) if len(row) != width}
            beyond = {number: self.write([row[width:]])[0] for number, row in uneven.items() if len(row) > width}
            rows = [(row + [""] * (width - len(row)))[:width] if len(row) != width else row for row in rows]
        columns = {
            name: self.readers[name].read(list(map(itemgetter(place), rows))) for name, place in self.places.items()
        }
        bad = np.any([column.bad for column in columns.values()], axis=0)
        notes = _notes(columns.values(), bad)
        for number, row in uneven.items():
            bad[number] = True
            cells = f"{len(row)} cell" if len(row) == 1 else f"{len(row)} cells"
            notes[number] = f"The row has {cells}, the heading has {width}."
        good = np.flatnonzero(~bad)
        feed = {name: column.values[good].reshape(-1, 1) for name, column in columns.items()}
        self.lap("read", len(rows))
        probabilities = self.model.run(feed) if len(good) else np.empty(0)
        self.lap("score", len(rows))
        reasons = self._reasons(good.tolist(), feed)
        refs = [clean(rows[number][place]) for place in self.ref for number in good.tolist()]
        lines = self.write(rows)
        self.lap("write", len(rows))
        values = [column.ravel() for column in feed.values()]
        return Block(lines, beyond, notes, good, values, probabilities, reasons, refs)

    def _reasons(self, good: list[int], feed: Feed) -> dict[int, str]:
        if self.explainer is None:
            return {}
        texts = [
            reason_text(self.model.contract, row, explanation.contributions)
            for row, explanation in explain_feed(self.explainer, feed, self.lap)
        ]
        return dict(zip(good, texts, strict=True))


def _notes(columns: Collection[Column], bad: npt.NDArray[np.bool_]) -> dict[int, str]:
    """Return what is wrong with each bad row, and what is strange about each other one."""
    notes: dict[int, str] = {}
    # Few sentences are ever said, some of them very often: each is kept once.
    kept: dict[str, str] = {}
    for column in columns:
        for number, note in column.notes.items():
            if column.bad[number] == bad[number]:
                text = f"{notes[number]} {note}" if number in notes else note
                notes[number] = kept.setdefault(text, text)
    return notes
