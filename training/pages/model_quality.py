"""How good the model is: the tiles of its page, and what a threshold comes to."""

import json
import math
from collections.abc import Iterable
from html import escape

from predict.contract import Target
from predict.model.metadata import CurvePoint, Evaluation, Metadata
from predict.words import percent_text

__all__ = ["points_of", "render_quality", "threshold_sentence"]


def render_quality(metadata: Metadata) -> str:
    """Return the tiles, and the threshold with its sentence and its confusion matrix."""
    evaluation = metadata.evaluation
    held = (
        f"On {evaluation.n_rows:,} customers the model had not seen, {evaluation.n_positive:,} of them "
        f"{metadata.contract.target.people}"
        if evaluation.n_rows
        else ""
    )
    tiles = "\n".join(
        f'<div class="tile"><dt>{name}</dt><dd class="tile-value">{escape(value)}</dd>'
        f'<dd class="tile-note">{escape(note)}</dd></div>'
        for name, value, note in _tiles(metadata)
    )
    return f"""<div class="figure-head"><h2 id="quality-title">How good is it</h2><p class="muted">{held}</p></div>
<dl class="tiles">
{tiles}
</dl>
{_rule(evaluation)}{_threshold(metadata)}"""


def points_of(metadata: Metadata) -> list[CurvePoint]:
    """Return the counts at every threshold, ascending, the model's own among them where its metrics give it.

    The model's own takes the place of any that reads the same: 32.04% beside 32% would be "32%" twice.
    """
    threshold, evaluation = metadata.contract.threshold, metadata.evaluation
    precision, recall = evaluation.metrics.get("precision", 0.0), evaluation.metrics.get("recall", 0.0)
    points = list(evaluation.curve)
    if precision > 0 and recall > 0 and all(point.threshold != threshold for point in points):
        tp = round(recall * evaluation.n_positive)
        fp = round(tp / precision) - tp
        negative = evaluation.n_rows - evaluation.n_positive
        points = [point for point in points if percent_text(point.threshold) != percent_text(threshold)]
        points.append(CurvePoint(threshold, tp, fp, evaluation.n_positive - tp, negative - fp))
    return sorted(points, key=lambda point: point.threshold)


def threshold_sentence(point: CurvePoint, target: Target) -> str:
    """Say what a threshold comes to; `static_site/scripts/model/threshold.js` says the same."""
    contacted = point.tp + point.fp
    total = contacted + point.fn + point.tn
    if contacted == 0:
        return "Nobody scores that high: the list would be empty."
    of_thousand, of_hundred = _half_up(1000 * contacted / total), _half_up(100 * point.tp / contacted)
    reached = percent_text(point.tp / (point.tp + point.fn))
    return (
        f"Of 1,000 customers like these you would contact {of_thousand:,}. About {of_hundred} in 100 of those "
        f"{target.verb}, and the list reaches {reached} of all {target.people}."
    )


def _tiles(metadata: Metadata) -> Iterable[tuple[str, str, str]]:
    metrics, baseline = metadata.evaluation.metrics, metadata.evaluation.baseline
    base_rate = metadata.contract.base_rate
    if (auc := metrics.get("roc_auc")) is not None:
        interval = _interval(metadata.evaluation, "roc_auc")
        person = metadata.contract.target.person
        yield f"Ranks a {person} above a non-{person}", percent_text(auc), f"ROC AUC {auc:.3f}{interval}"
    if (precision := metrics.get("average_precision")) is not None:
        chance = baseline.get("average_precision", base_rate)
        note = f"{precision / chance:.1f} times chance ({chance:.3f})"
        yield "Average precision", f"{precision:.3f}", note
    if (error := metrics.get("calibration_error")) is not None:
        yield "Calibration error", f"{error * 100:.1f} pts", "Mean gap, score to outcome"
    if (brier := metrics.get("brier")) is not None:
        chance = baseline.get("brier", base_rate * (1 - base_rate))
        yield "Brier score", f"{brier:.3f}", f"Always saying {percent_text(base_rate)}: {chance:.3f}"


def _interval(evaluation: Evaluation, name: str) -> str:
    if name not in evaluation.intervals:
        return ""
    low, high = evaluation.intervals[name]
    return f" ({low:.3f} to {high:.3f})"


def _rule(evaluation: Evaluation) -> str:
    """Return what the model has to beat, where that was measured."""
    theirs, ours = evaluation.rule_metrics.get("f1"), evaluation.metrics.get("f1")
    if not evaluation.rule or theirs is None or ours is None:
        return ""
    return (
        f'<p class="aside">The best rule that looks at one input is “{escape(evaluation.rule)}”. '
        f"It reaches an F1 of {theirs:.2f}, the model {ours:.2f}.</p>\n"
    )


def _threshold(metadata: Metadata) -> str:
    points = points_of(metadata)
    if not points:
        return ""
    threshold = metadata.contract.threshold
    start = min(range(len(points)), key=lambda place: abs(points[place].threshold - threshold))
    point = points[start]
    curve = json.dumps([[round(p.threshold, 6), p.tp, p.fp, p.fn, p.tn] for p in points], separators=(",", ":"))
    label = percent_text(point.threshold)
    people = escape(metadata.contract.target.people.capitalize())
    return f"""<div class="threshold" id="threshold" data-start="{start}" data-curve="{escape(curve)}">
<div>
<div class="figure-head"><h3 id="threshold-title">At a threshold of <span id="threshold-value">{label}</span></h3>
<button class="button-link" id="threshold-reset" type="button" hidden>Reset</button></div>
<input class="range" id="threshold-slider" type="range" min="0" max="{len(points) - 1}" value="{start}" \
aria-labelledby="threshold-title" aria-valuetext="{label}" autocomplete="off" hidden>
<figure class="profit" id="profit" hidden></figure>
<p id="threshold-sentence">{escape(threshold_sentence(point, metadata.contract.target))}</p>
<p class="profit-sentence" id="profit-sentence"></p>
<div class="money" id="money"><button class="button-link" id="threshold-best" type="button" hidden></button></div>
</div>
<table class="matrix">
<caption class="visually-hidden">What the threshold would have come to</caption>
<thead><tr><td></td><th scope="col">{people}</th><th scope="col">Others</th></tr></thead>
<tbody>
<tr><th scope="row">Contacted</th><td class="right"><strong id="tp">{point.tp:,}</strong> right</td>\
<td><strong id="fp">{point.fp:,}</strong> contacted for nothing</td></tr>
<tr><th scope="row">Not contacted</th><td><strong id="fn">{point.fn:,}</strong> missed</td>\
<td class="right"><strong id="tn">{point.tn:,}</strong> right</td></tr>
</tbody>
</table>
</div>"""


def _half_up(number: float) -> int:
    """Round as the scripts do; round() would send halves to the even neighbour."""
    return math.floor(number + 0.5)
