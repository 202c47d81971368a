import re
import shutil
import signal
import subprocess
import sys

import pytest

from predict.model.session import Model
from tests.made import SCHEMA, customers_file, search_two_families
from training.__main__ import main
from training.command.arguments import PROJECT
from training.command.signals import Stopped


def in_the_project():
    """Return what a run could write into the project: the pages' and documents' content, and the runs that are kept."""
    files = [PROJECT / "README.md", PROJECT / "MODEL_CARD.md", *(PROJECT / "static_site").glob("*.html")]
    runs = {path.name for path in (PROJECT / "reports").glob("*")}
    return {path: path.read_bytes() for path in files}, runs, (PROJECT / "predict" / "model.onnx").stat().st_mtime_ns


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return the folder of a model that was made somewhere else than in the project."""
    folder = tmp_path_factory.mktemp("trained") / "out"
    arguments = ["--data", str(customers_file()), "--schema", str(SCHEMA), "--trials", "2", "--n-jobs", "1"]
    before = in_the_project()
    with pytest.MonkeyPatch.context() as patch:
        search_two_families(patch)
        assert main([*arguments, "--drop", "steps", "--out", str(folder), "--objective", "top=10%"]) == 0
    assert in_the_project() == before
    return folder


def test_training_leaves_a_model_and_a_run(trained):
    assert {path.name for path in trained.iterdir()} == {"model.onnx", "reports"}
    model = Model.load(trained / "model.onnx")
    assert "steps" not in {feature.name for feature in model.contract.features}
    assert model.contract.threshold_rule.startswith("the 10% of customers")
    (folder,) = (trained / "reports").iterdir()
    assert "<svg" in (folder / "report.html").read_text()


def test_runs_are_listed(trained, capsys):
    assert main(["runs", "--reports", str(trained / "reports")]) == 0
    assert re.search(r"2,500 .* \(\d\.\d+ to \d\.\d+\)", capsys.readouterr().out)


def test_a_file_without_a_schema_is_drafted_trained_on_and_scored(tmp_path, capsys, monkeypatch):
    search_two_families(monkeypatch)
    data, out, scored = tmp_path / "shop.csv", tmp_path / "out", tmp_path / "scored.csv"
    lines = customers_file().read_text().replace("minutes_watched", "MinutesWatched").splitlines()
    data.write_text("\n".join(lines[:1001]))
    assert main(["--data", str(data), "--trials", "2", "--n-jobs", "1", "--out", str(out)]) == 0
    schema = out / "reports" / "shop.toml"
    assert f"drafted: {schema}" in capsys.readouterr().err.replace("\n", "")
    assert main(["score", str(data), "--out", str(scored), "--model", str(out / "model.onnx")]) == 0
    assert len(scored.read_text().splitlines()) == 1001
    schema.write_text("nonsense = 1\n")
    assert main(["--data", str(data), "--out", str(out)]) == 1
    assert "drafted before" in capsys.readouterr().err


def test_customers_are_scored_by_the_model_that_was_made(trained, tmp_path):
    model = str(trained / "model.onnx")
    assert main(["score", str(customers_file()), "--out", str(tmp_path / "scored.csv"), "--model", model]) == 0
    assert (tmp_path / "scored.csv").read_text().count("Purchase") == 2500


def test_a_model_made_elsewhere_gets_a_whole_site_of_its_own(trained, tmp_path, capsys):
    folder, before = tmp_path / "site", in_the_project()
    assert main(["site", "--model", str(trained / "model.onnx"), "--out", str(folder)]) == 0
    assert str(folder / "model.json") in capsys.readouterr().err.replace("\n", "")
    assert (folder / "scripts").is_dir()
    assert 'name="steps"' not in (folder / "index.html").read_text("utf-8")
    assert in_the_project() == before


def test_what_is_written_besides_the_model_is_named(trained, tmp_path, capsys, monkeypatch):
    shutil.copytree(PROJECT / "static_site", tmp_path / "static_site")
    shutil.copy(PROJECT / "README.md", tmp_path)
    monkeypatch.setattr("training.__main__.PROJECT", tmp_path)
    assert main(["site", "--model", str(trained / "model.onnx")]) == 0
    told = capsys.readouterr().err
    assert told.startswith("written: static_site/model.json, static_site/index.html, ")
    assert told.endswith("README.md, MODEL_CARD.md\n")
    assert main(["site", "--model", str(trained / "model.onnx")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--objective", "best"], "objective must be one of"),
        (["--drop", "none", "--data", "x.csv"], "no input 'none'"),
        (["--data", "none.csv"], "none.csv"),
        (["draft", "none.csv", "--out", "none.toml"], "none.csv: there is no such file"),
        (["draft", "x.csv", "--out", str(SCHEMA)], "is there, and may have been edited"),
        (["runs", "--reports", "none"], "no runs"),
        (["score", "none.csv", "--out", "out.csv"], "no such file"),
        (["--contact-cost", "20"], "worth more"),
        (["--reports", __file__], "is a file. Name a folder."),
        (["score", str(SCHEMA), "--out", f"{__file__}/scored.csv"], "is a file. Name a folder."),
        (["score", "x.csv", "--out", "out.csv", "--model", "none.onnx"], "none.onnx: No such file"),
        (["sample", "--out", str(PROJECT)], "Is a directory"),
        (["site", "--out", str(PROJECT / "docs")], "has no pages"),
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
CLOUD = {"azure", "obstore"}


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["runs"], ["score", "SOURCE", "--out", "OUT"]])
def test_only_training_waits_for_the_trainer_and_files_for_no_cloud(arguments, tmp_path):
    """In a process of its own: the others here have long imported everything."""
    names = {"SOURCE": str(customers_file()), "OUT": str(tmp_path / "scored.csv")}
    code = (
        "import contextlib, sys; from training.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(sys.argv[1:])\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", code, *(names.get(word, word) for word in arguments)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert not (TRAINER | CLOUD) & set(done.stdout.splitlines()[-1].split())


def test_a_folder_that_cannot_be_written_to_is_told_before_the_search(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    assert main(["--data", str(customers_file()), "--out", str(tmp_path / "new" / "out")]) == 1
    assert capsys.readouterr().err == f"error: --out: {tmp_path} cannot be written to. Name another folder.\n"


def test_ctrl_c_ends_a_run_without_a_traceback(capsys, monkeypatch):
    def interrupted(*_):
        raise Stopped(signal.SIGINT)

    monkeypatch.setattr("training.run.recipe.make", interrupted)
    monkeypatch.setattr("os._exit", sys.exit)
    with pytest.raises(SystemExit, match="130"):
        main(["--data", str(customers_file()), "--schema", str(SCHEMA)])
    assert capsys.readouterr().err.splitlines()[-1] == "stopped"
