"""How good the model is: the tiles of its page, and what a threshold comes to."""

import json
import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from predict.contract import Target
from predict.model.metadata import INTERVAL_WORDS, CurvePoint, Evaluation, Metadata
from predict.words import percent_text

__all__ = ["contacted_share", "points_of", "reached", "render_quality", "threshold_sentence"]

_TENTH = 0.1


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
{_intervals(evaluation)}{_rule(evaluation)}{_threshold(metadata)}"""


def points_of(metadata: Metadata) -> list[CurvePoint]:
    """Return the counts at every threshold, ascending, all of the same scored customers.

    The model's own takes the place of any that reads the same: 32.04% beside 32% would be "32%" twice.
    """
    threshold, curve = metadata.contract.threshold, metadata.evaluation.curve
    if all(point.threshold != threshold for point in curve):
        return list(curve)
    words = percent_text(threshold)
    return [point for point in curve if point.threshold == threshold or percent_text(point.threshold) != words]


def reached(points: Sequence[CurvePoint], share: float) -> float:
    """Return the share of the positive answers among so large a share of the customers, the best ones.

    Between two thresholds the curve is a straight line, as if those between them came in any order.
    """
    places = sorted((contacted_share(point), point.tp / (point.tp + point.fn)) for point in points)
    for (x0, y0), (x1, y1) in pairwise([(0.0, 0.0), *places]):
        if x0 < x1 >= share:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return 1.0


def contacted_share(point: CurvePoint) -> float:
    """Return the share of the customers at or over a threshold."""
    contacted = point.tp + point.fp
    return contacted / (contacted + point.fn + point.tn)


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
    """Yield what each figure is called, the figure, and what it means."""
    metrics, baseline = metadata.evaluation.metrics, metadata.evaluation.baseline
    base_rate, target = metadata.contract.base_rate, metadata.contract.target
    person, always = target.person, f"Always saying {percent_text(base_rate)}"
    if (auc := metrics.get("roc_auc")) is not None:
        interval = metadata.evaluation.interval_text("roc_auc")
        yield (
            f"Ranks a {person} above a non-{person}",
            percent_text(auc),
            f"How often a {person} has a higher score than a non-{person}. "
            f"ROC AUC {auc:.3f}{f' (95% interval {interval})' if interval else ''}; by chance 0.5.",
        )
    points = points_of(metadata)
    if points and metadata.evaluation.n_positive:
        share = reached(points, _TENTH)
        words = f"The tenth with the highest scores holds {percent_text(share)} of all {target.people}; by chance 10%."
        yield "Lift of the best tenth", f"{share / _TENTH:.1f}×", words
    if (precision := metrics.get("average_precision")) is not None:
        chance = baseline.get("average_precision", base_rate)
        words = f"Share of {target.people} on a list, averaged over lists of every size. By chance: {chance:.3f}."
        yield "Average precision", f"{precision:.3f}", words
    if (error := metrics.get("calibration_error")) is not None:
        none = baseline.get("calibration_error", 0.0)
        words = (
            f"How far a score is from what happens, on average. {always}: {none * 100:.1f}, but it tells nobody apart."
        )
        yield "Calibration error", f"{error * 100:.1f} pts", words
    if (brier := metrics.get("brier")) is not None:
        chance = baseline.get("brier", base_rate * (1 - base_rate))
        words = f"Mean squared distance of the scores from what happened; 0 is perfect. {always}: {chance:.3f}."
        yield "Brier score", f"{brier:.3f}", words


def _intervals(evaluation: Evaluation) -> str:
    """Return what the interval in the tiles says, where there is one."""
    return f'<p class="aside">{INTERVAL_WORDS}</p>\n' if evaluation.interval_text("roc_auc") else ""


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
</div>
<p class="aside">These counts use one threshold for all. F1 above, the model card and the report decide each customer \
by a threshold chosen without them, so theirs differ a little.</p>"""


def _half_up(number: float) -> int:
    """Round as the scripts do; round() would send halves to the even neighbour."""
    return math.floor(number + 0.5)
