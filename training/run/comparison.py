"""The comparison: all families and baselines side by side, for the console."""

import re

from rich.table import Table as Grid

from predict.model.metadata import METRIC_NAMES

from .result import Result

__all__ = ["comparison"]


def comparison(result: Result) -> Grid:
    """Return the table of all families and baselines, on unseen rows."""
    evaluation = result.model.metadata.evaluation
    grid = Grid("", title=result.measured_on, title_justify="left")
    columns = {entry.name: entry.evaluation.metrics for entry in result.entries}
    for name in columns:
        style = "bold" if name == result.searched.trial.family else ""
        grid.add_column(_broken(name), justify="right", style=style)
    grid.add_column("one\nrule", justify="right")
    grid.add_column("base\nrate", justify="right")
    for metric, words in METRIC_NAMES.items():
        values = [metrics[metric] for metrics in (*columns.values(), evaluation.rule_metrics, evaluation.baseline)]
        grid.add_row(words, *(f"{value:.3f}" for value in values))
    grid.add_row("seconds to fit", *(f"{entry.fit_seconds:.2f}" for entry in result.entries), "", "")
    grid.add_row("KiB of ONNX", *(f"{entry.size / 1024:.0f}" for entry in result.entries), "", "")
    grid.add_row("microseconds a row", *(f"{entry.microseconds:.2f}" for entry in result.entries), "", "")
    return grid


def _broken(name: str) -> str:
    """Return a class name with a line for each of its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "\n", name.removesuffix("Classifier"))
