"""`training score` and the trainer read every vector as the service does."""

import csv

import pytest

from predict.model.session import Model, rows_of
from tests.vectors.vectors import FEATURES, files, model_file
from training.customers.schema_columns import read_columns
from training.customers.score_file import score_file
from training.errors import DataError

MODEL = Model.from_bytes(model_file())


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file())
    return path


@pytest.fixture
def source(tmp_path, vector):
    path = tmp_path / "customers.csv"
    path.write_bytes(vector.data)
    return path


def assert_refused(vector, error):
    """Check the refusal of a whole file."""
    message = str(error.value)
    assert vector.line is None or f"ine {vector.line} " in message
    # The trainer says first that rows are uneven.
    if "ask" in vector.expect and "the heading has" not in message:
        assert f"{', '.join(vector.expect['ask'])} has numbers that could be thousands" in message


def records(path):
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as stream:
        delimiter = csv.Sniffer().sniff(stream.readline(), ",;\t|").delimiter
        stream.seek(0)
        return list(csv.DictReader(stream, delimiter=delimiter))


@pytest.mark.parametrize("vector", files(), ids=lambda vector: vector.id)
def test_training_score(model_path, source, vector):
    out, rejects = source.with_name("out.csv"), source.with_name("rejects.csv")
    if "rows" not in vector.expect:
        with pytest.raises(DataError) as error:
            score_file(model_path, source, out, rejects)
        assert_refused(vector, error)
        return
    score_file(model_path, source, out, rejects)
    rows = vector.rows()
    scored, rejected = records(out), records(rejects)
    good = [row for row in rows if isinstance(row, tuple)]
    found = [float(row["probability"].replace(",", ".")) for row in scored]
    assert found == pytest.approx([MODEL.score(row) for row in good], abs=1e-9)
    reasons = {int(row["row"]): row["reason"] for row in rejected}
    bad = [row for row in rows if isinstance(row, dict)]
    assert len(reasons) == len(bad)
    for problem, (_, reason) in zip(bad, sorted(reasons.items()), strict=True):
        assert {f.name for f in FEATURES if f"{f.name} " in reason} == set(problem) - {""}
        assert ("" not in problem) or "the line has" in reason
    for row, note in zip(scored, vector.expect.get("out", ()), strict="out" in vector.expect):
        assert row["note"] == note


@pytest.mark.parametrize("vector", files(), ids=lambda vector: vector.id)
def test_trainer(source, vector):
    rows = vector.rows() if "rows" in vector.expect else []
    problems = {line: row for line, row in zip(vector.lines, rows, strict=False) if isinstance(row, dict)}
    if rows and all(isinstance(row, tuple) for row in rows):
        values, _ = read_columns(source, FEATURES)
        columns = {f.name: values[f.name].categories() if f.is_category else values[f.name].numbers() for f in FEATURES}
        assert list(rows_of(columns)) == rows
        return
    with pytest.raises(DataError) as error:
        read_columns(source, FEATURES)
    assert_refused(vector, error)
    for line, problem in list(problems.items())[:5]:  # so many are named
        assert all(f"line {line}, {name} " in str(error.value) for name in problem if name)
