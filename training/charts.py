"""Charts: matplotlib's, as SVG that takes its colours and letters from the page it stands in."""

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from predict.metadata import Evaluation

from .data import Table
from .eda import CategoryRates, ColumnFacts, Exploration, Rates
from .evaluate import OutOfFold
from .intervals import wilson

__all__ = [
    "box_chart",
    "calibration_chart",
    "category_chart",
    "correlation_chart",
    "histogram_chart",
    "importance_chart",
    "precision_recall_chart",
    "profit_chart",
    "rate_chart",
    "roc_chart",
    "shapley_chart",
    "threshold_chart",
]

# Colours that stand for the page's own; replaced after drawing.
_INK, _MUTED, _LINE, _YES, _NO, _THIRD = "#010203", "#020304", "#030405", "#040506", "#050607", "#060708"
_PAGE_COLOURS = {
    _INK: "currentColor",
    _MUTED: "var(--muted)",
    _LINE: "var(--line)",
    _YES: "var(--yes)",
    _NO: "var(--no)",
    _THIRD: "var(--third)",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlecolor": _INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "lines.linewidth": 2,
}

type Floats = npt.NDArray[np.float64]


def precision_recall_chart(curves: Sequence[tuple[str, OutOfFold]], best: str) -> str:
    """Return precision against recall of every family, the chosen one in colour."""

    def draw(ax: Axes) -> None:
        for name, scored in curves:
            precision, recall, _ = precision_recall_curve(scored.y, scored.probability)
            recall, precision = _thin(recall, precision)
            ax.plot(recall, precision, **_line(name, best), drawstyle="steps-post")
        base_rate = curves[0][1].y.mean()
        ax.axhline(base_rate, color=_MUTED, linewidth=1, linestyle=":", label="base rate")
        ax.set(
            xlabel="Recall: share of buyers found", ylabel="Precision: share of those chosen who buy", ylim=(0, 1.02)
        )
        ax.legend(loc="upper right", fontsize=8)

    return _svg("pr", draw, "Precision against recall")


def roc_chart(curves: Sequence[tuple[str, OutOfFold]], best: str) -> str:
    """Return the ROC curve of every family."""

    def draw(ax: Axes) -> None:
        for name, scored in curves:
            fall_out, recall, _ = roc_curve(scored.y, scored.probability)
            fall_out, recall = _thin(fall_out, recall)
            ax.plot(fall_out, recall, **_line(name, best))
        ax.plot([0, 1], [0, 1], color=_MUTED, linewidth=1, linestyle=":", label="chance")
        ax.set(xlabel="Share of the others chosen, too", ylabel="Share of buyers found")
        ax.legend(loc="lower right", fontsize=8)

    return _svg("roc", draw, "ROC curve")


def calibration_chart(evaluation: Evaluation) -> str:
    """Return what was said against what happened, with Wilson intervals and the rows of each bin."""

    def draw(ax: Axes) -> None:
        said = np.array([b.mean_probability for b in evaluation.calibration])
        happened = np.array([b.fraction_positive for b in evaluation.calibration])
        count = np.array([b.count for b in evaluation.calibration])
        low, high = wilson(happened * count, count)
        ax.plot([0, 1], [0, 1], color=_MUTED, linewidth=1, linestyle=":", label="as said")
        bars = [np.maximum(happened - low, 0), np.maximum(high - happened, 0)]
        ax.errorbar(said, happened, yerr=bars, color=_YES, marker="o", capsize=3, label="as it happened, 95% interval")
        for x, y, n in zip(said, high, count, strict=True):
            ax.annotate(f"{n:,}", (x, y), (0, 3), textcoords="offset points", fontsize=7, ha="center", color=_INK)
        ax.set(xlabel="Mean probability given", ylabel="Share that purchased", xlim=(-0.03, 1.03), ylim=(-0.03, 1.1))
        ax.legend(loc="upper left", fontsize=8)

    return _svg("calibration", draw, "Calibration: probability given against share that purchased")


def threshold_chart(evaluation: Evaluation, threshold: float) -> str:
    """Return precision, recall and F1 by threshold."""

    def draw(ax: Axes) -> None:
        at = np.array([point.threshold for point in evaluation.curve])
        tp, fp, fn = (
            np.array([getattr(point, name) for point in evaluation.curve], float) for name in ("tp", "fp", "fn")
        )
        some = tp + fp > 0
        ax.plot(at[some], tp[some] / (tp + fp)[some], color=_NO, label="precision", linestyle="--")
        ax.plot(at, tp / (tp + fn), color=_THIRD, label="recall", linestyle="-.")
        ax.plot(at, 2 * tp / (2 * tp + fp + fn), color=_YES, label="F1")
        ax.axvline(threshold, color=_INK, linewidth=1)
        ax.annotate(f" {threshold:.3f}", (threshold, 1.02), fontsize=8, color=_INK)
        ax.set(xlabel="Threshold", ylabel="On unseen customers", ylim=(0, 1.1))
        ax.legend(loc="lower center", fontsize=8)

    return _svg("threshold", draw, "Precision, recall and F1 by threshold")


def profit_chart(evaluation: Evaluation, threshold: float) -> str:
    """Return the profit for each hundred customers by threshold, at the assumed money."""

    def draw(ax: Axes) -> None:
        cost, value = evaluation.profit["contact_cost"], evaluation.profit["purchase_value"]
        at = np.array([point.threshold for point in evaluation.curve])
        profit = np.array([value * point.tp - cost * (point.tp + point.fp) for point in evaluation.curve])
        profit = 100 * profit / evaluation.n_rows
        ax.plot(at, profit, color=_YES)
        ax.axhline(0, color=_MUTED, linewidth=1, linestyle=":")
        ax.axvline(threshold, color=_INK, linewidth=1)
        ax.set(
            xlabel="Threshold",
            ylabel="Profit for 100 customers",
            ylim=(min(0.0, *profit[5:], profit.max() * -0.5), None),
        )
        ax.set_title(f"at {cost:g} a contact and {value:g} a purchase", fontsize=9)

    return _svg("profit", draw, "Profit by threshold")


def importance_chart(labels: Sequence[str], importance: Sequence[float]) -> str:
    """Return the mean size of each input's contribution, in points."""

    def draw(ax: Axes) -> None:
        order = np.argsort(importance)
        sizes = 100 * np.array(importance)[order]
        ax.barh([labels[place] for place in order], sizes, color=_YES, height=0.6)
        for place, size in enumerate(sizes):
            ax.annotate(f" {size:.1f}", (size, place), va="center", fontsize=8, color=_INK)
        ax.set(xlabel="Mean size of the contribution, in points of probability")
        ax.margins(x=0.12)
        ax.grid(visible=False, axis="y")

    return _svg("importance", draw, "Importance of each input", height=0.5 + 0.38 * len(labels) + 0.6)


def shapley_chart(labels: Sequence[str], rows: pd.DataFrame, contributions: Floats, n_shown: int = 250) -> str:
    """Return each input's contributions for some customers; the fuller the colour, the larger the value."""

    def draw(ax: Axes) -> None:
        some = slice(0, n_shown)
        order = np.argsort(np.abs(contributions).mean(axis=0))
        jitter = np.random.default_rng(0)
        for place, column in enumerate(order):
            values = rows.iloc[some, column]
            x = 100 * contributions[some, column]
            y = place + jitter.uniform(-0.28, 0.28, len(x))
            if values.dtype == object:
                ax.scatter(x, y, s=9, color=_MUTED, alpha=0.6, linewidths=0)
                continue
            high = (values.rank() > len(values) / 2).to_numpy()
            ax.scatter(x[~high], y[~high], s=9, color=_NO, alpha=0.6, linewidths=0, marker="o")
            ax.scatter(x[high], y[high], s=11, color=_YES, alpha=0.7, linewidths=0, marker="^")
        ax.axvline(0, color=_MUTED, linewidth=1)
        ax.set_yticks(range(len(order)), [labels[place] for place in order])
        ax.scatter([], [], s=20, color=_YES, marker="^", label="larger half of the values")
        ax.scatter([], [], s=20, color=_NO, marker="o", label="smaller half")
        ax.scatter([], [], s=20, color=_MUTED, marker="o", label="a category")
        ax.legend(loc="lower right", fontsize=8)
        ax.set(xlabel="Contribution, in points of probability")
        ax.grid(visible=False, axis="y")

    return _svg("shapley", draw, "Shapley values of some customers", height=0.8 + 0.5 * len(labels))


def histogram_chart(facts: ColumnFacts, table: Table) -> str:
    """Return the shares of buyers and of others by value."""

    def draw(ax: Axes) -> None:
        values = table.X[facts.feature.name].to_numpy(np.float64)
        shown = np.log10(values + 1) if facts.heavy_tail else values
        edges = np.histogram_bin_edges(shown, bins=30)
        for answer, colour, style, name in ((0, _NO, "--", "others"), (1, _YES, "-", "buyers")):
            share = np.histogram(shown[table.y == answer], edges)[0] / max((table.y == answer).sum(), 1)
            ax.stairs(100 * share, edges, color=colour, linestyle=style, linewidth=1.6, label=name)
        _log_ticks(ax, facts)
        ax.set(ylabel="% of each", xlabel=_named(facts))
        ax.legend(fontsize=8)

    return _svg(f"histogram-{facts.feature.name}", draw, f"Histogram of {facts.feature.label}", width=4.2, height=2.5)


def box_chart(facts: ColumnFacts, table: Table) -> str:
    """Return median, quartiles and 5th to 95th percentile of buyers and of others."""

    def draw(ax: Axes) -> None:
        values = table.X[facts.feature.name].to_numpy(np.float64)
        shown = np.log10(values + 1) if facts.heavy_tail else values
        for place, (answer, colour) in enumerate(((0, _NO), (1, _YES))):
            line = {"color": colour, "linewidth": 1.6}
            ax.boxplot(
                shown[table.y == answer],
                positions=[place],
                orientation="horizontal",
                widths=0.5,
                whis=(5, 95),
                showfliers=False,
                boxprops=line,
                whiskerprops=line,
                capprops=line,
                medianprops={"color": _INK, "linewidth": 2},
            )
        ax.set_yticks([0, 1], ["others", "buyers"])
        ax.grid(visible=False, axis="y")
        _log_ticks(ax, facts)
        ax.set(xlabel=_named(facts))

    return _svg(f"box-{facts.feature.name}", draw, f"Boxplot of {facts.feature.label}", width=4.2, height=1.7)


def rate_chart(facts: ColumnFacts) -> str:
    """Return the purchase rate by quantile bin, with Wilson intervals."""

    def draw(ax: Axes) -> None:
        places = np.arange(len(facts.rates.labels))
        _rates(ax, facts.rates, places)
        ax.set_xticks(places, facts.rates.labels, rotation=35, ha="right", fontsize=7)
        ax.set(ylabel="% who purchase", ylim=(0, None))

    return _svg(f"rate-{facts.feature.name}", draw, f"Purchase rate by {facts.feature.label}", width=4.2, height=2.5)


def category_chart(label: str, facts: CategoryRates) -> str:
    """Return the rate of the commonest categories: raw with interval, and shrunken."""

    def draw(ax: Axes) -> None:
        rates = facts.rates
        places = np.arange(len(rates.labels))[::-1]
        bars = [np.maximum(rates.rate - rates.low, 0), np.maximum(rates.high - rates.rate, 0)]
        ax.errorbar(
            100 * rates.rate,
            places,
            xerr=100 * np.array(bars),
            fmt="o",
            color=_NO,
            markersize=4,
            capsize=2,
            linewidth=1.2,
            label="as counted, 95% interval",
        )
        ax.plot(100 * facts.shrunken, places, "D", color=_YES, markersize=4, label="drawn towards the mean")
        ax.set_yticks(places, [f"{name} ({count:,})" for name, count in zip(rates.labels, rates.counts, strict=True)])
        ax.tick_params(axis="y", labelsize=8)
        ax.set(xlabel="% who purchase", xlim=(0, None))
        ax.legend(fontsize=8)

    return _svg("category", draw, f"Purchase rate by {label}", height=1.0 + 0.23 * len(facts.rates.labels))


def correlation_chart(exploration: Exploration, labels: Sequence[str]) -> str:
    """Return both correlations: Spearman's below the diagonal, Pearson's above."""

    def draw(ax: Axes) -> None:
        n = len(labels)
        lower = np.tril(np.ones((n, n), dtype=bool), -1)
        both = np.where(lower, exploration.spearman.to_numpy(), exploration.pearson.to_numpy())
        for row in range(n):
            for column in range(n):
                value = both[row, column]
                if row != column:
                    colour = _YES if value >= 0 else _NO
                    ax.add_patch(
                        mpl.patches.Rectangle(
                            (column - 0.5, row - 0.5), 1, 1, color=colour, alpha=min(abs(value), 1) * 0.6, lw=0
                        )
                    )
                    ax.annotate(f"{value:.2f}", (column, row), ha="center", va="center", fontsize=8, color=_INK)
        ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
        ax.set_xticks(range(n), labels, rotation=30, ha="right", fontsize=8)
        ax.set_yticks(range(n), labels, fontsize=8)
        ax.grid(visible=False)
        ax.tick_params(length=0)

    return _svg("correlation", draw, "Correlations", height=1.4 + 0.45 * len(labels))


def _rates(ax: Axes, rates: Rates, places: npt.NDArray[np.int64]) -> None:
    bars = [np.maximum(rates.rate - rates.low, 0), np.maximum(rates.high - rates.rate, 0)]
    ax.errorbar(places, 100 * rates.rate, yerr=100 * np.array(bars), color=_YES, marker="o", markersize=4, capsize=2)


def _line(name: str, best: str) -> dict[str, Any]:
    if name == best:
        return {"label": name, "color": _YES, "zorder": 3}
    styles = {"LogisticRegression": ":", "RandomForestClassifier": "--", "GradientBoostingClassifier": "-."}
    return {"label": name, "color": _NO, "linewidth": 1.2, "linestyle": styles.get(name, "-")}


def _named(facts: ColumnFacts) -> str:
    unit = f", {facts.feature.unit}" if facts.feature.unit else ""
    return f"{facts.feature.label}{unit}{' (log scale)' if facts.heavy_tail else ''}"


def _log_ticks(ax: Axes, facts: ColumnFacts) -> None:
    if facts.heavy_tail:
        ticks = [0, 1, 10, 100, 1000, 10_000, 100_000]
        highest = ax.get_xlim()[1]
        kept = [tick for tick in ticks if np.log10(tick + 1) <= highest]
        ax.set_xticks([float(np.log10(tick + 1)) for tick in kept], [f"{tick:,}" for tick in kept])


def _thin(x: Floats, y: Floats, most: int = 400) -> tuple[Floats, Floats]:
    """Leave out points that nobody could see."""
    if len(x) <= most:
        return x, y
    kept = np.unique(np.concatenate([np.linspace(0, len(x) - 1, most).astype(int), [0, len(x) - 1]]))
    return x[kept], y[kept]


def _svg(name: str, draw: Callable[[Axes], None], title: str, width: float = 5.4, height: float = 3.6) -> str:
    """Draw on a figure and return it as SVG with a title for those who do not see it."""
    with mpl.rc_context(_STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Several drawings stand on one page: their ids must not be the same.
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="|url\()#', rf"\1#{name}-", svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "system-ui, sans-serif", svg)
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return re.sub(
        r'<svg [^>]*?viewBox="([^"]*)"[^>]*>',
        rf'<svg viewBox="\1" role="img" aria-label="{title}" '
        rf'style="max-width:{width:.1f}in" xmlns:xlink="http://www.w3.org/1999/xlink">',
        svg,
        count=1,
    )
