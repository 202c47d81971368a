"""The README's numbers: a customer's answer and the model's metrics, written by the run that made them."""

import json
import shlex
from collections.abc import Collection
from pathlib import Path

from predict.answers import answer_row
from predict.contract import Contract, Row, Value
from predict.model.explain import Explainer
from predict.model.metadata import INTERVAL_WORDS, METRIC_NAMES, Metadata, Provenance
from predict.model.session import Model
from predict.requests.one_customer import read_row

from ..command.arguments import PROJECT
from ..command.files import write
from .regions import fill_regions

__all__ = ["write_readme"]


_SAMPLE = PROJECT / "data" / "README.md"  # says the digest of the synthetic customers beside it


def write_readme(model: Model, path: Path) -> bool:
    """Write the numbers into a README, and return whether it changed."""
    # The one most likely to say yes makes the liveliest answer.
    rows = [example.values for example in model.contract.examples] or [test.values for test in model.metadata.self_test]
    row = rows[int(model.probabilities(rows).argmax())]
    text = fill_regions(path, {"answer": _answer(model, row), "metrics": _metrics(model.metadata)})
    changed = text != path.read_text("utf-8")
    if changed:
        write(path, text)
    return changed


def _answer(model: Model, values: Row) -> str:
    payload = _payload(model.contract, values)
    row, warnings = read_row(model.contract, payload)
    answer = answer_row(model, Explainer(model), row, warnings, frozenset({"explanation"}))
    shown = {name: json.dumps(_rounded(value)) for name, value in answer.items()}
    shown["contributions"] = f"[{json.dumps(_rounded(answer['contributions'][0]))}, ...]"
    shown |= {"model": "{...}", "request_id": '"..."'}
    lines = [f'  "{name}": {value}' for name, value in shown.items()]
    return "\n".join(
        [
            "```sh",
            "curl http://127.0.0.1:7071/api/predict -H 'Content-Type: application/json' "
            f"-d {shlex.quote(json.dumps(payload))}",
            "```",
            "",
            "```",
            "{",
            ",\n".join(lines),
            "}",
            "```",
        ]
    )


def _payload(contract: Contract, values: Row) -> dict[str, Value]:
    return {
        feature.name: int(value) if isinstance(value, float) and value.is_integer() else value
        for feature, value in zip(contract.features, values, strict=True)
    }


def _rounded(value: object) -> object:
    """Round off the last bits, which differ from machine to machine."""
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return round(value, 12) if isinstance(value, float) else value


def _metrics(metadata: Metadata) -> str:
    evaluation, provenance, people = metadata.evaluation, metadata.provenance, metadata.contract.target.people
    known = evaluation.metrics.keys() & evaluation.baseline.keys()
    shown = {name: label for name, label in METRIC_NAMES.items() if name in known}
    rows = [
        f"| {label} | {evaluation.metrics[name]:.3f} | {evaluation.interval_text(name)} | "
        f"{evaluation.baseline[name]:.3f} |"
        for name, label in shown.items()
    ]
    return "\n".join(
        [
            f"It is trained on {_source(provenance)}, and measured on rows it was not fitted on:",
            "",
            f"| {metadata.contract.estimator} | on unseen rows | 95% interval | always the base rate |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            *([INTERVAL_WORDS, ""] if evaluation.intervals else []),
            *_on_base_rate(shown),
            f"{evaluation.n_rows:,} rows, {evaluation.n_positive:,} of them {people}; {evaluation.method}. "
            f"Data: `{provenance.data}`, sha256 `{provenance.data_sha256[:16]}…`, seed {provenance.seed}.",
        ]
    )


def _on_base_rate(shown: Collection[str]) -> list[str]:
    """Return why a number that knows nothing has no calibration error."""
    if "calibration_error" not in shown:
        return []
    return [
        "Always saying the base rate is right on average, so its calibration error is 0; it tells nobody apart.",
        "",
    ]


def _source(provenance: Provenance) -> str:
    is_sample = provenance.data_sha256 in _SAMPLE.read_text("utf-8")
    return "[synthetic customers](data/README.md)" if is_sample else f"`{provenance.data}`"
