"""The figures of the model's page: each with its numbers in a table, and what a script draws them from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from predict.contract import Feature, Target
from predict.model.metadata import CalibrationBin, CurvePoint, Evaluation, Metadata
from predict.model.share_interval import wilson
from predict.words import percent_text

from .model_quality import contacted_share, points_of

__all__ = [
    "render_calibration",
    "render_gains",
    "render_importance",
    "render_precision_recall",
    "render_roc",
    "render_thresholds",
    "render_worse",
]

_NOT_MEASURED = '<p class="muted">Not measured for this model.</p>'
_DECIMALS = 4
# Of many inputs the others fold away, as in the report.
_STRONGEST = 20


def render_calibration(bins: Sequence[CalibrationBin], target: Target) -> str:
    """Return what was predicted against what happened."""
    if not any(bin_.count for bin_ in bins):
        return _NOT_MEASURED
    found = [(bin_, *_interval(bin_)) for bin_ in bins if bin_.count]
    data = _json([_rounded(b.mean_probability, b.fraction_positive, low, high) for b, low, high in found])
    rows = [
        (f"{b.count:,}", percent_text(b.mean_probability), percent_text(b.fraction_positive), _span(low, high))
        for b, low, high in found
    ]
    caption = (
        f"When the model says 40%, about 40 in 100 such customers should {escape(target.verb)}. Points on the dashed "
        "line are right on average; bars are 95% intervals."
    )
    table = _table("Calibration", ("Customers", "Predicted", f"Share of {target.people}", "95% interval"), rows)
    return f"{_figure('calibration', data, caption)}\n{_numbers('calibration', table)}"


def render_importance(features: Sequence[Feature], importance: Mapping[str, float]) -> str:
    """Return how much each input moves the score on average."""
    known = [(feature.label, importance[feature.name]) for feature in features if feature.name in importance]
    if not known:
        return _NOT_MEASURED
    known.sort(key=lambda entry: -entry[1])
    most = max(value for _, value in known) or 1.0
    rows = [
        f'<tr><th scope="row">{escape(label)}</th><td><svg class="importance-bar" width="100%" height="12" '
        f'aria-hidden="true"><rect width="{value / most:.1%}" height="12" rx="2"/></svg></td>'
        f'<td class="number">{value * 100:.1f} pts</td></tr>'
        for label, value in known
    ]
    strongest = _importance_table(
        "Average size of each input’s contribution, up or down, in percentage points.", rows[:_STRONGEST]
    )
    if not (weaker := rows[_STRONGEST:]):
        return strongest
    folded = _importance_table("As above, of the weaker inputs.", weaker)
    return f"{strongest}\n<details><summary>Weaker inputs ({len(weaker)})</summary>\n{folded}\n</details>"


def _importance_table(caption: str, rows: Sequence[str]) -> str:
    return f"""<table class="table importance">
<caption>{caption}</caption>
<thead class="visually-hidden"><tr><th scope="col">Input</th><th scope="col">Share of the largest</th>\
<th scope="col">Contribution</th></tr></thead>
<tbody>
{"\n".join(rows)}
</tbody>
</table>"""


def render_precision_recall(metadata: Metadata) -> str:
    """Return a place for precision against recall."""
    target = metadata.contract.target
    # Words of any length: an axis cannot break its name.
    caption = (
        f"Precision: share of those contacted who {escape(target.verb)}. Recall: share of all {escape(target.people)} "
        "who are contacted. The large point is the threshold above. Dashed: contacting people at random."
    )
    return _curve(metadata, "precision-recall", _json(_rounded(metadata.contract.base_rate)), caption)


def render_roc(metadata: Metadata) -> str:
    """Return a place for the ROC curve."""
    return _curve(metadata, "roc", "[]", "The large point is the threshold above. Dashed: random order.")


def render_gains(metadata: Metadata) -> str:
    """Return a place for the share of positive answers that so many contacts reach."""
    people = escape(metadata.contract.target.people)
    caption = f"The share of all {people} among so many of the best customers. Dashed: contacting people at random."
    return _curve(metadata, "gains", "[]", caption)


def render_thresholds(metadata: Metadata) -> str:
    """Return what every threshold comes to."""
    rows = [
        (
            percent_text(p.threshold),
            f"{p.tp + p.fp:,}",
            percent_text(contacted_share(p)),
            percent_text(p.tp / (p.tp + p.fp)) if p.tp + p.fp else "–",
            percent_text(p.tp / (p.tp + p.fn)),
            percent_text(p.fp / (p.fp + p.tn)),
            f"{p.tp / (p.tp + p.fn) / contacted_share(p):.1f}×" if p.tp + p.fp else "–",
        )
        for p in _measured(metadata)
    ]
    if not rows:
        return ""
    heads = ("Threshold", "Contacted", "Of all", "Precision", "Recall", "False positive rate", "Lift")
    return _numbers("thresholds", _table("What every threshold comes to", heads, rows))


def render_worse(evaluation: Evaluation, target: Target) -> str:
    """Return for which groups of customers the model does worse than its own scores say."""
    if not evaluation.n_parts:
        return _NOT_MEASURED
    if not evaluation.worse:
        return f"<p>In none of {evaluation.n_parts} groups of customers is the model worse than its scores say.</p>"
    rows = [
        (
            f"{part.column}: {part.part}",
            ", ".join(part.warnings),
            f"{part.n_rows:,}",
            percent_text(part.n_positive / part.n_rows),
            percent_text(part.said),
            "–" if part.recall is None else percent_text(part.recall),
        )
        for part in evaluation.worse
    ]
    heads = ("Customers", "What is worse", "How many", f"Share of {target.people}", "Said", "Found")
    people = escape(target.people)
    return f"""<p class="aside">{len(evaluation.worse)} of {evaluation.n_parts} groups of customers, for whom \
the model is worse than its scores say; about one in twenty would be by chance alone.</p>
<section class="scroll" aria-label="Table of customers for whom it is worse" tabindex="0">
{_table("For whom it is worse", heads, rows, words=2)}
</section>
<p class="muted">“Said” is the average score, “Found” the share of {people} at or over the threshold.</p>"""


def _measured(metadata: Metadata) -> list[CurvePoint]:
    return [p for p in points_of(metadata) if p.tp + p.fn and p.fp + p.tn]


def _curve(metadata: Metadata, name: str, data: str, caption: str) -> str:
    """Return a figure that is drawn of the thresholds' counts, whose numbers stand in a table of their own."""
    return _figure(name, data, caption) if _measured(metadata) else _NOT_MEASURED


def _interval(bin_: CalibrationBin) -> tuple[float, float]:
    low, high = wilson(bin_.fraction_positive * bin_.count, bin_.count)
    return float(low), float(high)


def _figure(name: str, data: str, caption: str) -> str:
    """Return a place for a chart, which needs a script."""
    return f"""<figure class="figure">
<div class="chart" id="chart-{name}" data-points="{escape(data)}"></div>
<figcaption>{caption}</figcaption>
</figure>"""


def _numbers(name: str, table: str) -> str:
    """Return the numbers, which need none."""
    return f"""<details><summary>Show the numbers</summary>
<section class="scroll" aria-label="Numbers: {name}" tabindex="0">
{table}
</section>
</details>"""


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], words: int = 0) -> str:
    """Return a table, the first columns of which are words."""
    kinds = ["" if place < words else ' class="number"' for place in range(len(heads))]
    head = "".join(f'<th scope="col"{kind}>{escape(text)}</th>' for kind, text in zip(kinds, heads, strict=True))
    body = "\n".join(
        f"<tr>{''.join(f'<td{kind}>{escape(text)}</td>' for kind, text in zip(kinds, row, strict=True))}</tr>"
        for row in rows
    )
    return (
        f'<table class="table"><caption class="visually-hidden">{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def _span(low: float, high: float) -> str:
    return f"{percent_text(low)} to {percent_text(high)}"


def _json(entries: Sequence[object]) -> str:
    return json.dumps(entries, separators=(",", ":"))


def _rounded(*numbers: float) -> list[float]:
    return [round(number, _DECIMALS) for number in numbers]
