"""The comparison with the peers, as far as it can be seen without installing them; answers are theirs, shortened."""

import json
import re
import sys
import tomllib
from contextlib import closing
from copy import replace
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import BENCHMARKS, ON_REQUEST
from benchmarks.environments import Environment
from benchmarks.peers import peer_runs
from benchmarks.peers.behaviours import BATCH_ROWS, FAULTS, Behaviour, observe, read_answer
from benchmarks.peers.comparison import Measured, as_figures, server_table
from benchmarks.peers.deployments import DEPLOYMENTS, Deployment
from benchmarks.peers.dialects import BENTOML, MLFLOW, OURS, PLAIN, inference
from benchmarks.peers.pipeline import fit_pipeline
from benchmarks.peers.starts import Start
from benchmarks.servers import function_host
from benchmarks.workbench import QUICK, Workbench
from predict.model.session import Model
from tests.servers import local_server
from training.customers.table import read_table
from training.export.background import to_rows
from training.schema.load import load_schema
from training.search.calibrate import apply_calibration

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "predict" / "model.onnx"
PAGE = ROOT / "docs" / "comparison.md"
INFERENCE = inference("/v2/models/m/infer", ["country"])
DAYS = "days_on_platform"


def measured(name: str = "ours") -> Measured:
    times = 1 if name == "ours" else 4
    behaviour = Behaviour({fault.what: f"{name} said so" for fault in FAULTS}, 6 // times, 9 // times, times == 1)
    start = Start(0.5 * times, 1.0 * times, 80e6 * times)
    return Measured(150_000_000 * times, start, 4000 / times, 500.0 if times == 1 else None, behaviour)


@pytest.mark.parametrize(
    ("dialect", "sent", "answer"),
    [
        (PLAIN, [{"days": 1, "country": "DE"}], [{"probability": 0.7, "threshold": 0.3}]),
        (OURS, {"rows": [{"days": 1, "country": "DE"}]}, {"results": [{"probability": 0.7}], "counts": {}}),
        (MLFLOW, {"dataframe_records": [{"days": 1, "country": "DE"}]}, {"predictions": [[0.3, 0.7]]}),
        (BENTOML, {"customers": [{"days": 1, "country": "DE"}]}, [[0.3, 0.7]]),
        (
            INFERENCE,
            {
                "inputs": [
                    {"name": "days", "datatype": "FP64", "shape": [1], "data": [1]},
                    {"name": "country", "datatype": "BYTES", "shape": [1], "data": ["DE"]},
                ]
            },
            {"outputs": [{"name": "predict_proba", "shape": [1, 2], "data": [0.3, 0.7]}]},
        ),
    ],
)
def test_each_server_is_asked_and_read_in_its_own_words(dialect, sent, answer):
    customer = {"days": 1, "country": "DE"}
    assert dialect.write_batch([customer]) == sent
    assert dialect.read_batch(answer) == [0.7]
    if dialect in (PLAIN, OURS):
        assert dialect.write(customer) == customer
        assert dialect.read({"probability": 0.7}) == [0.7]
    else:
        assert dialect.write(customer) == sent
        assert dialect.read(answer) == [0.7]


def test_a_row_without_a_score_is_read_as_one():
    assert OURS.read_batch({"results": [{"probability": 0.7}, {"errors": [{}]}]}) == [0.7, None]
    answer = {"outputs": [{"shape": [2, 2], "data": [0.3, 0.7, 0.9, 0.1]}]}
    assert INFERENCE.read_batch(answer) == [0.7, 0.1]


@pytest.mark.parametrize(
    ("status", "body", "dialect", "words", "named"),
    [
        (200, {"predictions": [[0.1, 0.9]]}, MLFLOW, "scored 0.900, without a word", False),
        (200, {"probability": 0.9, "contributions": [{"feature": DAYS}]}, PLAIN, "scored 0.900, without a word", False),
        (200, {"probability": 0.9, "warnings": [{"field": DAYS}]}, OURS,
         "scored 0.900, with a warning that names the field", True),
        (422, {"detail": [{"loc": ["body", DAYS]}]}, PLAIN, "422, names the field", True),
        (400, {"message": f"Model is missing inputs ['{DAYS}']."}, MLFLOW, "400, names the field", True),
        (500, {"error": "An unexpected error has occurred."}, BENTOML, "500, does not name the field", False),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_what_it_does_about_the_fault(status, body, dialect, words, named):
    assert read_answer(status, json.dumps(body).encode(), DAYS, dialect) == (words, named)


def test_an_answer_that_is_no_json_is_an_error_like_others():
    assert read_answer(500, b"Internal Server Error", DAYS, INFERENCE) == ("500, does not name the field", False)


def test_the_peers_serve_the_very_model_fitted_again():
    model = Model.load(ROOT / "predict" / "model.onnx")
    schema = load_schema(ROOT / "training" / "schema" / "customers.toml")
    table = read_table(ROOT / "data" / "customers.csv", schema)
    refitted = fit_pipeline(model, table)
    ours = model.probabilities(to_rows(table.X.head(2000)))
    assert np.abs(refitted.predict_proba(table.X.head(2000))[:, 1] - ours).max() < 1e-9
    platt = replace(model.metadata.provenance, calibration=(2.0, 0.5))
    calibrated = fit_pipeline(Model(replace(model.metadata, provenance=platt), model.hash, model._session), table)
    expected = apply_calibration((2.0, 0.5), ours)
    assert np.abs(calibrated.predict_proba(table.X.head(2000))[:, 1] - expected).max() < 1e-6


def test_faults_are_of_inputs_that_the_model_has():
    names = {feature.name for feature in Model.load(MODEL).contract.features}
    assert {fault.field for fault in FAULTS} <= names
    customer = dict.fromkeys(names, 1)
    for fault in FAULTS:
        changed = fault.put_into(customer)
        assert changed.get(fault.field) == fault.value
        assert {**changed, fault.field: 1} == customer


def test_a_server_that_says_nothing_is_seen_to(tmp_path):
    customers = Workbench(tmp_path, QUICK, MODEL).customers(BATCH_ROWS)

    def ask(path, body):
        rows = json.loads(body)["dataframe_records"]
        if any(isinstance(row.get(DAYS), str) for row in rows):
            return 500, b"Internal Server Error"
        return 200, json.dumps({"predictions": [[0.5, 0.5]] * len(rows)}).encode()

    found = observe(ask, MLFLOW, customers)
    assert found.answers["“many” days"] == "500, does not name the field"
    assert found.answers["−5 days on the platform"] == "scored 0.500, without a word"
    assert (found.named, found.batch_scored, found.explained) == (0, 0, False)


def test_this_project_names_every_fault_and_loses_one_row(tmp_path):
    customers = Workbench(tmp_path, QUICK, MODEL).customers(BATCH_ROWS)
    with local_server() as server:

        def ask(path, body):
            with closing(HTTPConnection(server.api.removeprefix("http://"), timeout=60)) as connection:
                connection.request("POST", path, body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                return response.status, response.read()

        found = observe(ask, OURS, customers)
    assert found.named == len(FAULTS)
    assert found.batch_scored == BATCH_ROWS - 1
    assert found.explained


def test_the_tables_say_what_was_found():
    table = server_table({"this project": measured(), "Peer": measured("Peer")})
    assert "| installed | 150 MB | 600 MB (4.0 ×) |" in table
    assert "| requests a second, the score alone | 4,000 | 1,000 (0.2 ×) |" in table
    assert "| requests a second, explained | 500 | – |" in table
    assert "| −5 days on the platform | ours said so | Peer said so |" in table
    assert "| 10 customers, one with “many” days | 9 scored | 2 scored |" in table
    assert "| an explanation in the same call | yes | no |" in table


def test_figures_of_others_stand_beside_those_of_this_project():
    figures = list(as_figures({"this project": measured(), "Peer": measured("Peer")}))
    assert all((figure.reference is None) == figure.what.startswith("this project") for figure in figures)
    cpu = next(figure for figure in figures if figure.what == "Peer: process start to first answer, CPU")
    assert cpu.ratio == 4


def test_a_run_fills_the_page_and_leaves_what_people_wrote(tmp_path):
    page = tmp_path / "comparison.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    peer_runs.write_page(page, {"this project": measured(), "Peer": measured("Peer")}, {"date": "today"})
    text = page.read_text("utf-8")
    assert "| Peer said so |" in text
    assert "- date: today" in text
    assert text.partition("## How each was set up")[2].partition("<!-- region")[0] in PAGE.read_text("utf-8")


def test_the_page_has_each_peer_and_leads_somewhere():
    text = PAGE.read_text("utf-8")
    for name in DEPLOYMENTS:
        assert f"| {name} |" in text
    for target in ("fastapi_app.py", "flask_app.py", "mlflow_model.py", "bentoml_app.py", "versions.toml"):
        assert f"(../benchmarks/peers/{target})" in text
        assert (ROOT / "benchmarks" / "peers" / target).is_file()


def test_the_readme_says_what_the_page_does():
    rows = [[cell.strip() for cell in line.split("|")] for line in PAGE.read_text("utf-8").splitlines()]
    cpu = next(row for row in rows if row[1:2] == ["process start to first answer, CPU"])
    times = sorted(re.findall(r"\((.*?) ×\)", " ".join(cpu)), key=float)
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"which take {', '.join(times[:-1])} and {times[-1]} times the CPU time" in readme
    minus_five = next(row for row in rows if row[1:2] == ["−5 days on the platform"])
    assert [cell.startswith("scored") for cell in minus_five[2:-1]] == [False] + [True] * 5


def test_peers_are_pinned_and_come_only_on_request():
    assert "peers" in ON_REQUEST
    assert "peers" not in BENCHMARKS
    versions = tomllib.loads((ROOT / "benchmarks" / "peers" / "versions.toml").read_text("utf-8"))
    assert versions["as_of"]
    for packages in versions["packages"].values():
        assert "==" in packages[0]


def test_a_peer_that_cannot_be_had_is_left_out_and_the_others_are_measured(tmp_path, capsys, monkeypatch):
    def ours(bench):
        environment = Environment(Path(sys.executable), 1)
        return Deployment(environment, ("onnxruntime",), lambda: function_host(bench), OURS)

    def broken(_):
        raise OSError("no such thing")

    monkeypatch.setattr(peer_runs, "DEPLOYMENTS", {"this project": ours, "Peer": broken})
    figures = list(peer_runs.peers(Workbench(tmp_path, QUICK, MODEL)))
    assert {figure.what.partition(":")[0] for figure in figures} == {"this project"}
    assert all(figure.measured > 0 for figure in figures)
    assert capsys.readouterr().err.count("OSError: no such thing") == 1
