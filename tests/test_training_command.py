import re
import subprocess
import sys

import pytest

from predict.model import Model
from tests.made import SCHEMA, customers_file
from training.__main__ import ROOT, main
from training.card import stale_card


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    arguments = ["--data", str(customers_file()), "--trials", "4", "--n-jobs", "1", "--drop", "steps"]
    arguments += ["--out", str(folder / "out"), "--reports", str(folder / "reports"), "--objective", "top=10%"]
    before = {path: path.read_bytes() for path in (ROOT / "README.md", ROOT / "MODEL_CARD.md")}
    assert main(arguments) == 0
    assert all(path.read_bytes() == content for path, content in before.items())
    return folder


def test_training_leaves_a_model_and_a_run(trained):
    model = Model.load(trained / "out" / "model.onnx")
    assert "steps" not in {feature.name for feature in model.contract.features}
    assert model.contract.threshold_rule.startswith("the 10% of customers")
    (folder,) = (trained / "reports").iterdir()
    assert "<svg" in (folder / "report.html").read_text()


def test_runs_are_listed(trained, capsys):
    assert main(["runs", "--reports", str(trained / "reports")]) == 0
    assert re.search(r"2,500 .* \(\d\.\d+ to \d\.\d+\)", capsys.readouterr().out)


def test_customers_are_scored_by_the_model_that_was_made(trained, tmp_path):
    model = str(trained / "out" / "model.onnx")
    assert main(["score", str(customers_file()), "--out", str(tmp_path / "scored.csv"), "--model", model]) == 0
    assert (tmp_path / "scored.csv").read_text().count("Purchase") == 2500


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--objective", "best"], "objective must be one of"),
        (["--drop", "none", "--data", "x.csv"], "no input 'none'"),
        (["--data", "none.csv"], "none.csv"),
        (["runs", "--reports", "none"], "no runs"),
        (["score", "none.csv", "--out", "out.csv"], "no such file"),
        (["--contact-cost", "20"], "worth more"),
    ],
)
def test_refusals_are_one_line_and_status_1(arguments, words, capsys, tmp_path):
    if arguments[0].startswith("--"):
        arguments = [*arguments, "--schema", str(SCHEMA), "--out", str(tmp_path)]
    assert main(arguments) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ")
    assert words in error


TRAINER = {"babel", "dask", "distributed", "matplotlib", "onnx", "pandas", "skl2onnx", "sklearn"}


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["runs"], ["score", "SOURCE", "--out", "OUT"]])
def test_only_training_waits_for_the_trainer(arguments, tmp_path):
    """In a process of its own: the others here have long imported everything."""
    names = {"SOURCE": str(customers_file()), "OUT": str(tmp_path / "scored.csv")}
    code = (
        "import contextlib, sys; from training.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(sys.argv[1:])\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", code, *(names.get(word, word) for word in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert not TRAINER & set(done.stdout.splitlines()[-1].split())


def test_card_is_that_of_the_committed_model():
    assert not stale_card(Model.load(ROOT / "predict" / "model.onnx"), ROOT / "MODEL_CARD.md"), (
        "run: python -m training site"
    )
