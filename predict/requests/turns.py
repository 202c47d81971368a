"""Turns: bulk work runs one call at a time, in the order in which the calls came.

Eight files at once are done no sooner than one after another, and every other request would wait for all of them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

__all__ = ["NoTurn", "Turns"]


class NoTurn(Exception):
    """The call waited for its turn as long as it may."""


class Turns:
    """One thread for all bulk work of the process.

    Parameters
    ----------
    most_seconds : float
        How long a call may wait for its turn.
    """

    def __init__(self, most_seconds: float) -> None:
        self._most_seconds = most_seconds
        self._thread = ThreadPoolExecutor(1, "bulk")

    async def take[T](self, work: Callable[[], T]) -> T:
        """Wait for a turn, work, and return what the work returns.

        Raises
        ------
        NoTurn
            The work has not begun, and never will.
        """
        turn = self._thread.submit(work)
        outcome = asyncio.wrap_future(turn)
        await asyncio.wait([outcome], timeout=self._most_seconds)
        if turn.cancel():  # not once it has begun
            raise NoTurn
        return await outcome
