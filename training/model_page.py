"""The model's page: what is known of a model, as the parts of `static_site/model.html` that follow from it.

Every number stands in the HTML; the scripts draw the charts from the same numbers, which the markup carries as JSON.
"""

import json
import math
from collections.abc import Iterable, Sequence
from html import escape

from predict.contract import Feature
from predict.metadata import CalibrationBin, CurvePoint, Evaluation, Metadata
from predict.words import number_text, percent_text

__all__ = ["model_regions", "points_of", "threshold_sentence", "wilson_interval"]

_ESTIMATORS = {
    "DecisionTreeClassifier": "Decision tree",
    "ExtraTreesClassifier": "Extremely randomised trees",
    "GradientBoostingClassifier": "Gradient boosted trees",
    "HistGradientBoostingClassifier": "Gradient boosted trees",
    "LogisticRegression": "Logistic regression",
    "RandomForestClassifier": "Random forest",
}
_GOOD_FOR = (
    "Ordering customers, so that limited contact effort goes first to those most likely to buy.",
    "Seeing which behaviour the score responds to.",
)
_NOT_GOOD_FOR = (
    "Proof that more of an input causes a purchase: the data shows who bought, not why.",
    "Refusing service, pricing, or any decision with legal effect on a person.",
    "Customers unlike those of the training data, such as values outside the ranges below.",
    "A changed offer, price or market: check the calibration again after any such change.",
)
_DECIMALS = 4


def model_regions(metadata: Metadata, hash_: str) -> dict[str, str]:
    """Return the markup of every region of the page by its name.

    Parameters
    ----------
    metadata : Metadata
    hash_ : str
        Of the model's file.
    """
    evaluation = metadata.evaluation
    return {
        "model-quality": _quality(metadata),
        "model-calibration": _calibration(evaluation.calibration),
        "model-importance": _importance(metadata.contract.features, evaluation.importance),
        "model-precision-recall": _precision_recall(metadata),
        "model-roc": _roc(metadata),
        "model-facts": _facts(metadata, hash_),
        "model-uses": _uses(metadata),
        "model-inputs": "\n".join(_input(feature) for feature in metadata.contract.features),
    }


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """Return the 95% interval of a share that was seen among `count` (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Unlike the interval of the textbook it stays between 0 and 1, and has a width where the share is 0 or 1.
    """
    z = 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def points_of(metadata: Metadata) -> list[CurvePoint]:
    """Return the counts at every threshold, ascending, the model's own among them where its metrics give it."""
    threshold, evaluation = metadata.contract.threshold, metadata.evaluation
    precision, recall = evaluation.metrics.get("precision", 0.0), evaluation.metrics.get("recall", 0.0)
    points = list(evaluation.curve)
    if precision > 0 and recall > 0 and all(point.threshold != threshold for point in points):
        tp = round(recall * evaluation.n_positive)
        fp = round(tp / precision) - tp
        negative = evaluation.n_rows - evaluation.n_positive
        points.append(CurvePoint(threshold, tp, fp, evaluation.n_positive - tp, negative - fp))
    return sorted(points, key=lambda point: point.threshold)


def threshold_sentence(point: CurvePoint) -> str:
    """Say what a threshold comes to; `static_site/scripts/model/threshold.js` says the same."""
    contacted = point.tp + point.fp
    total = contacted + point.fn + point.tn
    if contacted == 0:
        return "Nobody scores that high: the list would be empty."
    of_thousand, of_hundred = _half_up(1000 * contacted / total), _half_up(100 * point.tp / contacted)
    reached = percent_text(point.tp / (point.tp + point.fn))
    return (
        f"Of 1,000 customers like these you would contact {of_thousand:,}. About {of_hundred} in 100 of those buy, "
        f"and the list reaches {reached} of all buyers."
    )


def _quality(metadata: Metadata) -> str:
    evaluation = metadata.evaluation
    held = (
        f"On {evaluation.n_rows:,} customers the model had not seen, {evaluation.n_positive:,} of whom bought"
        if evaluation.n_rows
        else ""
    )
    tiles = "\n".join(
        f'<div class="tile"><dt>{name}</dt><dd class="tile-value">{value}</dd><dd class="tile-note">{note}</dd></div>'
        for name, value, note in _tiles(metadata)
    )
    return f"""<div class="figure-head"><h2 id="quality-title">How good is it</h2><p class="muted">{held}</p></div>
<dl class="tiles">
{tiles}
</dl>
{_rule(evaluation)}{_threshold(metadata)}"""


def _tiles(metadata: Metadata) -> Iterable[tuple[str, str, str]]:
    metrics, baseline = metadata.evaluation.metrics, metadata.evaluation.baseline
    base_rate = metadata.contract.base_rate
    if (auc := metrics.get("roc_auc")) is not None:
        interval = _interval(metadata.evaluation, "roc_auc")
        yield "Ranks a buyer above a non-buyer", percent_text(auc), f"ROC AUC {auc:.3f}{interval}"
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
    label = f"{number_text(point.threshold * 100)}%"
    return f"""<div class="threshold" id="threshold" data-start="{start}" data-curve="{escape(curve)}">
<div>
<div class="figure-head"><h3 id="threshold-title">At a threshold of <span id="threshold-value">{label}</span></h3>
<button class="button-link" id="threshold-reset" type="button" hidden>Reset</button></div>
<input class="range" id="threshold-slider" type="range" min="0" max="{len(points) - 1}" value="{start}" \
aria-labelledby="threshold-title" aria-valuetext="{label}" autocomplete="off" hidden>
<p id="threshold-sentence">{threshold_sentence(point)}</p>
</div>
<table class="matrix">
<caption class="visually-hidden">What the threshold would have come to</caption>
<thead><tr><td></td><th scope="col">Bought</th><th scope="col">Did not buy</th></tr></thead>
<tbody>
<tr><th scope="row">Contacted</th><td class="right"><strong id="tp">{point.tp:,}</strong> right</td>\
<td><strong id="fp">{point.fp:,}</strong> contacted for nothing</td></tr>
<tr><th scope="row">Not contacted</th><td><strong id="fn">{point.fn:,}</strong> buyers missed</td>\
<td class="right"><strong id="tn">{point.tn:,}</strong> right</td></tr>
</tbody>
</table>
</div>"""


def _calibration(bins: Sequence[CalibrationBin]) -> str:
    if not any(bin_.count for bin_ in bins):
        return '<p class="muted">Not measured for this model.</p>'
    found = [(bin_, *wilson_interval(bin_.fraction_positive, bin_.count)) for bin_ in bins if bin_.count]
    data = _json([b.mean_probability, b.fraction_positive, low, high] for b, low, high in found)
    rows = [
        (f"{b.count:,}", percent_text(b.mean_probability), percent_text(b.fraction_positive), _span(low, high))
        for b, low, high in found
    ]
    return _figure(
        "calibration",
        data,
        "When the model says 40%, about 40 in 100 such customers should buy. Points on the dashed line are right on "
        "average; bars are 95% intervals.",
        _table("Calibration", ("Customers", "Predicted", "Bought", "95% interval"), rows),
    )


def _importance(features: Sequence[Feature], importance: dict[str, float]) -> str:
    known = [(feature.label, importance[feature.name]) for feature in features if feature.name in importance]
    if not known:
        return '<p class="muted">Not measured for this model.</p>'
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


def _precision_recall(metadata: Metadata) -> str:
    points = points_of(metadata)
    rows = [
        (
            f"{number_text(p.threshold * 100)}%",
            f"{p.tp + p.fp:,}",
            percent_text(p.tp / (p.tp + p.fp)),
            percent_text(p.tp / (p.tp + p.fn)),
        )
        for p in points
        if p.tp + p.fp and p.tp + p.fn
    ]
    if not rows:
        return '<p class="muted">Not measured for this model.</p>'
    return _figure(
        "precision-recall",
        _json([metadata.contract.base_rate]),
        "The large point is the threshold above. Dashed: contacting people at random.",
        _table("Precision and recall", ("Threshold", "Contacted", "Precision", "Recall"), rows),
    )


def _roc(metadata: Metadata) -> str:
    rows = [
        (
            f"{number_text(p.threshold * 100)}%",
            percent_text(p.tp / (p.tp + p.fn)),
            percent_text(p.fp / (p.fp + p.tn)),
        )
        for p in points_of(metadata)
        if p.tp + p.fn and p.fp + p.tn
    ]
    if not rows:
        return '<p class="muted">Not measured for this model.</p>'
    return _figure(
        "roc",
        "[]",
        "The large point is the threshold above. Dashed: random order.",
        _table("ROC curve", ("Threshold", "True positive rate", "False positive rate"), rows),
    )


def _facts(metadata: Metadata, hash_: str) -> str:
    contract, evaluation, provenance = metadata.contract, metadata.evaluation, metadata.provenance
    buyers = round(contract.base_rate * provenance.n_rows)
    facts = {
        "Version": contract.version,
        "Method": _ESTIMATORS.get(contract.estimator, contract.estimator),
        "Training data": f"{provenance.n_rows:,} customers, {buyers:,} buyers ({percent_text(contract.base_rate)})",
        "About the data": provenance.about,
        "Held out": evaluation.method,
        "Threshold": f"{percent_text(contract.threshold)}: {contract.threshold_rule}",
        "Explanations": f"exact Shapley values against {len(metadata.background):,} background customers",
        "Same as in training": _parity(provenance.parity),
        "Close to the answer": ", ".join(provenance.leaks),
        "Data file": f"{provenance.data}, SHA-256 {provenance.data_sha256[:12]}…",
        "Model file": f"SHA-256 {hash_[:12]}…",
    }
    return "\n".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)


def _parity(parity: dict[str, float]) -> str:
    if "rows" not in parity or "max_difference" not in parity:
        return ""
    return f"{parity['rows']:,.0f} rows compared, largest difference {parity['max_difference']:.0e}"


def _uses(metadata: Metadata) -> str:
    contract = metadata.contract
    lists = {
        "Good for": contract.good_for or _GOOD_FOR,
        "Not good for": contract.not_good_for or _NOT_GOOD_FOR,
    }
    return "\n".join(
        f"<h3>{title}</h3>\n<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        for title, texts in lists.items()
    )


def _input(feature: Feature) -> str:
    head = f'<th scope="row">{escape(feature.label)}</th><td><code>{escape(feature.name)}</code></td>'
    if feature.is_category:
        return f'<tr>{head}<td>one of {len(feature.values):,}</td><td colspan="5"></td></tr>'
    seen = feature.seen
    numbers = (seen.minimum, seen.lower_quartile, seen.median, seen.upper_quartile, seen.maximum)
    cells = "".join(f'<td class="number">{"" if n is None else number_text(n)}</td>' for n in numbers)
    return f"<tr>{head}<td>{feature.kind}</td>{cells}</tr>"


def _figure(name: str, data: str, caption: str, table: str) -> str:
    """Return a figure: a place for the chart, which needs a script, and the numbers, which do not."""
    return f"""<figure class="figure">
<div class="chart" id="chart-{name}" data-points="{escape(data)}"></div>
<figcaption>{caption}</figcaption>
</figure>
<details><summary>Show the numbers</summary>
<div class="scroll" role="region" aria-label="Numbers of the figure: {name.replace("-", " and ")}" tabindex="0">
{table}
</div>
</details>"""


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col" class="number">{text}</th>' for text in heads)
    body = "\n".join(f"<tr>{''.join(f'<td class="number">{text}</td>' for text in row)}</tr>" for row in rows)
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


def _half_up(number: float) -> int:
    """Round as the scripts do; round() would send halves to the even neighbour."""
    return math.floor(number + 0.5)
