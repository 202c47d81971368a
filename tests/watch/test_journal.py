import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from tests.fitted import fitted
from tests.servers import ROOT
from tests.watch.test_counts import METADATA, MODEL, PROBABILITIES, ROWS
from training.export.onnx_file import serialize
from watch.errors import StoreError
from watch.journal import Journal
from watch.rollup import read_days, roll_up
from watch.store import open_container

MODEL.metadata = METADATA


def noon() -> datetime:
    return datetime(2026, 3, 4, 12, tzinfo=UTC)


def answer(journal, n_rows, first=0):
    for row, probability in zip(ROWS[first : first + n_rows], PROBABILITIES[first:].tolist(), strict=False):
        journal.add(MODEL, row, probability, is_warned=False)


def total(container):
    roll_up(container)
    return sum(counts.rows for _, _, counts in read_days(container))


def test_what_was_counted_is_written_once(parts):
    journal = Journal(parts, noon)
    answer(journal, 5)
    journal.flush()
    journal.flush()
    (name,) = parts.names()
    assert name.startswith(f"parts/2026-03-04/{MODEL.hash[:12]}/")
    assert json.loads(parts.read(name).body)["rows"] == 5
    answer(journal, 2, first=5)
    journal.flush()
    assert total(parts) == 7


def test_what_cannot_be_written_waits(account, parts, monkeypatch):
    journal = Journal(parts, noon)
    create = type(parts).create

    def refuse(*_):
        raise StoreError("The account is away.")

    monkeypatch.setattr(type(parts), "create", refuse)
    answer(journal, 3)
    journal.flush()
    answer(journal, 4, first=3)
    journal.flush()
    monkeypatch.setattr(type(parts), "create", create)
    journal.flush()
    assert total(parts) == 7


def test_write_whose_answer_was_lost_counts_once(parts, monkeypatch):
    journal = Journal(parts, noon)
    create = type(parts).create

    def lose_answer(self, name, body):
        create(self, name, body)
        raise StoreError("No answer came.")

    monkeypatch.setattr(type(parts), "create", lose_answer)
    answer(journal, 3)
    journal.flush()
    monkeypatch.setattr(type(parts), "create", create)
    journal.flush()
    assert total(parts) == 3


def test_no_input_of_a_customer_is_written(parts):
    journal = Journal(parts, noon)
    journal.add(MODEL, (*[float(4_711_000 + n) for n in range(len(ROWS[0]) - 1)], "Marked"), 0.5, is_warned=True)
    journal.flush()
    (name,) = parts.names()
    body = parts.read(name).body
    assert b"4711" not in body
    assert b"Marked" not in body


PROCESS = """
import sys, time
from predict.model.session import Model
from watch import journal as module
from watch.store import open_container

module.PAUSE_SECONDS = 0.5
model = Model.load(sys.argv[2])
row = model.metadata.self_test[0].values
journal = module.Journal(open_container(sys.argv[1], "counts"))
journal.start()
for number in range(int(sys.argv[3])):
    journal.add(model, row, 0.5, is_warned=False)
    time.sleep(0.001)
print("answered", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("n_rows", [1, 400])
def test_process_that_is_killed_after_the_pause_loses_nothing(account, parts, tmp_path, n_rows):
    path = tmp_path / "model.onnx"
    path.write_bytes(serialize(fitted("LogisticRegression"), METADATA))
    command = [sys.executable, "-c", PROCESS, account, str(path), str(n_rows)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"answered\n"
        deadline = time.monotonic() + 60
        while total(parts) < n_rows and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    assert total(parts) == n_rows


def test_unreachable_account_keeps_nobody_waiting():
    journal = Journal(open_container("http://127.0.0.1:9/devstoreaccount1", "counts", seconds=0.3), noon)
    answer(journal, 1)
    journal.flush()
    answer(journal, 1)
