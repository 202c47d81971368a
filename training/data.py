"""The customers' file: a CSV in, a checked table out.

A million rows take about a second: Arrow reads the cells, and each distinct text of a column is checked once. Only
when something is wrong is the file walked line by line (`training.lines`), to say where.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from predict.contract import Feature

from .cells import Broken, Reader, answer_reader, cell_reader
from .columns import Columns, find_columns
from .errors import DataError
from .lines import check_text, find_lines, read_heading, refuse_uneven_rows
from .schema import Schema

__all__ = ["Table", "read_table"]

# Two on each side is the least that a split can put on both of its sides; whether that is enough to learn from, the
# trainer decides.
LEAST_OF_EACH_ANSWER = 2
# The values of a category become options of a form; more than this is an id or free text in disguise.
MOST_VALUES = 1000
FAULTS_SHOWN = 5


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


def read_table(path: Path | str, schema: Schema) -> Table:
    """Read a CSV of customers: UTF-8, a heading line, commas between cells, "." as decimal mark.

    Spaces around a cell do not count. "NA" is Namibia, never a missing value.

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
    data = _read_bytes(path)
    check_text(path.name, data)
    columns = find_columns(path.name, read_heading(path.name, data), schema.features, schema.target.name, schema.ignore)
    if b'"' in data:
        # Arrow forgives a quotation mark that is astray, and loses the lines between it and the next.
        refuse_uneven_rows(path.name, data, columns.count, FAULTS_SHOWN)
    cells = _read_cells(path.name, data, columns)
    inputs = {feature.name: _Column(cells[feature.name], cell_reader(feature)) for feature in schema.features}
    answers = _Column(cells[schema.target.name], answer_reader(schema.positive_values, schema.negative_values))
    _refuse_faults(path.name, data, inputs | {schema.target.name: answers})
    X = pd.DataFrame({feature.name: inputs[feature.name].series(feature) for feature in schema.features})
    y = answers.array(np.int8)
    _check_answers(path.name, y, schema)
    for feature in schema.features:
        if feature.is_category and not feature.values:
            _check_values(path.name, {str(value) for value in inputs[feature.name].values} - {""}, feature, schema)
    return Table(
        X=X,
        y=y,
        groups=X.groupby(list(X.columns), sort=False).ngroup().to_numpy().astype(np.int64),
        sha256=hashlib.sha256(data).hexdigest(),
        name=path.name,
        notes=(*columns.notes, *_constant_columns(path.name, X)),
    )


class _Column:
    """The cells of one column, each distinct text read once.

    Attributes
    ----------
    values : list of float, str or Broken
        What the distinct texts stand for.
    """

    def __init__(self, cells: pa.DictionaryArray, read: Reader) -> None:
        # The heading's own text is in the dictionary, too, and no row uses it.
        used, self._codes = np.unique(cells.indices.to_numpy(), return_inverse=True)
        self.values = [read(text.strip()) for text in cells.dictionary.take(pa.array(used)).to_pylist()]

    def array[T: np.generic](self, dtype: type[T]) -> npt.NDArray[T]:
        return np.array(self.values, dtype=dtype)[self._codes]

    def series(self, feature: Feature) -> pd.Series:
        # Said twice, because pandas would make its own string type of an array of objects.
        if feature.is_category:
            return pd.Series(self.array(np.object_), dtype=object)
        return pd.Series(self.array(np.float64))

    def faults(self) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
        """Yield each rule that is broken, with the rows that break it."""
        rules = [value.rule if isinstance(value, Broken) else "" for value in self.values]
        for rule in sorted(set(rules) - {""}):
            yield rule, np.flatnonzero(np.array([rule == broken for broken in rules])[self._codes])


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path.name}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path.name}: this is a folder. Name the CSV file in it.") from None
    except OSError as error:
        raise DataError(f"{path.name}: the file cannot be read ({error.strerror}).") from None


def _read_cells(file: str, data: bytes, columns: Columns) -> dict[str, pa.DictionaryArray]:
    """Return the cells of the columns that are used, below the heading."""
    # Names by position: the heading is read as a row, so that there is one rule for what a row is.
    names = {f"f{position}": name for name, position in columns.index.items()}
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(autogenerate_column_names=True),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                include_columns=list(names),
                null_values=[],
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        # Arrow's own message would quote the row.
        refuse_uneven_rows(file, data, columns.count, FAULTS_SHOWN)
        raise DataError(f"{file}: this cannot be read as CSV. Export it again as CSV (UTF-8).") from None
    if table.num_rows == 1:
        raise DataError(f"{file}: there is a heading and no customer below it. Add a line for each customer.")
    table = table.slice(1).unify_dictionaries()
    return {name: table[position].combine_chunks() for position, name in names.items()}


def _refuse_faults(file: str, data: bytes, columns: dict[str, _Column]) -> None:
    """Raise for the first few cells that break a rule, saying how many there are in all."""
    count = 0
    first: list[tuple[int, str, str]] = []
    for name, column in columns.items():
        for rule, rows in column.faults():
            count += len(rows)
            first += [(int(row), name, rule) for row in rows[:FAULTS_SHOWN]]
    if not count:
        return
    first = sorted(first, key=lambda fault: fault[0])[:FAULTS_SHOWN]
    lines = find_lines(file, data, [row for row, _, _ in first])
    if count == 1:
        heading = f"{file}: one cell does not fit the schema:"
    elif count <= FAULTS_SHOWN:
        heading = f"{file}: {count} cells do not fit the schema:"
    else:
        heading = f"{file}: {count:,} cells do not fit the schema; the first {FAULTS_SHOWN}:"
    places = [f"  line {line}, {name} {rule}." for line, (_, name, rule) in zip(lines, first, strict=True)]
    raise DataError("\n".join([heading, *places]))


def _check_answers(file: str, y: npt.NDArray[np.int8], schema: Schema) -> None:
    positive = int(np.count_nonzero(y))
    negative = len(y) - positive
    if min(positive, negative) < LEAST_OF_EACH_ANSWER:
        raise DataError(
            f"{file}: {schema.target.name} says yes in {positive:,} and no in {negative:,} of {len(y):,} rows; at "
            f"least {LEAST_OF_EACH_ANSWER} of each are needed to learn one from the other. Add such rows, or check the "
            "schema's `positive_values` and `negative_values`."
        )


def _check_values(file: str, values: set[str], feature: Feature, schema: Schema) -> None:
    """Check a category whose values are those of the data."""
    if not values:
        raise DataError(f"{file}: {feature.name} is empty in every row. Fill it in, or take it out of the schema.")
    if len(values) > MOST_VALUES:
        raise DataError(
            f"{file}: {feature.name} has {len(values):,} different values, and a category may have {MOST_VALUES:,}. "
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
