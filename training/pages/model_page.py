"""The model's page: what is known of a model, as the parts of `static_site/model.html` that follow from it.

Every number stands in the HTML; the scripts draw the charts from the same numbers, which the markup carries as JSON.
"""

from collections.abc import Mapping
from html import escape

from predict.contract import Feature
from predict.model.card import explanation_text, uses
from predict.model.metadata import Metadata
from predict.words import number_text, percent_text

from ..evaluation.threshold import Objective
from .model_figures import (
    render_calibration,
    render_gains,
    render_importance,
    render_precision_recall,
    render_roc,
    render_thresholds,
    render_worse,
)
from .model_quality import render_quality

__all__ = ["model_regions"]

_FEW = 8
"""So many categories are listed by name; more are only counted."""

_ESTIMATORS = {
    "GradientBoostingClassifier": "Gradient boosted trees",
    "HistGradientBoostingClassifier": "Gradient boosted trees",
    "LogisticRegression": "Logistic regression",
    "RandomForestClassifier": "Random forest",
}


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
        "model-quality": render_quality(metadata),
        "model-calibration": render_calibration(evaluation.calibration, metadata.contract.target),
        "model-importance": render_importance(metadata.contract.features, evaluation.importance),
        "model-precision-recall": render_precision_recall(metadata),
        "model-roc": render_roc(metadata),
        "model-gains": render_gains(metadata),
        "model-thresholds": render_thresholds(metadata),
        "model-worse": render_worse(evaluation, metadata.contract.target),
        "model-facts": _facts(metadata, hash_),
        "model-uses": _uses(metadata),
        "model-inputs": "\n".join(_input(feature) for feature in metadata.contract.features),
    }


def _facts(metadata: Metadata, hash_: str) -> str:
    contract, evaluation, provenance = metadata.contract, metadata.evaluation, metadata.provenance
    positive = round(contract.base_rate * provenance.n_rows)
    facts = {
        "Version": contract.version,
        "Method": _ESTIMATORS.get(contract.estimator, contract.estimator),
        "Hyperparameters": ", ".join(f"{name}={value}" for name, value in provenance.hyperparameters.items()),
        "Training data": f"{provenance.n_rows:,} customers, {positive:,} {contract.target.people} "
        f"({percent_text(contract.base_rate)})",
        "About the data": provenance.about,
        "Held out": evaluation.method,
        "Threshold": f"{percent_text(contract.threshold)}: {contract.threshold_rule}",
        "What it is worth": _profit(metadata),
        "Explanations": explanation_text(metadata),
        "Same as in training": _parity(provenance.parity),
        "Close to the answer": ", ".join(provenance.leaks),
        "Training report": "report.html in the run’s folder in reports/: the data, all models, groups of customers",
        "Data file": f"{provenance.data}, SHA-256 {provenance.data_sha256[:12]}…",
        "Model file": f"SHA-256 {hash_[:12]}…",
    }
    return "\n".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)


def _profit(metadata: Metadata) -> str:
    evaluation = metadata.evaluation
    profit = evaluation.profit
    if not profit.keys() >= {"contact_cost", "purchase_value", "contacted", "total"}:
        return ""
    noun = metadata.contract.target.noun
    money = f"a contact costs {profit['contact_cost']:g} and {noun} brings {profit['purchase_value']:g}"
    result = f"contacting {profit['contacted']:,.0f} of {evaluation.n_rows:,} comes to {profit['total']:,.0f}"
    if (profit["contact_cost"], profit["purchase_value"]) != (Objective.contact_cost, Objective.purchase_value):
        return f"{result}, where {money}"
    # A model does not say whether anybody gave these two; as they are the defaults, most likely nobody did.
    return f"Assumed: {money}. Then {result}. Enter yours at the threshold above."


def _parity(parity: Mapping[str, float]) -> str:
    if "rows" not in parity or "max_difference" not in parity:
        return ""
    return f"{parity['rows']:,.0f} rows compared, largest difference {parity['max_difference']:.0e}"


def _uses(metadata: Metadata) -> str:
    return "\n".join(
        f"<h3>{title}</h3>\n<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        for title, texts in zip(("Good for", "Not good for"), uses(metadata.contract), strict=True)
    )


def _input(feature: Feature) -> str:
    head = f'<th scope="row">{escape(feature.label)}</th><td><code>{escape(feature.name)}</code></td>'
    if feature.is_category:
        listed = ", ".join(feature.values.values()) if len(feature.values) <= _FEW else ""
        return f'<tr>{head}<td>one of {len(feature.values):,}</td><td colspan="5">{escape(listed)}</td></tr>'
    seen = feature.seen
    numbers = (seen.minimum, seen.lower_quartile, seen.median, seen.upper_quartile, seen.maximum)
    cells = "".join(f'<td class="number">{"" if n is None else number_text(n)}</td>' for n in numbers)
    kind = f"date or {feature.unit}" if feature.reference else feature.kind
    return f"<tr>{head}<td>{kind}</td>{cells}</tr>"
