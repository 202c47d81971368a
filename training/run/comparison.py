"""The comparison: all families and baselines side by side, for the console and the report."""

import re
from collections.abc import Mapping

from rich.table import Table as Grid

from predict.model.metadata import METRIC_NAMES

from .result import Result

__all__ = ["COMPARED", "compare", "comparison"]

COMPARED = (*METRIC_NAMES.values(), "seconds to fit", "KiB of ONNX", "µs a row")
"""What is compared: the metrics, then what a model costs."""


def compare(result: Result) -> dict[str, tuple[str, ...]]:
    """Return the texts of `COMPARED` of each family, of one rule and of the base rate; these two cost nothing."""
    evaluation = result.model.metadata.evaluation
    entries = sorted(result.entries, key=lambda entry: entry.evaluation.metrics["log_loss"])
    metrics: dict[str, Mapping[str, float]] = {entry.name: entry.evaluation.metrics for entry in entries}
    metrics |= {"one rule": evaluation.rule_metrics, "base rate": evaluation.baseline}
    costs = {e.name: (f"{e.fit_seconds:.2f}", f"{e.size / 1024:.0f}", f"{e.microseconds:.2f}") for e in entries}
    return {
        name: (*(f"{values[metric]:.3f}" for metric in METRIC_NAMES), *costs.get(name, ("", "", "")))
        for name, values in metrics.items()
    }


def comparison(result: Result) -> Grid:
    """Return the comparison as a table for the console."""
    grid = Grid("", title=result.measured_on, title_justify="left")
    compared = compare(result)
    for name in compared:
        style = "bold" if name == result.searched.trial.family else ""
        grid.add_column(_broken(name), justify="right", style=style)
    for row in zip(COMPARED, *compared.values(), strict=True):
        grid.add_row(*row)
    return grid


def _broken(name: str) -> str:
    """Return a name with a line for each of its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])| ", "\n", name.removesuffix("Classifier"))
