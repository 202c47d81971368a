"""The customers' file: a CSV or Parquet file in, a checked table out.

A million rows take about two seconds (`training.customers.schema_columns`).
"""

import hashlib
from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Feature

from ..errors import DataError
from ..schema.load import Schema
from .cell_rules import answer_reader
from .distinct_texts import Values
from .schema_columns import read_columns

__all__ = ["LEAST_DISTINCT", "Table", "read_table"]

# Two on each side is the least that a split can put on both of its sides; whether that is enough to learn from, the
# trainer decides.
_LEAST_OF_EACH_ANSWER = 2
LEAST_DISTINCT = 20
"""Distinct rows of the rarer answer, below which nothing said about unseen ones would mean anything."""
# The values of a category become options of a form; more than this is an id or free text in disguise.
_MOST_VALUES = 1000


@dataclass(frozen=True, eq=False)
class Table:
    """Customers, checked against the schema.

    Attributes
    ----------
    X : DataFrame of shape (n_rows, n_features)
        Columns in the features' order: float64 for numbers, NaN where one is not known; str objects for categories,
        "" where one is not known.
    y : ndarray of shape (n_rows,), int8
        1 where the target says yes.
    groups : ndarray of shape (n_rows,), int64
        Equal for identical rows of X, so that a split can keep them on one side; each row's own where there are too few
        combinations to hold some of them out.
    sha256 : str
        Of the file's bytes, in hexadecimal.
    name : str
        The file's name, without its folder.
    notes : tuple of str
        What a person should know and need not mend.
    """

    X: pd.DataFrame
    y: npt.NDArray[np.int8]
    groups: npt.NDArray[np.int64]
    sha256: str
    name: str
    notes: tuple[str, ...] = ()

    def among(self, rows: npt.NDArray[np.bool_]) -> "Table":
        """Return the rows of a mask, their groups numbered anew."""
        _, groups = np.unique(self.groups[rows], return_inverse=True)
        return replace(self, X=self.X[rows].reset_index(drop=True), y=self.y[rows], groups=groups)


def read_table(path: Path | str, schema: Schema) -> Table:
    """Read a file of customers: Parquet by its name, or a CSV in UTF-8 with a heading line.

    What stands between the cells and the decimal mark are found as the API finds them. Spaces around a cell do not
    count. "NA" is Namibia, never a missing value.

    Raises
    ------
    DataError
        If anything does not fit the schema. The message names the file, the line (as an editor counts them) or row, the
        column, the rule and the fix, and never the value of a cell.
    """
    path = Path(path)
    file = str(path)
    target = schema.target.name
    answer = answer_reader(schema.positive_values, schema.negative_values)
    targets = (target, *schema.target_aliases)
    inputs, notes = read_columns(path, schema.features, targets, answer, schema.ignore)
    answers = inputs.pop(target)
    for feature in schema.features:
        if feature.is_category and not feature.values:
            inputs[feature.name], n_merged = inputs[feature.name].merge_spellings()
            if n_merged:
                notes += (
                    f"{path.name}: {n_merged:,} values of {feature.name} differ from a more frequent one in case, "
                    "spaces or accents alone, and count as that one.",
                )
        elif not feature.is_category and not any(value is not None for value in inputs[feature.name].distinct):
            raise DataError(_empty(file, feature))
    X = pd.DataFrame({feature.name: _series(inputs[feature.name], feature) for feature in schema.features})
    y = answers.numbers().astype(np.int8)
    _check_answers(file, y, schema)
    for feature in schema.features:
        if feature.is_category and not feature.values:
            _check_values(file, {str(value) for value in inputs[feature.name].distinct} - {""}, feature, schema)
    groups = X.groupby(list(X.columns), sort=False, dropna=False).ngroup().to_numpy().astype(np.int64)
    rows = [groups[y == answer] for answer in (0, 1)]
    # Enough customers of both kinds, and few combinations of inputs among them.
    if min(map(len, rows)) >= LEAST_DISTINCT > min(len(set(codes.tolist())) for codes in rows):
        notes += (
            f"{path.name}: the inputs have only {len(set(groups.tolist()))} combinations, so rows are held out one by "
            "one. All figures are about customers like these, not about combinations that never occurred.",
        )
        groups = np.arange(len(y))
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Table(
        X=X,
        y=y,
        groups=groups,
        sha256=sha256,
        name=path.name,
        notes=(*notes, *_constant_columns(path.name, X)),
    )


def _series(values: Values, feature: Feature) -> pd.Series:
    # Said twice, because pandas would make its own string type of an array of objects.
    return pd.Series(values.categories(), dtype=object) if feature.is_category else pd.Series(values.numbers())


def _check_answers(file: str, y: npt.NDArray[np.int8], schema: Schema) -> None:
    positive = int(np.count_nonzero(y))
    negative = len(y) - positive
    if min(positive, negative) < _LEAST_OF_EACH_ANSWER:
        raise DataError(
            f"{file}: {schema.target.name} says yes in {positive:,} and no in {negative:,} of {len(y):,} rows; at "
            f"least {_LEAST_OF_EACH_ANSWER} of each are needed to learn one from the other. Add such rows, or check "
            "the schema's `positive_values` and `negative_values`."
        )


def _check_values(file: str, values: set[str], feature: Feature, schema: Schema) -> None:
    """Check a category whose values are those of the data."""
    if not values:
        raise DataError(_empty(file, feature))
    if len(values) > _MOST_VALUES:
        raise DataError(
            f"{file}: {feature.name} has {len(values):,} different values, and a category may have {_MOST_VALUES:,}. "
            "If it is an id or free text, take it out of the schema's features."
        )
    position = schema.features.index(feature)
    for example in schema.examples:
        if example.values[position] not in values | {""}:
            raise DataError(
                f"{file}: no row has the {feature.name} of the schema's example {example.name!r}. Change the example."
            )


def _empty(file: str, feature: Feature) -> str:
    return f"{file}: {feature.name} is empty in every row. Fill it in, or take it out of the schema."


def _constant_columns(file: str, X: pd.DataFrame) -> Iterator[str]:
    for name in X.columns:
        if X[name].nunique(dropna=False) == 1:
            yield f"{file}: {name} is the same in every row, so nothing can be learnt from it."
