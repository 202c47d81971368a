"""The console: what a run shows while it works, and the table at its end."""

import re
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as Grid

from .recipe import Result
from .tune import Advance

__all__ = ["Bar", "comparison", "console"]

console = Console(stderr=True, highlight=False)

_METRICS = {
    "average_precision": "average precision",
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "accuracy": "accuracy",
    "log_loss": "log loss",
    "brier": "Brier score",
    "calibration_error": "calibration error",
}


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


def comparison(result: Result) -> Grid:
    """Return the table of all families and baselines, on unseen rows."""
    evaluation = result.model.metadata.evaluation
    grid = Grid("", title=f"On unseen rows: {evaluation.method}", title_justify="left")
    columns = {entry.name: entry.evaluation.metrics for entry in result.entries}
    for name in columns:
        style = "bold" if name == result.searched.trial.family else ""
        grid.add_column(_broken(name), justify="right", style=style)
    grid.add_column("one\nrule", justify="right")
    grid.add_column("base\nrate", justify="right")
    for metric, words in _METRICS.items():
        values = [metrics[metric] for metrics in (*columns.values(), evaluation.rule_metrics, evaluation.baseline)]
        grid.add_row(words, *(f"{value:.3f}" for value in values))
    grid.add_row("seconds to fit", *(f"{entry.fit_seconds:.2f}" for entry in result.entries), "", "")
    grid.add_row("KiB of ONNX", *(f"{entry.size / 1024:.0f}" for entry in result.entries), "", "")
    grid.add_row("microseconds a row", *(f"{entry.microseconds:.2f}" for entry in result.entries), "", "")
    return grid


def _broken(name: str) -> str:
    """Return a class name with a line for each of its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "\n", name.removesuffix("Classifier"))
