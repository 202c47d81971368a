"""Charts of the data: what its columns look like, by the answer."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from predict.contract import Feature, Target

from ..customers.table import Table
from ..evaluation.exploration import CategoryRates, ColumnFacts, Exploration, Rates
from .svg import INK, NO, YES, draw_svg

__all__ = ["box_chart", "category_chart", "correlation_chart", "histogram_chart", "rate_chart"]

_POWERS = tuple(10**power for power in range(16))

type Floats = npt.NDArray[np.float64]


def histogram_chart(facts: ColumnFacts, table: Table, target: Target) -> str:
    """Return the shares of both answers by value."""

    def draw(ax: Axes) -> None:
        shown, y = _shown(facts, table)
        edges = np.histogram_bin_edges(shown, bins=30)
        for answer, colour, style, name in ((0, NO, "--", "others"), (1, YES, "-", target.people)):
            share = np.histogram(shown[y == answer], edges)[0] / max((y == answer).sum(), 1)
            ax.stairs(100 * share, edges, color=colour, linestyle=style, linewidth=1.6, label=name)
        _log_ticks(ax, facts)
        ax.set(ylabel="% of each", xlabel=_named(facts))
        ax.legend(fontsize=8)

    return draw_svg(
        f"histogram-{facts.feature.name}", draw, f"Histogram of {facts.feature.label}", width=4.2, height=2.5
    )


def box_chart(facts: ColumnFacts, table: Table, target: Target) -> str:
    """Return median, quartiles and 5th to 95th percentile of both answers."""

    def draw(ax: Axes) -> None:
        shown, y = _shown(facts, table)
        for place, (answer, colour) in enumerate(((0, NO), (1, YES))):
            line = {"color": colour, "linewidth": 1.6}
            ax.boxplot(
                shown[y == answer],
                positions=[place],
                orientation="horizontal",
                widths=0.5,
                whis=(5, 95),
                showfliers=False,
                boxprops=line,
                whiskerprops=line,
                capprops=line,
                medianprops={"color": INK, "linewidth": 2},
            )
        ax.set_yticks([0, 1], ["others", target.people])
        ax.grid(visible=False, axis="y")
        _log_ticks(ax, facts)
        ax.set(xlabel=_named(facts))

    return draw_svg(f"box-{facts.feature.name}", draw, f"Boxplot of {facts.feature.label}", width=4.2, height=1.7)


def rate_chart(facts: ColumnFacts, target: Target) -> str:
    """Return the rate by quantile bin, with Wilson intervals."""

    def draw(ax: Axes) -> None:
        rates = facts.rates
        places = np.arange(len(rates.labels))
        ax.errorbar(places, 100 * rates.rate, yerr=_bars(rates), color=YES, marker="o", markersize=4, capsize=2)
        ax.set_xticks(places, rates.labels, rotation=35, ha="right", fontsize=7)
        ax.set(ylabel=f"% who {target.verb}", ylim=(0, None))

    return draw_svg(
        f"rate-{facts.feature.name}", draw, f"Rate of {target.people} by {facts.feature.label}", width=4.2, height=2.5
    )


def category_chart(feature: Feature, facts: CategoryRates, target: Target) -> str:
    """Return the rate of the commonest categories: raw with interval, and shrunken."""

    def draw(ax: Axes) -> None:
        rates = facts.rates
        places = np.arange(len(rates.labels))[::-1]
        ax.errorbar(
            100 * rates.rate,
            places,
            xerr=_bars(rates),
            fmt="o",
            color=NO,
            markersize=4,
            capsize=2,
            linewidth=1.2,
            label="as counted, 95% interval",
        )
        ax.plot(100 * facts.shrunken, places, "D", color=YES, markersize=4, label="drawn towards the mean")
        ax.set_yticks(places, [f"{name} ({count:,})" for name, count in zip(rates.labels, rates.counts, strict=True)])
        ax.tick_params(axis="y", labelsize=8)
        ax.set(xlabel=f"% who {target.verb}", xlim=(0, None))
        ax.legend(fontsize=8)

    height = 1.0 + 0.23 * len(facts.rates.labels)
    return draw_svg(f"category-{feature.name}", draw, f"Rate of {target.people} by {feature.label}", height=height)


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
                    colour = YES if value >= 0 else NO
                    ax.add_patch(
                        Rectangle((column - 0.5, row - 0.5), 1, 1, color=colour, alpha=min(abs(value), 1) * 0.6, lw=0)
                    )
                    ax.annotate(f"{value:.2f}", (column, row), ha="center", va="center", fontsize=8, color=INK)
        ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
        ax.set_xticks(range(n), labels, rotation=30, ha="right", fontsize=8)
        ax.set_yticks(range(n), labels, fontsize=8)
        ax.grid(visible=False)
        ax.tick_params(length=0)

    return draw_svg("correlation", draw, "Correlations", height=1.4 + 0.45 * len(labels))


def _shown(facts: ColumnFacts, table: Table) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Return the numbers that are known, as they are drawn, and the answers beside them."""
    values = table.X[facts.feature.name].to_numpy(np.float64)
    is_known = ~np.isnan(values)
    values = values[is_known]
    return np.asarray(np.log10(values + 1)) if facts.heavy_tail else values, table.y[is_known]


def _bars(rates: Rates) -> Floats:
    """Return how far the intervals reach below and above the rates, in percent."""
    return 100 * np.array([np.maximum(rates.rate - rates.low, 0), np.maximum(rates.high - rates.rate, 0)])


def _named(facts: ColumnFacts) -> str:
    unit = f", {facts.feature.unit}" if facts.feature.unit else ""
    return f"{facts.feature.label}{unit}{' (log scale)' if facts.heavy_tail else ''}"


def _log_ticks(ax: Axes, facts: ColumnFacts) -> None:
    if facts.heavy_tail:
        highest = ax.get_xlim()[1]
        kept = [tick for tick in (0, *_POWERS) if np.log10(tick + 1) <= highest]
        ax.set_xticks([float(np.log10(tick + 1)) for tick in kept], [f"{tick:,}" for tick in kept])
