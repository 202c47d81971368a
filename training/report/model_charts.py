"""Charts of a model: ranking, calibration, threshold, inputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from sklearn.metrics import precision_recall_curve, roc_curve

from predict.contract import Target
from predict.model.metadata import Evaluation
from predict.model.share_interval import wilson

from ..evaluation.out_of_fold import OutOfFold
from .svg import INK, MUTED, NO, THIRD, YES, draw_svg

__all__ = [
    "MOST_INPUTS",
    "calibration_chart",
    "importance_chart",
    "precision_recall_chart",
    "profit_chart",
    "roc_chart",
    "shapley_chart",
    "threshold_chart",
]

MOST_INPUTS = 20
"""Inputs in a chart: no more could be read."""

type Floats = npt.NDArray[np.float64]


def precision_recall_chart(curves: Sequence[tuple[str, OutOfFold]], best: str) -> str:
    """Return precision against recall of every family, the chosen one in colour."""

    def draw(ax: Axes) -> None:
        for name, scored in curves:
            precision, recall, _ = precision_recall_curve(scored.y, scored.probability)
            recall, precision = _thin(recall, precision)
            ax.plot(recall, precision, **_line(name, best), drawstyle="steps-post")
        base_rate = curves[0][1].y.mean()
        ax.axhline(base_rate, color=MUTED, linewidth=1, linestyle=":", label="base rate")
        ax.set(xlabel="Recall", ylabel="Precision", ylim=(0, 1.02))
        ax.legend(fontsize=8)

    return draw_svg("pr", draw, "Precision against recall")


def roc_chart(curves: Sequence[tuple[str, OutOfFold]], best: str) -> str:
    """Return the ROC curve of every family."""

    def draw(ax: Axes) -> None:
        for name, scored in curves:
            fall_out, recall, _ = roc_curve(scored.y, scored.probability)
            fall_out, recall = _thin(fall_out, recall)
            ax.plot(fall_out, recall, **_line(name, best))
        ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":", label="chance")
        ax.set(xlabel="False positive rate", ylabel="Recall")
        ax.legend(loc="lower right", fontsize=8)

    return draw_svg("roc", draw, "ROC curve")


def calibration_chart(evaluation: Evaluation, target: Target) -> str:
    """Return the share observed against the mean score, with Wilson intervals and the rows of each bin."""

    def draw(ax: Axes) -> None:
        mean = np.array([b.mean_probability for b in evaluation.calibration])
        observed = np.array([b.fraction_positive for b in evaluation.calibration])
        count = np.array([b.count for b in evaluation.calibration])
        low, high = wilson(observed * count, count)
        ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":", label="perfect")
        bars = [np.maximum(observed - low, 0), np.maximum(high - observed, 0)]
        ax.errorbar(mean, observed, yerr=bars, color=YES, marker="o", capsize=3, label="observed, 95% interval")
        for x, y, n in zip(mean, high, count, strict=True):
            ax.annotate(f"{n:,}", (x, y), (0, 3), textcoords="offset points", fontsize=7, ha="center", color=INK)
        ax.set(xlabel="Mean score", ylabel=f"Share of {target.people}", xlim=(-0.03, 1.03), ylim=(-0.03, 1.1))
        ax.legend(loc="upper left", fontsize=8)

    return draw_svg("calibration", draw, f"Calibration: score against share of {target.people}")


def threshold_chart(evaluation: Evaluation, threshold: float) -> str:
    """Return precision, recall and F1 by threshold."""

    def draw(ax: Axes) -> None:
        at = np.array([point.threshold for point in evaluation.curve])
        tp, fp, fn = (
            np.array([getattr(point, name) for point in evaluation.curve], float) for name in ("tp", "fp", "fn")
        )
        some = tp + fp > 0
        ax.plot(at[some], tp[some] / (tp + fp)[some], color=NO, label="precision", linestyle="--")
        ax.plot(at, tp / (tp + fn), color=THIRD, label="recall", linestyle="-.")
        ax.plot(at, 2 * tp / (2 * tp + fp + fn), color=YES, label="F1")
        ax.axvline(threshold, color=INK, linewidth=1)
        ax.annotate(f" {threshold:.3f}", (threshold, 1.02), fontsize=8, color=INK)
        ax.set(xlabel="Threshold", ylabel="On unseen customers", ylim=(0, 1.1))
        ax.legend(loc="lower center", fontsize=8)

    return draw_svg("threshold", draw, "Precision, recall and F1 by threshold")


def profit_chart(evaluation: Evaluation, threshold: float, target: Target) -> str:
    """Return the profit for each hundred customers by threshold, at the assumed money."""

    def draw(ax: Axes) -> None:
        cost, value = evaluation.profit["contact_cost"], evaluation.profit["purchase_value"]
        at = np.array([point.threshold for point in evaluation.curve])
        profit = np.array([value * point.tp - cost * (point.tp + point.fp) for point in evaluation.curve])
        profit = 100 * profit / evaluation.n_rows
        ax.plot(at, profit, color=YES)
        ax.axhline(0, color=MUTED, linewidth=1, linestyle=":")
        ax.axvline(threshold, color=INK, linewidth=1)
        ax.set(
            xlabel="Threshold",
            ylabel="Profit for 100 customers",
            ylim=(min(0.0, *profit[5:], profit.max() * -0.5), None),
        )
        ax.set_title(f"at {cost:g} for a contact and {value:g} for {target.noun}", fontsize=9)

    return draw_svg("profit", draw, "Profit by threshold")


def importance_chart(labels: Sequence[str], importance: Floats) -> str:
    """Return the mean size of the contributions of the strongest inputs, in points."""
    order = _strongest(importance)

    def draw(ax: Axes) -> None:
        sizes = 100 * importance[order]
        ax.barh([labels[place] for place in order], sizes, color=YES, height=0.6)
        for place, size in enumerate(sizes):
            ax.annotate(f" {size:.1f}", (size, place), va="center", fontsize=8, color=INK)
        ax.set(xlabel="Mean size of the contribution, in points of probability")
        ax.margins(x=0.12)
        ax.set_ylim(-0.6, len(order) - 0.4)
        ax.grid(visible=False, axis="y")

    return draw_svg("importance", draw, "Importance of the inputs", height=0.7 + 0.3 * len(order))


def shapley_chart(labels: Sequence[str], rows: pd.DataFrame, contributions: Floats, n_shown: int) -> str:
    """Return the strongest inputs' contributions for the first of the customers, by the half the value is in."""
    order = _strongest(np.abs(contributions).mean(axis=0))

    def draw(ax: Axes) -> None:
        some = slice(0, n_shown)
        jitter = np.random.default_rng(0)
        for place, column in enumerate(order):
            values = rows.iloc[some, column]
            x = 100 * contributions[some, column]
            y = place + jitter.uniform(-0.28, 0.28, len(x))
            if values.dtype == object:
                ax.scatter(x, y, s=9, color=MUTED, alpha=0.6, linewidths=0)
                continue
            high = (values.rank() > len(values) / 2).to_numpy()
            ax.scatter(x[~high], y[~high], s=9, color=NO, alpha=0.6, linewidths=0, marker="o")
            ax.scatter(x[high], y[high], s=11, color=YES, alpha=0.7, linewidths=0, marker="^")
        ax.axvline(0, color=MUTED, linewidth=1)
        ax.set_yticks(range(len(order)), [labels[place] for place in order])
        ax.scatter([], [], s=20, color=YES, marker="^", label="larger half of the values")
        ax.scatter([], [], s=20, color=NO, marker="o", label="smaller half")
        ax.scatter([], [], s=20, color=MUTED, marker="o", label="a category")
        ax.legend(loc="lower right", fontsize=8)
        ax.set(xlabel="Contribution, in points of probability", ylim=(-0.6, len(order) - 0.4))
        ax.grid(visible=False, axis="y")

    return draw_svg("shapley", draw, "Shapley values of some customers", height=0.7 + 0.45 * len(order))


def _strongest(importance: Floats) -> npt.NDArray[np.int64]:
    """Return the places of the strongest inputs, the strongest last."""
    return np.argsort(importance)[-MOST_INPUTS:]


def _line(name: str, best: str) -> dict[str, Any]:
    if name == best:
        return {"label": name, "color": YES, "zorder": 3}
    styles = {"LogisticRegression": ":", "RandomForestClassifier": "--", "GradientBoostingClassifier": "-."}
    return {"label": name, "color": NO, "linewidth": 1.2, "linestyle": styles.get(name, "-")}


def _thin(x: Floats, y: Floats, most: int = 400) -> tuple[Floats, Floats]:
    """Leave out points that no eye could tell apart."""
    if len(x) <= most:
        return x, y
    kept = np.linspace(0, len(x) - 1, most).astype(int)
    return x[kept], y[kept]
