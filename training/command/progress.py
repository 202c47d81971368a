"""Progress: what is told how work comes along, and how the person at the keyboard sees it."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

__all__ = ["Advance", "Bar", "console", "say"]

console = Console(stderr=True, highlight=False)
"""Where a person is told of the work; what was asked for goes to standard output."""


class Advance:
    """What is told how work comes along; this one keeps it to itself."""

    def start(self, description: str, total: int | None) -> None:
        """Say how many steps are to come; None where nobody knows."""

    def step(self, steps: int = 1) -> None:
        """Say that some of them are done."""


class Bar(Advance):
    """A progress bar with the time that is left, one line for each part of the work."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._progress.add_task("", total=None, visible=False)

    def __enter__(self) -> Self:  # noqa: D105
        self._progress.__enter__()
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)

    def start(self, description: str, total: int | None) -> None:
        """Begin a line."""
        self._task = self._progress.add_task(description, total=total)

    def step(self, steps: int = 1) -> None:
        """Move it on."""
        self._progress.advance(self._task, steps)


def say(text: str) -> None:
    """Print text as it is: a file's or a column's name may have brackets, and no line is broken but by the terminal."""
    console.print(text, markup=False, emoji=False, soft_wrap=True)
