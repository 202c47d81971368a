"""The figures of the model's page: each with its numbers in a table, and what a script draws them from."""

import json
from collections.abc import Iterable, Sequence
from html import escape

from predict.contract import Feature, Target
from predict.model.metadata import CalibrationBin, Metadata
from predict.model.share_interval import wilson
from predict.words import percent_text

from .model_quality import points_of

__all__ = ["render_calibration", "render_importance", "render_precision_recall", "render_roc"]

_NOT_MEASURED = '<p class="muted">Not measured for this model.</p>'
_DECIMALS = 4


def render_calibration(bins: Sequence[CalibrationBin], target: Target) -> str:
    """Return what was predicted against what happened."""
    if not any(bin_.count for bin_ in bins):
        return _NOT_MEASURED
    found = [(bin_, *_interval(bin_)) for bin_ in bins if bin_.count]
    data = _json([b.mean_probability, b.fraction_positive, low, high] for b, low, high in found)
    rows = [
        (f"{b.count:,}", percent_text(b.mean_probability), percent_text(b.fraction_positive), _span(low, high))
        for b, low, high in found
    ]
    return _figure(
        "calibration",
        data,
        f"When the model says 40%, about 40 in 100 such customers should {escape(target.verb)}. Points on the dashed "
        "line are right on "
        "average; bars are 95% intervals.",
        _table("Calibration", ("Customers", "Predicted", f"Share of {target.people}", "95% interval"), rows),
    )


def render_importance(features: Sequence[Feature], importance: dict[str, float]) -> str:
    """Return how much each input moves the score on average."""
    known = [(feature.label, importance[feature.name]) for feature in features if feature.name in importance]
    if not known:
        return _NOT_MEASURED
    known.sort(key=lambda entry: -entry[1])
    most = max(value for _, value in known) or 1.0
    rows = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th><td><svg class="importance-bar" width="100%" height="12" '
        f'aria-hidden="true"><rect width="{value / most:.1%}" height="12" rx="2"/></svg></td>'
        f'<td class="number">{value * 100:.1f} pts</td></tr>'
        for label, value in known
    )
    return f"""<table class="table importance">
<caption>Average size of each input’s contribution, up or down, in percentage points.</caption>
<thead class="visually-hidden"><tr><th scope="col">Input</th><th scope="col">Share of the largest</th>\
<th scope="col">Contribution</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def render_precision_recall(metadata: Metadata) -> str:
    """Return precision and recall at every threshold."""
    points = points_of(metadata)
    rows = [
        (
            percent_text(p.threshold),
            f"{p.tp + p.fp:,}",
            percent_text(p.tp / (p.tp + p.fp)),
            percent_text(p.tp / (p.tp + p.fn)),
        )
        for p in points
        if p.tp + p.fp and p.tp + p.fn
    ]
    if not rows:
        return _NOT_MEASURED
    return _figure(
        "precision-recall",
        _json([metadata.contract.base_rate]),
        "The large point is the threshold above. Dashed: contacting people at random.",
        _table("Precision and recall", ("Threshold", "Contacted", "Precision", "Recall"), rows),
    )


def render_roc(metadata: Metadata) -> str:
    """Return both rates at every threshold."""
    rows = [
        (
            percent_text(p.threshold),
            percent_text(p.tp / (p.tp + p.fn)),
            percent_text(p.fp / (p.fp + p.tn)),
        )
        for p in points_of(metadata)
        if p.tp + p.fn and p.fp + p.tn
    ]
    if not rows:
        return _NOT_MEASURED
    return _figure(
        "roc",
        "[]",
        "The large point is the threshold above. Dashed: random order.",
        _table("ROC curve", ("Threshold", "True positive rate", "False positive rate"), rows),
    )


def _interval(bin_: CalibrationBin) -> tuple[float, float]:
    low, high = wilson(bin_.fraction_positive * bin_.count, bin_.count)
    return float(low), float(high)


def _figure(name: str, data: str, caption: str, table: str) -> str:
    """Return a figure: a place for the chart, which needs a script, and the numbers, which do not."""
    return f"""<figure class="figure">
<div class="chart" id="chart-{name}" data-points="{escape(data)}"></div>
<figcaption>{caption}</figcaption>
</figure>
<details><summary>Show the numbers</summary>
<section class="scroll" aria-label="Numbers of the figure: {name.replace("-", " and ")}" tabindex="0">
{table}
</section>
</details>"""


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col" class="number">{text}</th>' for text in heads)
    body = "\n".join(f"<tr>{''.join(f'<td class="number">{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return (
        f'<table class="table"><caption class="visually-hidden">{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def _span(low: float, high: float) -> str:
    return f"{percent_text(low)} to {percent_text(high)}"


def _json(entries: Iterable[object]) -> str:
    rounded = [
        [round(n, _DECIMALS) for n in entry] if isinstance(entry, list) else round(float(str(entry)), _DECIMALS)
        for entry in entries
    ]
    return json.dumps(rounded, separators=(",", ":"))
