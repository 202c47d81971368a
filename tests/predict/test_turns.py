import asyncio
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.requests.turns import NoTurn, Turns


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_calls_run_one_at_a_time_in_the_order_they_came(naps):
    turns = Turns(60)
    at_work: list[int] = []
    done = []

    def work(number):
        at_work.append(number)
        time.sleep(naps[number] / 1000)
        assert at_work == [number]
        at_work.remove(number)
        done.append(number)
        return number

    async def call_all():
        return await asyncio.gather(*(turns.take(lambda number=number: work(number)) for number in range(len(naps))))

    assert asyncio.run(call_all()) == done == list(range(len(naps)))


def test_who_waits_too_long_is_told_so_and_the_work_never_begins():
    turns = Turns(0.05)
    release, late = threading.Event(), threading.Event()

    async def call_both():
        first = asyncio.create_task(turns.take(release.wait))
        await asyncio.sleep(0)
        with pytest.raises(NoTurn):
            await turns.take(late.set)
        release.set()
        assert await first
        return await turns.take(lambda: "next")

    assert asyncio.run(call_both()) == "next"
    assert not late.is_set()


def test_work_that_has_begun_may_take_longer_than_one_may_wait():
    turns = Turns(0.02)
    assert asyncio.run(turns.take(lambda: time.sleep(0.1) or "done")) == "done"


def test_what_the_work_raises_reaches_the_caller():
    def work():
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(Turns(1).take(work))
