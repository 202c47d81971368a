"""The customers' file: a CSV in, a checked table out.

A million rows take about a second: Arrow reads the cells, and each distinct text of a column is checked once. Only
when something is wrong is the file walked line by line (`training.customers.csv_lines`), to say where.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from predict.contract import Feature
from predict.csv_file.decimal_mark import Shown

from ..errors import DataError
from ..schema.load import Schema
from .cell_rules import answer_reader, cell_reader, find_mark
from .csv_lines import check_text, find_lines, open_text, refuse_uneven_rows
from .distinct_texts import Texts, Values
from .heading import Columns, find_columns, known_names

__all__ = ["Table", "read_table"]

# Two on each side is the least that a split can put on both of its sides; whether that is enough to learn from, the
# trainer decides.
_LEAST_OF_EACH_ANSWER = 2
# The values of a category become options of a form; more than this is an id or free text in disguise.
_MOST_VALUES = 1000
_FAULTS_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Table:
    """Customers, checked against the schema.

    Attributes
    ----------
    X : DataFrame of shape (n_rows, n_features)
        Columns in the features' order: float64 for numbers, str objects for categories, "" where one is not known.
    y : ndarray of shape (n_rows,), int8
        1 where the target says yes.
    groups : ndarray of shape (n_rows,), int64
        Equal for identical rows of X, so that a split can keep them on one side.
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
    """Read a CSV of customers: UTF-8, with a heading line.

    Commas, semicolons or tabs between the cells and the decimal mark are found as the API finds them. Spaces around a
    cell do not count. "NA" is Namibia, never a missing value.

    Parameters
    ----------
    path : Path or str
    schema : Schema

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If anything does not fit the schema. The message names the file, the line (as an editor counts them), the
        column, the rule and the fix, and never the value of a cell.
    """
    path = Path(path)
    file = str(path)
    data = _read_bytes(path)
    target = schema.target.name
    records = open_text(file, data, known_names(schema.features, target))
    check_text(file, io.BytesIO(data))
    delimiter = records.dialect.delimiter
    heading = [name.strip() for name in records.heading]
    columns = find_columns(file, heading, schema.features, target, schema.ignore)
    if records.dialect.quoted:
        # Arrow forgives a quotation mark that is astray, and loses the lines between it and the next.
        refuse_uneven_rows(file, io.BytesIO(data), delimiter, columns.count, _FAULTS_SHOWN)
    cells = _read_cells(file, data, delimiter, columns)
    shown = {f.name: Shown.of(cells[f.name].distinct) for f in schema.features if not f.is_category}
    mark = find_mark(file, delimiter, shown)
    inputs = {feature.name: cells[feature.name].read(cell_reader(feature, mark)) for feature in schema.features}
    answers = cells[target].read(answer_reader(schema.positive_values, schema.negative_values))
    _refuse_faults(file, data, delimiter, inputs | {target: answers})
    X = pd.DataFrame({feature.name: _series(inputs[feature.name], feature) for feature in schema.features})
    y = answers.numbers().astype(np.int8)
    _check_answers(file, y, schema)
    for feature in schema.features:
        if feature.is_category and not feature.values:
            _check_values(file, {str(value) for value in inputs[feature.name].distinct} - {""}, feature, schema)
    return Table(
        X=X,
        y=y,
        groups=X.groupby(list(X.columns), sort=False).ngroup().to_numpy().astype(np.int64),
        sha256=hashlib.sha256(data).hexdigest(),
        name=path.name,
        notes=(*columns.notes, *_constant_columns(path.name, X)),
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path}: this is a folder. Name the CSV file in it.") from None
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({error.strerror}).") from None


def _read_cells(file: str, data: bytes, delimiter: str, columns: Columns) -> dict[str, Texts]:
    """Return the cells of the columns that are used, below the heading."""
    # Names by position: the heading is read as a row, so that there is one rule for what a row is.
    names = {f"f{position}": name for name, position in columns.index.items()}
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(autogenerate_column_names=True),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                include_columns=list(names),
                null_values=[],
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        # Arrow's own message would quote the row.
        refuse_uneven_rows(file, io.BytesIO(data), delimiter, columns.count, _FAULTS_SHOWN)
        raise DataError(f"{file}: this cannot be read as CSV. Export it again as CSV (UTF-8).") from None
    if table.num_rows == 1:
        raise DataError(f"{file}: there is a heading and no customer below it. Add a line for each customer.")
    table = table.slice(1).unify_dictionaries()
    return {name: Texts.of(table[position]) for position, name in names.items()}


def _series(values: Values, feature: Feature) -> pd.Series:
    # Said twice, because pandas would make its own string type of an array of objects.
    return pd.Series(values.categories(), dtype=object) if feature.is_category else pd.Series(values.numbers())


def _refuse_faults(file: str, data: bytes, delimiter: str, columns: dict[str, Values]) -> None:
    """Raise for the first few cells that break a rule, saying how many there are in all."""
    count = 0
    first: list[tuple[int, str, str]] = []
    for name, column in columns.items():
        for rule, rows in column.faults():
            count += len(rows)
            first += [(int(row), name, rule) for row in rows[:_FAULTS_SHOWN]]
    if not count:
        return
    first = sorted(first, key=lambda fault: fault[0])[:_FAULTS_SHOWN]
    lines = find_lines(file, io.BytesIO(data), delimiter, [row for row, _, _ in first])
    if count == 1:
        heading = f"{file}: one cell does not fit the schema:"
    elif count <= _FAULTS_SHOWN:
        heading = f"{file}: {count} cells do not fit the schema:"
    else:
        heading = f"{file}: {count:,} cells do not fit the schema; the first {_FAULTS_SHOWN}:"
    places = [f"  line {line}, {name} {rule}." for line, (_, name, rule) in zip(lines, first, strict=True)]
    raise DataError("\n".join([heading, *places]))


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
        raise DataError(f"{file}: {feature.name} is empty in every row. Fill it in, or take it out of the schema.")
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


def _constant_columns(file: str, X: pd.DataFrame) -> Iterator[str]:
    for name in X.columns:
        if (X[name] == X[name].iloc[0]).all():
            yield f"{file}: {name} is the same in every row, so nothing can be learnt from it."
