"""Files that are written: in processes of their own where a run dies or meets another."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.made import customers_file
from training.__main__ import main
from training.command.arguments import PROJECT
from training.command.files import claim, replacing, write
from training.errors import TrainingError


@contextmanager
def running(*arguments):
    with subprocess.Popen(
        [sys.executable, *map(str, arguments)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module")
def claimed(tmp_path_factory):
    """Return a folder in which another run is writing everything, and the number of its process."""
    folder = tmp_path_factory.mktemp("claimed")
    code = (
        "import pathlib, sys; from contextlib import ExitStack; from training.command.files import claim\n"
        "with ExitStack() as stack:\n"
        "    [stack.enter_context(claim(pathlib.Path(path))) for path in sys.argv[1:]]\n"
        "    print('claimed', flush=True); input()\n"
    )
    names = ("made.csv", "scored.csv", "rejected.csv", "model.onnx", "model.json", "static_site/model.json")
    with running("-c", code, *(folder / name for name in names)) as process:
        assert process.stdout.readline() == "claimed\n"
        yield folder, process.pid


def lines_until_an_error():
    yield b"half"
    raise ValueError("line 2")


def hidden(folder):
    return [path.name for path in folder.rglob(".*")]


def test_an_error_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path):
    path = tmp_path / "file.txt"
    write(path, "old\n")
    with pytest.raises(ValueError, match="line 2"), replacing(path) as file:
        file.writelines(lines_until_an_error())
    assert path.read_bytes() == b"old\n"
    assert [found.name for found in tmp_path.iterdir()] == ["file.txt"]


def test_a_link_stays_a_link(tmp_path):
    write(tmp_path / "there.txt", "old")
    (tmp_path / "link.txt").symlink_to("there.txt")
    write(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "there.txt").read_text() == "new"


def test_a_run_may_claim_a_file_again(tmp_path):
    with claim(tmp_path / "file"), claim(tmp_path / "file"):
        write(tmp_path / "file", "text")
    assert hidden(tmp_path) == []


def test_an_error_of_the_disk_names_the_file(tmp_path):
    with pytest.raises(OSError, match="Is a directory") as caught:
        write(tmp_path, "text")
    assert caught.value.filename == str(tmp_path)
    with pytest.raises(OSError, match="No space") as caught, replacing(tmp_path / "file"):
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(tmp_path / "file")


def test_a_lock_that_is_only_just_made_is_held_by_a_run_without_a_number(tmp_path):
    (tmp_path / ".file.lock").touch()
    with pytest.raises(TrainingError, match=r"by another run\. Wait"), claim(tmp_path / "file"):
        pytest.fail("claimed twice")


def test_a_lock_that_the_disk_has_no_room_for_names_the_file(tmp_path, monkeypatch):
    def acquire(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("filelock.SoftFileLock.acquire", acquire)
    with pytest.raises(OSError, match="No space") as caught, claim(tmp_path / "file"):
        pytest.fail("claimed without a lock")
    assert caught.value.filename == str(tmp_path / "file")


@pytest.mark.parametrize(
    "words",
    [
        "sample --out {folder}/made.csv",
        "score {customers} --out {folder}/scored.csv",
        "score {customers} --out {folder}/other.csv --rejects {folder}/rejected.csv",
        "site --out {folder}",
        "train --out {folder} --data {customers} --schema training/schema/customers.toml",
    ],
)
def test_of_two_runs_into_one_target_the_second_is_refused_at_once_and_told_of_the_first(claimed, words, capsys):
    folder, number = claimed
    before = {path.name for path in folder.iterdir()}
    assert main([word.format(folder=folder, customers=customers_file()) for word in words.split()]) == 1
    assert f"is being written by another run (process {number})" in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == before


def test_a_training_into_the_project_is_refused_before_it_begins_while_the_pages_are_written(
    claimed, capsys, monkeypatch
):
    folder, number = claimed
    monkeypatch.setattr("training.__main__.PROJECT", folder)
    assert main(["train", "--data", "none.csv"]) == 1
    assert f"model.json is being written by another run (process {number})" in capsys.readouterr().err


def test_a_run_that_is_killed_leaves_the_old_file_and_the_next_run_tidies_up(tmp_path, capsys):
    target = tmp_path / "made.csv"
    target.write_text("old")
    with running("-m", "training", "sample", "--rows", "900000", "--out", target) as process:
        while process.poll() is None and not (tmp_path / ".made.csv.new").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert target.read_text() == "old"
    assert hidden(tmp_path)
    assert main(["sample", "--rows", "10", "--out", str(target)]) == 0
    assert target.read_text().count("\n") == 11
    assert hidden(tmp_path) == []
