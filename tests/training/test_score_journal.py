"""Scoring that was cut short goes on with what it had scored."""

import pytest

from tests.made import customers_file, result
from training.command.spread import Work
from training.customers import score_file as module
from training.customers.score_file import score_file
from training.customers.write_blocks import BlockWriter
from training.errors import DataError


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 20_000)


@pytest.fixture
def blocks(monkeypatch):
    """Return a list that gets the rows of each block that is scored."""
    found = []
    score = module.score_block

    def counted(*arguments):
        found.append(arguments[-1].num_rows)
        return score(*arguments)

    monkeypatch.setattr(module, "score_block", counted)
    return found


def scored(folder, name="out.csv", **options):
    notes = []
    work = Work(note=notes.append)
    score_file(result().path, customers_file(), folder / name, folder / f"rejected-{name}", work=work, **options)
    return (folder / name).read_bytes(), notes


def cut_short(folder, monkeypatch, name="out.csv", **options):
    """Score with a disk that is full at the fourth block."""
    written = []

    class Full(BlockWriter):
        def write(self, table):
            written.append(table)
            if len(written) == 4:
                raise DataError("No space left on device.")
            super().write(table)

    with monkeypatch.context() as patch:
        patch.setattr(module, "BlockWriter", Full)
        with pytest.raises(DataError, match="No space left") as caught:
            scored(folder, name, **options)
    assert caught.value.__notes__ == ["What was found so far is kept: the same command goes on with it."]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_after_a_full_disk_the_same_bytes_without_scoring_twice(tmp_path, monkeypatch, blocks, name):
    whole, notes = scored(tmp_path, name, reasons=True)
    assert notes == []
    (tmp_path / name).write_text("earlier")
    n_blocks = len(blocks)
    cut_short(tmp_path, monkeypatch, name, reasons=True)
    assert (tmp_path / name).read_text() == "earlier"
    blocks.clear()
    again, notes = scored(tmp_path, name, reasons=True)
    assert again == whole
    assert len(blocks) == n_blocks - 4
    assert notes == ["An earlier run did not end: 4 blocks of rows that it scored are taken over."]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_was_scored_for_another_question_is_not_taken_over(tmp_path, monkeypatch, blocks):
    whole, _ = scored(tmp_path)
    n_blocks = len(blocks)
    cut_short(tmp_path, monkeypatch, reasons=True)
    blocks.clear()
    again, notes = scored(tmp_path)
    assert again == whole
    assert len(blocks) == n_blocks
    assert notes == ["An earlier run left scores of other customers, model or options: they are not used."]
