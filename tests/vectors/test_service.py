"""The service reads every vector as it is meant: files, JSON rows and the fields of a form."""

import csv
import io
import re
from copy import replace

import httpx
import pytest

from predict.errors import InvalidInput
from predict.model.session import Model
from predict.requests.one_customer import read_form, read_row
from predict.text import BLANKS, clean
from tests.servers import local_server
from tests.vectors.vectors import CONTRACT_FILE, FEATURES, files, model_file, typed

# What the message of each fault says.
WORDS = {
    "missing": "is required",
    "wrong_type": "must be a number",
    "not_finite": "must be a finite number",
    "not_whole": "must be a whole number",
    "too_small": "or more",
    "too_large": "or less",
    "unknown_category": "must be one of",
    "uneven": "The row has",
}
MODEL = Model.from_bytes(model_file())


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file())
    with (
        local_server(env={"MODEL_PATH": str(path)}) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=60) as client,
    ):
        yield client


def verdict(answer):
    """Return what an answer says of a file, in the terms of the vectors."""
    if answer.status_code != 200:
        errors = answer.json()["errors"]
        if all(error["code"] == "unclear_number" for error in errors):
            return {"ask": [error["field"] for error in errors]}
        return {"refuse": errors[0]["code"]}
    delimiter = re.search("probability(.)prediction", answer.text)[1]
    table = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return {"rows": list(table)}


def assert_rows(found, expected):
    assert len(found) == len(expected)
    for row, values in zip(found, expected, strict=True):
        if isinstance(values, tuple):
            assert float(row["probability"].replace(",", ".")) == pytest.approx(MODEL.score(values), abs=1e-9)
        else:
            assert row["probability"] == ""
            problem = row["problem"] or row[None][-1]  # an uneven row's comes after its own cells
            assert all(WORDS[code] in problem for code in values.values())
            assert {f.name for f in FEATURES if f"{f.name}: " in problem} == set(values) - {""}


@pytest.mark.parametrize("vector", files(), ids=lambda vector: vector.id)
def test_score(api, vector):
    answer = api.post("/score", content=vector.data, headers={"Content-Type": "text/csv"})
    found = verdict(answer)
    if "rows" not in vector.expect:
        assert found == vector.expect
        assert vector.line is None or f"ine {vector.line} " in answer.text
        return
    assert_rows(found["rows"], vector.rows())
    for row, note in zip(found["rows"], vector.expect.get("out", ()), strict="out" in vector.expect):
        assert row["note"] == note


@pytest.mark.parametrize("vector", [v for v in files() if v.id.startswith("categories/")], ids=lambda vector: vector.id)
def test_categories_in_json_and_in_a_form(vector):
    row = next(csv.DictReader(io.StringIO(vector.data.decode()), delimiter=";"))
    (expected,) = vector.rows()
    payload = row | {"orders": 7, "spend": 20.5}
    for sent in (payload, read_form(MODEL.contract, row)):
        try:
            found = read_row(MODEL.contract, sent)[0]
        except InvalidInput as error:
            # JSON can say "" where a form can only leave a field out.
            found = {fault.field: fault.code if clean(row[fault.field]) else "missing" for fault in error.faults}
        assert found == expected


@pytest.mark.parametrize("vector", typed(), ids=lambda vector: vector["id"])
def test_numbers_in_a_form(vector):
    feature = next(feature for feature in FEATURES if feature.name == vector["input"])
    contract = replace(MODEL.contract, features=(replace(feature, minimum=-1e18, maximum=1e18),))
    try:
        row, _ = read_row(contract, read_form(contract, {feature.name: vector["text"]}))
        found = {"number": row[0]}
    except InvalidInput as error:
        found = {"fault": error.faults[0].code}
    assert found == vector["expect"]


def test_the_blanks_are_those_that_the_vectors_name():
    assert CONTRACT_FILE["blanks"] == BLANKS
    assert clean(CONTRACT_FILE["invisible"]) == ""
