"""The report's part on the data: what is in it, and what gives the answer away."""

from html import escape

import numpy as np

from predict.contract import Target

from ..customers.table import Table
from ..evaluation.exploration import ColumnFacts, explore
from ..evaluation.leakage import SUSPICIOUS
from ..run.result import Result
from .data_charts import box_chart, category_chart, correlation_chart, histogram_chart, rate_chart
from .markup import render_figure, render_table
from .model_charts import MOST_INPUTS

__all__ = ["render_data"]

_MOST_SHOWN = 200_000  # rows that the curves and histograms of a large file are drawn of


def render_data(result: Result) -> str:
    """Return what the data looks like before any model."""
    table, features, target = result.table, result.schema.features, result.schema.target
    people = escape(target.people)
    strongest = {power.feature.name for power in result.powers[:MOST_INPUTS]}
    drawn = [feature for feature in features if feature.name in strongest]
    found = explore(table, drawn)
    shown = _some(result)
    n_unknown = int((table.X == "").to_numpy().sum())
    n_nan = int(table.X.isna().sum().sum())
    notes = "".join(f"<li>{escape(text)}</li>" for text in result.notes if text not in result.alarms)
    powers = [
        (
            power.feature.label,
            f"{power.roc_auc:.3f}",
            "nearly gives the answer away" if power.roc_auc >= SUSPICIOUS else "",
        )
        for power in result.powers
    ]
    labels = [*(facts.feature.label for facts in found.numbers), target.name]
    parts = [
        f"<p>{escape(result.schema.about)} {len(table.y):,} rows, {int(table.y.sum()):,} {people} "
        f"({table.y.mean():.2%}). {found.n_duplicates:,} rows ({found.n_duplicates / len(table.y):.1%}) repeat another "
        "in every input; they are kept, and always stand on the same side of a split. "
        f"{found.n_contradictions:,} rows agree in every input with one that answers otherwise: no model can tell "
        f"these apart. {n_unknown:,} categories and {n_nan:,} numbers are not known.</p>",
        f"<ul>{notes}</ul>" if notes else "",
        f"<h3>Leakage check</h3><p>How well each column alone ranks {people} above others. From "
        f"{SUSPICIOUS:.2f} on, ask when the column was recorded.</p>",
        render_table(("column", "ROC AUC alone", ""), powers),
        f"<p>Charts: the {len(drawn)} of {len(features)} columns that rank best.</p>"
        if len(drawn) < len(features)
        else "",
        f"<h3>Each number, {people} against others</h3>" if found.numbers else "",
    ]
    parts += [_number(facts, shown, target) for facts in found.numbers]
    parts.append(
        "<h3>Categories and correlations</h3><p>Beside each value stand its rows. A rate of few rows is drawn towards "
        "the mean, as far as chance explains it.</p><div class=grid>"
    )
    parts += [
        render_figure(category_chart(feature, found.categories[feature.name], target), feature.label)
        for feature in drawn
        if feature.is_category
    ]
    if found.numbers:
        caption = "Pearson's correlation above the diagonal, Spearman's (of ranks) below; orange together, blue against"
        parts.append(render_figure(correlation_chart(found, labels), caption))
    parts.append("</div>")
    return "".join(parts)


def _number(facts: ColumnFacts, shown: Table, target: Target) -> str:
    outliers = (
        "outliers: not applicable, because the quartiles are equal"
        if facts.outliers is None
        else f"{facts.outliers:,} outliers (beyond three interquartile ranges of the quartiles)"
    )
    scale = "; a heavy tail, so on a log scale" if facts.heavy_tail else ""
    return (
        f"<h4>{escape(facts.feature.label)}</h4><p class=muted>{facts.zeros:.0%} zeros; {outliers}{scale}.</p>"
        '<div class="grid small">'
        + render_figure(histogram_chart(facts, shown, target), f"Shares of {target.people} and of others")
        + render_figure(box_chart(facts, shown, target), "Median, quartiles, 5th to 95th percentile")
        + render_figure(rate_chart(facts, target), f"Rate of {target.people} by tenths of the customers, 95% intervals")
        + "</div>"
    )


def _some(result: Result) -> Table:
    """Return the table, or rows of it drawn at random where nobody could see the rest."""
    table = result.table
    if len(table.y) <= _MOST_SHOWN:
        return table
    drawn = np.random.default_rng(0).choice(len(table.y), _MOST_SHOWN, replace=False)
    return table.among(np.isin(np.arange(len(table.y)), drawn))
