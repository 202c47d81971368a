"""The report's parts on the models: compared, measured, decided by, explained, and by group."""

from collections.abc import Mapping
from html import escape

import numpy as np
from sklearn.metrics import confusion_matrix

from predict.contract import Target
from predict.model.card import explanation_text
from predict.model.metadata import INTERVAL_WORDS, METRIC_NAMES

from ..evaluation.out_of_fold import decide
from ..evaluation.slices import Slice
from ..export.metadata import explain_some
from ..run.comparison import COMPARED, compare
from ..run.result import Result
from .markup import measured_text, render_figure, render_table
from .model_charts import (
    MOST_INPUTS,
    calibration_chart,
    importance_chart,
    precision_recall_chart,
    profit_chart,
    roc_chart,
    shapley_chart,
    threshold_chart,
)

__all__ = ["render_comparison", "render_explanation", "render_scores", "render_slices", "render_threshold"]

_SHAPLEY_SHOWN = 250
_INTERVALS = "Below a figure: its 95% interval"


def render_comparison(result: Result) -> str:
    """Return the families, each at its best, against both baselines."""
    winner = result.searched.trial.family
    rows = [(name, *texts) for name, texts in compare(result).items()]
    tried = [
        (trial.family, f"{loss:.5f}", f"{trial.complexity:.0f}", trial.words) for trial, loss in result.searched.tried
    ]
    curves, target = list(result.searched.families.items()), result.schema.target
    return (
        f"<p>{escape(result.searched.reason)} Each family was tuned anew without the fold it is measured on. "
        f"{_own(result)}</p>{render_table(('', *COMPARED), rows, best=winner, caption=result.measured_on)}"
        '<div class="grid">'
        + render_figure(precision_recall_chart(curves, winner), "Precision against recall on unseen customers")
        + render_figure(roc_chart(curves, winner), "ROC curve on unseen customers")
        + f"</div><p>Precision: the share of those chosen who {escape(target.verb)}. Recall: the share of "
        f"{escape(target.people)} found. False positive rate: the share of the others chosen, too.</p>"
        + f"<details><summary>All {len(tried)} models that were tried</summary>"
        + render_table(("family", "log loss", "comparisons a row", "hyperparameters"), tried, words=(3,))
        + "</details>"
    )


def _own(result: Result) -> str:
    """Say what the model's own figures are of."""
    method = result.model.metadata.evaluation.method
    if method == result.entries[0].evaluation.method:
        return "The model's own figures below are of the whole procedure, choice of family and calibration included."
    return f"The model's own figures below, calibration included, are of {method}."


def render_scores(result: Result) -> str:
    """Return every metric with its interval, and the calibration."""
    evaluation = result.model.metadata.evaluation
    rows = []
    for name, label in METRIC_NAMES.items():
        low, high = evaluation.intervals[name]
        rows.append(
            (
                label,
                f"{evaluation.metrics[name]:.4f}",
                f"{low:.4f} to {high:.4f}",
                f"{evaluation.rule_metrics[name]:.4f}",
                f"{evaluation.baseline[name]:.4f}",
            )
        )
    match result.searched.calibration:
        case None:
            calibrated = "No calibration is added: it would lower log loss on unseen rows by no more than noise."
        case (_, _):
            calibrated = "It is calibrated by Platt scaling, which lowered log loss on unseen rows."
        case _:
            calibrated = "It is calibrated by isotonic regression, which lowered log loss on unseen rows."
    return (
        render_table(
            ("metric", "model", "95% interval", "one rule", "base rate"),
            rows,
            caption=f"{INTERVAL_WORDS} By a bootstrap over groups of identical rows, with a new threshold each time. "
            "The base rate and one rule give everybody their group's rate, so their calibration error is near zero.",
        )
        + f'<div class="grid"><div><h3>Calibration</h3><p>{calibrated}</p></div>'
        + render_figure(
            calibration_chart(evaluation, result.schema.target),
            "Calibration in bins of ten points; the numbers are rows",
            in_summary=True,
        )
        + "</div>"
    )


def render_threshold(result: Result) -> str:
    """Return what the answers come to, in customers and in money."""
    contract, evaluation = result.model.contract, result.model.metadata.evaluation
    decided = decide(result.scored, result.settings.objective)
    tn, fp, fn, tp = confusion_matrix(result.scored.y, decided, labels=[0, 1]).ravel().tolist()
    target = contract.target
    yes, no, people = escape(target.positive), escape(target.negative), escape(target.people)
    matrix = (
        '<div class="scroll summary"><table class="matrix"><caption>Confusion matrix on unseen customers</caption>'
        f"<thead><tr><td></td><th>“{yes}”</th><th>“{no}”</th></tr></thead><tbody>"
        f"<tr><th>{people}</th><td class=right>{tp:,}<small>found</small></td><td class=wrong>{fn:,}"
        f"<small>missed</small></td></tr><tr><th>others</th><td class=wrong>{fp:,}<small>false alarms</small></td>"
        f"<td class=right>{tn:,}<small>left alone</small></td></tr></tbody></table></div>"
    )
    return (
        f"<p>The answer is “{yes}” from a probability of {contract.threshold:.4f} on: "
        f"{escape(contract.threshold_rule)}. For each fold the threshold comes from the other folds, so these counts "
        "are of unseen customers.</p>"
        f'<div class="grid">{matrix}{_money(evaluation.profit, target)}'
        + render_figure(
            threshold_chart(evaluation, contract.threshold), "Precision, recall and F1 by threshold", in_summary=True
        )
        + render_figure(profit_chart(evaluation, contract.threshold, contract.target), "Profit by threshold")
        + "</div>"
    )


def _money(profit: Mapping[str, float], target: Target) -> str:
    return (
        f"<p class=summary>At {profit['contact_cost']:g} for a contact and {profit['purchase_value']:g} for "
        f"{escape(target.noun)}, contacting the {profit['contacted']:,.0f} chosen brings "
        f"{profit['total']:,.0f} in all, {100 * profit['per_customer']:.1f} for every 100 customers. The money is an "
        "assumption: set your own with <code>--contact-cost</code> and <code>--value</code>, and let it choose the "
        "threshold with <code>--objective profit</code>.</p>"
    )


def render_explanation(result: Result) -> str:
    """Return what the model uses: importance and Shapley values."""
    rows, contributions = explain_some(result.model, result.table.X, result.settings.seed)
    labels = [feature.label for feature in result.schema.features]
    importance = result.model.metadata.evaluation.importance
    sizes = np.array([importance[feature.name] for feature in result.schema.features])
    strongest = f"The {MOST_INPUTS} strongest of {len(labels)} inputs." if len(labels) > MOST_INPUTS else ""
    return (
        f"<p>{escape(explanation_text(result.model.metadata))} Base value plus contributions is the probability. The "
        "background is made up, and each of its customers has values of several real ones. Contributions say what the "
        f'model used, not what causes {escape(result.schema.target.noun)}.</p><div class="grid">'
        + render_figure(
            importance_chart(labels, sizes),
            f"{strongest} Mean over {len(rows):,} customers drawn from the data",
            in_summary=True,
        )
        + render_figure(
            shapley_chart(labels, rows, contributions, _SHAPLEY_SHOWN),
            f"One point for each of {min(len(rows), _SHAPLEY_SHOWN)} of them",
        )
        + "</div>"
    )


def render_slices(result: Result) -> str:
    """Return how it does on groups of customers."""
    parts = result.parts
    worse = [part for part in parts if part.warnings]
    verdict = (
        f"Marked: {len(worse)} of {len(parts)} groups. There the model is worse than its scores say. The "
        "rate's interval leaves out the mean score, or recall or ROC AUC lie below what such scores would give. About "
        "one in twenty would be marked by chance alone."
        if worse
        else f"In none of {len(parts)} groups is the model worse than its scores say."
    )
    heads = (
        "group",
        "rows",
        result.schema.target.people,
        "rate",
        "mean score",
        "recall",
        "precision",
        "AUC",
        "marked for",
    )
    marked = render_table(heads, map(_slice_row, worse), caption=_INTERVALS, words=(8,)) if worse else ""
    every = render_table(heads, map(_slice_row, parts), caption=_INTERVALS, words=(8,))
    return f"<p class=summary>{verdict}</p>{marked}<details><summary>All {len(parts)} groups</summary>{every}</details>"


def _slice_row(part: Slice) -> tuple[str, ...]:
    return (
        f"{part.column}: {part.part}",
        f"{part.n_rows:,}",
        f"{part.n_positive:,}",
        measured_text(part.rate, ".1%", part.rate_interval),
        f"{part.said:.1%}",
        measured_text(part.recall, ".0%", part.recall_interval),
        measured_text(part.precision, ".0%"),
        measured_text(part.roc_auc, ".2f", part.roc_auc_interval),
        f"⚠ {', '.join(part.warnings)}" if part.warnings else "",
    )
