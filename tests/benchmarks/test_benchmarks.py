"""The benchmarks run, and their table says what was measured. No test looks at a time: machines differ."""

import json
import zipfile
from copy import replace
from pathlib import Path

import psutil
import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.coldstart import package
from benchmarks.figures import Figure, as_document, as_markdown, as_text
from benchmarks.rounds import alternate
from benchmarks.servers import Server, put_load
from benchmarks.workbench import QUICK, Workbench
from predict.model.session import Model
from tests.factories import contract_365, metadata_for
from tests.servers import local_server

ROOT = Path(__file__).resolve().parents[2]
FIGURE = Figure("a prediction", 3.0, "ms", "an empty function", 2.0)


@pytest.mark.parametrize(
    ("bounds", "words", "verdict"),
    [
        ({}, "", ""),
        ({"at_most": 3}, "≤ 3 ms", "ok"),
        ({"at_most": 2.9}, "≤ 2.9 ms", "over"),
        ({"at_least": 3}, "≥ 3 ms", "ok"),
        ({"at_least": 3.1}, "≥ 3.1 ms", "over"),
        ({"ratio_at_most": 1.5}, "≤ 1.5 ×", "ok"),
        ({"ratio_at_most": 1.4}, "≤ 1.4 ×", "over"),
        ({"ratio_at_least": 1.5}, "≥ 1.5 ×", "ok"),
        ({"ratio_at_least": 1.6}, "≥ 1.6 ×", "over"),
        ({"at_most": 3, "ratio_at_most": 1}, "≤ 3 ms, ≤ 1 ×", "over"),
        ({"at_most": 0}, "≤ 0 ms", "over"),
    ],
)
def test_a_figure_is_held_to_every_bound(bounds: dict[str, float], words: str, verdict: str) -> None:
    figure = replace(FIGURE, **bounds)
    assert (figure.bounds, figure.verdict) == (words, verdict)


def test_a_figure_without_a_reference_has_no_ratio() -> None:
    assert FIGURE.ratio == 1.5
    assert Figure("memory", 80.0, "MB").ratio is None


def test_the_tables_hold_every_figure_and_the_facts_of_the_run() -> None:
    figures = [replace(FIGURE, ratio_at_most=1), Figure("requests", 12345.6, "requests/s")]
    lines = as_text(figures).splitlines()
    assert len(lines) == 4
    assert " ".join(lines[2].split()) == "a prediction 3 ms an empty function: 2 1.50 × ≤ 1 × over"
    assert "12,346 requests/s" in lines[3]
    page = as_markdown(figures, {"machine": "two cores"})
    assert "| a prediction | 3 ms | an empty function: 2 | 1.50 × | ≤ 1 × | over |" in page
    assert "- machine: two cores" in page
    document = as_document(figures, {"machine": "two cores"})
    assert json.loads(json.dumps(document))["figures"][0]["verdict"] == "over"


def test_things_are_measured_in_turns_and_their_medians_given() -> None:
    order: list[str] = []
    values = {"a": iter([5.0, 1.0, 9.0]), "b": iter([2.0, 2.0, 8.0])}

    def measure(name: str) -> float:
        order.append(name)
        return next(values[name])

    assert alternate(3, lambda: measure("a"), lambda: measure("b")) == [5.0, 2.0]
    assert order == ["a", "b", "b", "a", "a", "b"]


def test_the_client_counts_what_is_not_answered_with_200_as_errors(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    with local_server() as running:
        server = Server(int(running.api.rpartition(":")[2]), psutil.Process(running.process.pid))
        unknown = put_load(server, "/api/unknown", [body], connections=3, seconds=0.2, warm_up=0)
        assert unknown.errors > 0
        assert unknown.latencies == ()
        assert server.memory > 0


def test_the_client_keeps_to_its_time_and_gives_latencies_in_order(tmp_path: Path) -> None:
    contract = Model.load(ROOT / "predict" / "model.onnx").contract
    customer = tmp_path / "customer.json"
    names = [feature.name for feature in contract.features]
    customer.write_text(json.dumps(dict(zip(names, contract.examples[0].values, strict=True))))
    with local_server() as running:
        server = Server(int(running.api.rpartition(":")[2]), psutil.Process(running.process.pid))
        answers = put_load(server, "/api/predict", [customer], connections=3, seconds=0.3, warm_up=0.1)
    assert answers.errors == 0
    assert answers.rate == pytest.approx(len(answers.latencies) / 0.3)
    assert list(answers.latencies) == sorted(answers.latencies)
    assert answers.percentile(0) <= answers.percentile(0.5) <= answers.percentile(1) == answers.latencies[-1]


def test_every_benchmark_runs_and_prints_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written, page = tmp_path / "figures.json", tmp_path / "page.md"
    assert main(["--quick", "--json", str(written), "--markdown", str(page)]) == 0
    output = capsys.readouterr()
    assert "could not be measured" not in output.out
    lines = [line for line in output.err.splitlines() if line.startswith("measuring ")]
    assert [line.removeprefix("measuring ") for line in lines] == list(BENCHMARKS)
    figures = json.loads(written.read_text())["figures"]
    assert all(figure["what"] in output.out for figure in figures)
    assert all(figure["measured"] >= 0 for figure in figures)
    assert not page.exists()  # a quick run's figures mean nothing


def test_a_package_of_other_sources_is_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "function_app.py").write_text("mended = True\n")
    with zipfile.ZipFile(tmp_path / "dist" / "api.zip", "w") as archive:
        archive.writestr("function_app.py", "mended = False\n")
    monkeypatch.setattr("benchmarks.coldstart.ROOT", tmp_path)
    assert list(package(Workbench(tmp_path / "bench", QUICK, ROOT / "predict" / "model.onnx"))) == []
    assert "api.zip is left out" in capsys.readouterr().err


def test_a_model_of_other_inputs_is_refused_with_one_line_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Model(metadata_for(contract_365()), "5" * 64, session=None)  # type: ignore[arg-type]
    monkeypatch.setattr("benchmarks.workbench.Model.load", lambda path: other)
    written = tmp_path / "figures.json"
    assert main(["--json", str(written), "--model", "other.onnx"]) == 1
    output = capsys.readouterr()
    (line,) = output.err.splitlines()
    assert "customers of data/customers.csv; the model at other.onnx takes other inputs: student_country, " in line
    assert line.endswith("Name another with --model.")
    assert (output.out, written.exists()) == ("", False)


def test_a_model_file_that_is_not_there_is_told_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "none.onnx"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: none.onnx: ")


def test_a_benchmark_that_cannot_run_is_named_and_the_others_have_their_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[Figure]:
        raise OSError("no such thing")

    monkeypatch.setattr("benchmarks.__main__.BENCHMARKS", {"broken": broken, "fine": lambda _: [FIGURE]})
    assert main(["--json", str(tmp_path / "figures.json")]) == 1
    output = capsys.readouterr()
    assert "broken could not be measured" in output.out
    assert "a prediction" in output.out
    assert "no such thing" in output.err
