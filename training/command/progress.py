"""Progress of the work: a bar on a terminal, lines in a file or a pipe."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from .stopwatch import duration_text

__all__ = ["Advance", "console", "say", "show_progress"]

console = Console(stderr=True, highlight=False)
"""Where a person is told of the work; what was asked for goes to standard output."""

_SECONDS_APART = 10.0  # between two lines


class Advance:
    """Progress callback; this one shows nothing."""

    def start(self, description: str, total: int | None) -> None:
        """Say how many steps are to come; None where it is not known."""

    def step(self, steps: int = 1) -> None:
        """Say that some of them are done."""


@contextmanager
def show_progress() -> Iterator[Advance]:
    """Show progress until the work ends."""
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(TextColumn("{task.description:<22}"), *columns, console=console) as progress:
        yield _Bars(progress)


class _Bars(Advance):
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, visible=False)

    def start(self, description: str, total: int | None) -> None:
        self._task = self._progress.add_task(description, total=total)

    def step(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)


class _Lines(Advance):
    """The last step of each part, and before it a line from time to time."""

    def __init__(self) -> None:
        self.start("", None)

    def start(self, description: str, total: int | None) -> None:
        self._description, self._total, self._done = description, total, 0
        self._began = self._said = time.monotonic()

    def step(self, steps: int = 1) -> None:
        self._done += steps
        now = time.monotonic()
        if self._done == self._total or now - self._said >= _SECONDS_APART:
            self._said = now
            of_all = "" if self._total is None else f" of {self._total:,}"
            say(f"{self._description}: {self._done:,}{of_all}, {duration_text(now - self._began)}")


def say(text: str) -> None:
    """Print text as it is: a file's or a column's name may have brackets, and no line is broken but by the terminal."""
    console.print(text, markup=False, emoji=False, soft_wrap=True)
