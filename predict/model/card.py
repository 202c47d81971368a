"""The model card: what the model is, what it is for and what not, and how well it does, on one page of Markdown.

Everything in it is in the model file; nothing is typed by hand.

References
----------
Mitchell et al., Model Cards for Model Reporting, 2019, doi:10.1145/3287560.3287596.
"""

from collections.abc import Mapping

from ..contract import Contract, Feature
from ..words import number_text, quantity_text
from .metadata import INTERVAL_WORDS, METRIC_NAMES, Metadata
from .session import Model

__all__ = ["explanation_text", "render_card", "uses"]

_GOOD_FOR = (
    "Ordering customers, so that limited contact effort goes first to those with the highest chance.",
    "Seeing which behaviour the score responds to.",
)
_NOT_GOOD_FOR = (
    "Proof that more of an input causes the answer: the data shows who gave it, not why.",
    "Refusing service, pricing, or any decision with legal effect on a person.",
    "Customers unlike those of the training data, such as values outside the ranges below.",
    "A changed offer, price or market: check the calibration again after any such change.",
)


def uses(contract: Contract) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the model is good for and what not: what the schema says, else what holds of every model."""
    return contract.good_for or _GOOD_FOR, contract.not_good_for or _NOT_GOOD_FOR


def render_card(model: Model) -> str:
    """Return the card as Markdown."""
    metadata = model.metadata
    contract, provenance = metadata.contract, metadata.provenance
    good_for, not_good_for = uses(contract)
    parts = [
        f"# Model card: {contract.name} {contract.version}",
        f"Gives the probability that the answer is “{contract.target.positive}”, from {len(contract.features)} inputs. "
        f"A {contract.estimator} of scikit-learn, as one ONNX file that gives the same probabilities.",
        "## What it is for",
        _bullets(good_for),
        "## What it is not for",
        _bullets(not_good_for),
        "## The data",
        f"{provenance.about} `{provenance.data}`: {provenance.n_rows:,} rows, {contract.base_rate:.1%} of them "
        f"“{contract.target.positive}”.".strip(),
        _leaks(provenance.leaks),
        _inputs(contract.features, metadata.evaluation.importance),
        "## How well it does",
        _metrics(metadata),
        "## The answer",
        f"“{contract.target.positive}” from a probability of {contract.threshold:.4f} on: {contract.threshold_rule}.",
        _profit(metadata),
        "## Why a score is what it is",
        explanation_text(metadata),
        "## Limits",
        "\n".join(
            [
                "- A probability is a statement about many customers who look alike, not about one.",
                "- Contributions say what the model used, not what would change a customer's mind.",
                "- Outside the ranges above the model has seen nothing; the score then comes with a warning.",
                "- It knows its own time: measure it again on new customers, and train again when it does worse.",
            ]
        ),
        "## Provenance",
        _provenance(model),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def explanation_text(metadata: Metadata) -> str:
    """Say what an explanation is, and how far explanations agree with those from all training rows."""
    contract, agreement = metadata.contract, metadata.contract.agreement
    n_features = len(contract.features)
    which = "exact Shapley values"
    if 0 < contract.exact_inputs < n_features:
        which = (
            f"Shapley values, exact for the {contract.exact_inputs} strongest inputs of a customer; the other "
            f"{n_features - contract.exact_inputs} share what they add together"
        )
    text = f"Contributions are {which}, against {len(metadata.background):,} background customers."
    if agreement is None:
        return text
    return (
        f"{text} Held against all training rows for {agreement.customers} customers: the strongest input agrees for "
        f"{agreement.same_strongest}, {agreement.wrong_signs} of {agreement.notable} contributions above one point "
        f"have the wrong sign, and the typical error is {100 * agreement.error:.2f} points."
    )


def _bullets(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _leaks(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    listed = ", ".join(f"`{name}`" for name in names)
    return (
        f"**Possible leak: {listed} alone nearly gives the answer away.** If it was recorded after the answer, the "
        "figures below do not hold for customers whose answer is still open."
    )


def _inputs(features: tuple[Feature, ...], importance: Mapping[str, float]) -> str:
    rows = ["| input | what | seen in training | mean contribution |", "|---|---|---|---:|"]
    for feature in features:
        low, high = feature.seen.minimum, feature.seen.maximum
        if low is None or high is None:
            counts = feature.seen.counts
            seen = f"{sum(value != '' for value in counts)} values"
            seen += f", {counts['']:,} not known" if counts.get("") else ""
        else:
            seen = f"{number_text(low)} to {quantity_text(high, feature.unit)}"
        points = 100 * importance.get(feature.name, 0.0)
        rows.append(f"| `{feature.name}` | {feature.help or feature.label} | {seen} | {points:.1f} points |")
    return "\n".join(rows)


def _metrics(metadata: Metadata) -> str:
    evaluation = metadata.evaluation
    rule = f"one rule ({evaluation.rule})" if evaluation.rule else "one rule"
    rows = [
        f"{evaluation.n_rows:,} rows, {evaluation.n_positive:,} of them positive, each scored by a model that did not "
        f"see it: {evaluation.method}.",
        "",
        f"| metric | model | 95% interval | {rule} | always the base rate |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, label in METRIC_NAMES.items():
        if name in evaluation.metrics:
            interval = evaluation.interval_text(name)
            ruled = f"{evaluation.rule_metrics[name]:.3f}" if name in evaluation.rule_metrics else ""
            base = f"{evaluation.baseline[name]:.3f}" if name in evaluation.baseline else ""
            rows.append(f"| {label} | {evaluation.metrics[name]:.3f} | {interval} | {ruled} | {base} |")
    if evaluation.intervals:
        rows += ["", INTERVAL_WORDS]
    return "\n".join(rows)


def _profit(metadata: Metadata) -> str:
    profit = metadata.evaluation.profit
    if not profit:
        return ""
    return (
        f"If a contact costs {profit['contact_cost']:g} and {metadata.contract.target.noun} is worth "
        f"{profit['purchase_value']:g}, "
        f"contacting those with this answer brings {100 * profit['per_customer']:.1f} for every 100 customers, on "
        "unseen ones "
        f"({profit['contacted']:,.0f} contacted of {metadata.evaluation.n_rows:,})."
    )


def _provenance(model: Model) -> str:
    provenance = model.metadata.provenance
    hyperparameters = ", ".join(f"{name}={value}" for name, value in provenance.hyperparameters.items())
    rows = [f"- Hyperparameters: {hyperparameters}"] if hyperparameters else []
    match provenance.calibration:
        case ():
            pass
        case (slope, intercept):
            rows.append(f"- Calibrated by Platt scaling: {slope:.4g} times the log odds {intercept:+.4g}")
        case knots:
            rows.append(f"- Calibrated by isotonic regression: a rising line through {len(knots) // 2} points")
    rows += [
        f"- Model file: sha256 `{model.hash}` (of its body)",
        f"- Data: `{provenance.data}`, sha256 `{provenance.data_sha256}`, seed {provenance.seed}",
        f"- Made with {', '.join(f'{name} {version}' for name, version in provenance.versions.items())}",
    ]
    if provenance.parity:
        rows.append(
            f"- Parity: {provenance.parity['rows']:,.0f} rows scored by ONNX and by scikit-learn, largest difference "
            f"{provenance.parity['max_difference']:.1e}, no answer differs"
        )
    return "\n".join(rows)
