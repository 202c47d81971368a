"""What the model says of a block of rows: found where the block is sent to, and small beside the block itself."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from predict.answers import explain_feed, no_lap
from predict.contract import Feature
from predict.model.explain import Explainer
from predict.model.session import Model

from .arrow import from_numbers, from_texts
from .cell_rules import cell_reader
from .csv_lines import rows_with_content
from .distinct_texts import Texts

__all__ = ["PROBABILITY", "REASON", "REASONS", "score_block"]

PROBABILITY = "probability"
REASON = "reason"
"""Why a row cannot be scored."""

REASONS = "reasons"
"""The largest contributions, in the API's words."""


def score_block(file: bytes, names: dict[str, str], mark: str | None, explain: bool, block: pa.Table) -> pa.Table:
    """Score a block.

    Parameters
    ----------
    file : bytes
        Of the model.
    names : dict of str to str
        The name of each feature's column, by the feature's name.
    mark : {".", ","} or None
        The decimal mark of numbers that are texts.
    explain : bool
        Whether to add `REASONS`.
    block : Table

    Returns
    -------
    Table
        A row for each of the block: `PROBABILITY`, NaN where there is none, `REASON`, empty but for a row that cannot
        be scored, and `REASONS`. A row without content has neither a probability nor a reason.
    """
    model, explainer = _model(file)
    features = model.contract.features
    faults = np.full(block.num_rows, "", dtype=object)
    feed = {feature.name: _read(feature, mark, block, names[feature.name], faults) for feature in features}
    filled = rows_with_content(block)
    good, bad = np.flatnonzero((faults == "") & filled), np.flatnonzero((faults != "") & filled)
    feed = {name: column[good].reshape(-1, 1) for name, column in feed.items()}
    probability = np.full(block.num_rows, np.nan)
    probability[good] = model.run(feed)
    found = {PROBABILITY: from_numbers(probability), REASON: _spread(faults[bad].tolist(), bad, block.num_rows)}
    if explain:
        texts = explainer.reasons.texts(explain_feed(explainer, feed, no_lap))
        found[REASONS] = _spread(list(texts), good, block.num_rows)
    return pa.Table.from_arrays(list(found.values()), list(found))


@cache
def _model(file: bytes) -> tuple[Model, Explainer]:
    """Load the model once in each process."""
    model = Model.from_bytes(file)
    return model, Explainer(model)


def _read(
    feature: Feature, mark: str | None, block: pa.Table, heading: str, faults: npt.NDArray[np.object_]
) -> np.ndarray:
    """Read a column as the training data is read; note why a row cannot be scored."""
    column = block[heading]
    subject = feature.name if heading == feature.name else f"{feature.name} ({heading!r} in the file)"
    if not pa.types.is_string(column.type):
        mark = "."  # as Python writes the numbers of a typed column
    values = Texts.of(column).read(cell_reader(feature, mark, is_trained=True))
    for rule, rows in values.faults():
        for row in rows:
            faults[row] = f"{faults[row]}; {subject} {rule}" if faults[row] else f"{subject} {rule}"
    return values.categories() if feature.is_category else values.numbers()


def _spread(texts: list[str], rows: npt.NDArray[np.int64], n_rows: int) -> pa.Array:
    """Return a column of empty texts but for these in these rows."""
    places = np.zeros(n_rows, dtype=np.int64)
    places[rows] = np.arange(1, len(rows) + 1)
    return from_texts(["", *texts]).take(from_numbers(places))
