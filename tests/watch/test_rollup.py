import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from tests.watch.test_counts import METADATA, MODEL, PROBABILITIES, ROWS, counted
from watch.errors import Conflict
from watch.journal import Journal
from watch.rollup import read_days, roll_up
from watch.store import Container

MODEL.metadata = METADATA
N_PARTS, N_ROWS = 6, 30


@pytest.fixture
def written(parts):
    """Write the answers of two days in six parts, and return the container."""
    for number in range(N_PARTS):
        date = datetime(2026, 3, 4 + number % 2, tzinfo=UTC)
        journal = Journal(parts, lambda date=date: date)
        rows = slice(number * N_ROWS, (number + 1) * N_ROWS)
        for row, probability in zip(ROWS[rows], PROBABILITIES[rows].tolist(), strict=True):
            journal.add(MODEL, row, probability, is_warned=False)
        journal.flush()
    return parts


def right():
    return counted(ROWS[: N_PARTS * N_ROWS], PROBABILITIES[: N_PARTS * N_ROWS])


def summed(container):
    days = [counts for _, _, counts in read_days(container)]
    total = days[0]
    for counts in days[1:]:
        total += counts
    return total


def test_days_are_the_sums_of_their_parts(written):
    roll_up(written)
    assert list(written.names("parts/")) == []
    assert [date for date, _, _ in read_days(written)] == ["2026-03-04", "2026-03-05"]
    assert summed(written) == right()
    assert [date for date, _, _ in read_days(written, "2026-03-05")] == ["2026-03-05"]


def test_second_time_adds_nothing(written):
    roll_up(written)
    before = [written.read(name) for name in written.names()]
    roll_up(written)
    assert [written.read(name) for name in written.names()] == before
    assert summed(written) == right()


def test_part_that_comes_late_or_again_counts_once(written):
    name = next(written.names("parts/"))
    body = written.read(name).body
    roll_up(written)
    written.create(name, body)
    roll_up(written)
    assert summed(written) == right()
    written.create(name.replace(".json", "1.json"), body)
    roll_up(written)
    assert summed(written).rows == (N_PARTS + 1) * N_ROWS


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("call", range(1, 13))
def test_roll_up_that_is_killed_and_run_again_is_exact(written, monkeypatch, call):
    """End it before its call of that number to the account, and once more just behind it."""
    for is_done in (False, True):
        calls = [0]

        def killing(method, is_done=is_done, calls=calls):
            def run(self, *arguments):
                calls[0] += 1
                if calls[0] == call and not is_done:
                    raise Killed
                result = method(self, *arguments)
                if calls[0] == call:
                    raise Killed
                return result

            return run

        with monkeypatch.context() as patch:
            for name in ("read", "create", "replace", "delete"):
                patch.setattr(Container, name, killing(getattr(Container, name)))
            with suppress(Killed):
                roll_up(written)
        roll_up(written)
        assert summed(written) == right()


def test_two_at_once_are_exact(written):
    barrier = threading.Barrier(2)
    troubles = []

    def run():
        barrier.wait()
        try:
            roll_up(written)
        except Conflict as error:
            troubles.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles
    assert summed(written) == right()
