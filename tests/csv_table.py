"""A table as the API takes it: the model that scores it, good customers, and how what goes out is read back.

A module takes the fixtures by name: `model, score = csv_table.model, csv_table.score`.
"""

import csv
import io

import pytest

from predict.csv_file.score_csv import score_table
from predict.model.explain import Explainer
from predict.model.session import Model
from predict.requests.one_customer import read_row
from tests.fitted import metadata_of, model_file

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT = metadata_of(ESTIMATOR).contract
NAMES = [feature.name for feature in CONTRACT.features]
# Inside what training saw in every column: nothing is to be said of it.
GOOD = ["21", "112", "4", "6", "42", "AU"]
HEADING = ",".join(NAMES)
LINE = ",".join(GOOD)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    return Model.load(path)


@pytest.fixture(scope="module")
def score(model):
    explainer = Explainer(model)

    def run(data, most_rows=1000, reasons=False):
        data = data if isinstance(data, bytes) else data.encode()
        return score_table(model, explainer, data, most_rows=most_rows, reasons=reasons)

    return run


def rows_of(table, delimiter=","):
    """Return the rows that went out, heading first, by a reader that knows nothing of the writer."""
    return list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def records_of(table, delimiter=","):
    heading, *rows = rows_of(table, delimiter)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def alone(model, **cells):
    payload = dict(zip(NAMES, [21, 112, 4, 6, 42, "AU"], strict=True)) | cells
    return float(model.probabilities([read_row(CONTRACT, payload)[0]])[0])
