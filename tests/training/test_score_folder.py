"""Scoring a folder of files, by workers that see it."""

from copy import replace

import pytest

from tests.made import customers_file, result
from training.command.spread import HERE, workers
from training.customers import score_folder as module
from training.customers.score_folder import score_folder
from training.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """Return a folder of three files, one row of which cannot be scored."""
    heading, *rows = customers_file().read_text().splitlines()
    source = tmp_path / "in"
    source.mkdir()
    for number, name in enumerate(("a.csv", "b.csv", "c.csv")):
        (source / name).write_text("\n".join([heading, *rows[100 * number : 100 * (number + 1)]]))
    with (source / "c.csv").open("a") as file:
        file.write("\nC0,-5,1,1,0,3,IN,0\n")
    (source / ".c.csv.crc").write_text("of another program")
    return source


def scored(folder, work=HERE):
    notes = []
    out = folder.parent / "out"
    work = replace(work, note=notes.append)
    done = score_folder(result().path, folder, out, folder.parent / "out.rejected", work=work)
    return done, {path.name: path.read_bytes() for path in out.iterdir()}, notes


def test_each_file_is_scored_into_one_of_its_name_here_and_in_processes(folder):
    done, here, _ = scored(folder)
    assert (done.n_scored, done.n_rejected, done.rejects) == (300, 1, folder.parent / "out.rejected")
    assert [path.name for path in done.rejects.iterdir()] == ["c.csv"]
    assert here.keys() == {"a.csv", "b.csv", "c.csv"}
    with pytest.raises(DataError, match="out is there already"):
        scored(folder)
    (folder.parent / "out").rename(folder.parent / "earlier")
    done.rejects.rename(folder.parent / "earlier.rejected")
    with workers(None, 2) as work:
        assert scored(folder, work)[1] == here


def test_files_that_are_scored_are_not_scored_again(folder, monkeypatch):
    original, seen = module.score_file, []

    def until_the_third(file, source, *more, **options):
        seen.append(source.name)
        if len(seen) == 3:
            raise DataError("No space left on device.")
        return original(file, source, *more, **options)

    monkeypatch.setattr(module, "score_file", until_the_third)
    with pytest.raises(DataError, match="No space"):
        scored(folder)
    assert not (folder.parent / "out").exists()
    done, _, notes = scored(folder)
    assert (done.n_scored, done.n_rejected, seen) == (300, 1, ["a.csv", "b.csv", "c.csv", "c.csv"])
    assert notes == ["An earlier run did not end: 2 files that it scored are taken over."]
    assert {path.name for path in folder.parent.iterdir()} == {"in", "out", "out.rejected"}


def test_a_folder_without_files_to_score_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"there is no \.csv or \.parquet file"):
        score_folder(result().path, tmp_path, tmp_path / "out", tmp_path / "rejected")
