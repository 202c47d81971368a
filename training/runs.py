"""Runs: what each run found is kept in a folder of its own, to be compared and to be gone back to.

A folder holds report.html, MODEL_CARD.md, model.onnx, the fitted scikit-learn pipeline as estimator.joblib, and
run.json, from which it is known which versions can read the pipeline. A joblib file runs code when it is loaded: load
only your own.
"""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
from sklearn.pipeline import Pipeline

from .card import render_card
from .errors import TrainingError
from .result import Result

__all__ = ["Run", "changes", "keep", "list_runs", "load_estimator", "runs_table"]

_FACTS = "run.json"
_ESTIMATOR = "estimator.joblib"
_LIBRARIES = ("scikit-learn", "numpy", "joblib")


@dataclass(frozen=True)
class Run:
    """An earlier run.

    Attributes
    ----------
    folder : Path
    facts : dict
        What run.json holds: when, what was asked for, what came out.
    """

    folder: Path
    facts: dict[str, Any]


def keep(result: Result, report: str, reports: Path, now: datetime | None = None) -> Path:
    """Keep what a run found and made, and return its folder.

    Parameters
    ----------
    result : Result
    report : str
        The report's HTML.
    reports : Path
        The folder that gets a folder for this run.
    now : datetime, optional
    """
    moment = now or datetime.now(UTC)
    folder = _fresh(reports, moment.strftime("%Y-%m-%d-%H%M%S"))
    (folder / "report.html").write_text(report, encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(render_card(result.model), encoding="utf-8")
    (folder / "model.onnx").write_bytes(result.path.read_bytes())
    joblib.dump(result.fitted, folder / _ESTIMATOR, compress=3)
    settings, metadata = result.settings, result.model.metadata
    facts = {
        "when": moment.isoformat(timespec="seconds"),
        "asked": {
            "data": result.table.name,
            "data_sha256": result.table.sha256,
            "rows": len(result.table.y),
            "inputs": [feature.name for feature in result.schema.features],
            "objective": metadata.contract.threshold_rule,
            "seed": settings.seed,
            "trials": len(result.searched.tried),
        },
        "estimator": metadata.contract.estimator,
        "params": dict(result.searched.trial.params),
        "calibrated": result.searched.platt is not None,
        "threshold": metadata.contract.threshold,
        "metrics": metadata.evaluation.metrics,
        "intervals": metadata.evaluation.intervals,
        "model_sha256": result.model.hash,
        "estimator_sha256": _digest(folder / _ESTIMATOR),
        "versions": _versions(),
    }
    (folder / _FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return folder


def list_runs(reports: Path) -> list[Run]:
    """Return the runs that were kept, the oldest first; what is no run, or damaged, is passed over."""
    runs = []
    for path in sorted(reports.glob(f"*/{_FACTS}")):
        try:
            facts = json.loads(path.read_text("utf-8"))
            complete = isinstance(facts["metrics"], dict) and isinstance(facts["asked"], dict)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if complete:
            runs.append(Run(path.parent, facts))
    return runs


def changes(before: Run, after: Run) -> list[str]:
    """Return in words what differs between two runs: what was asked for, then what came out."""
    found = []
    old, new = before.facts["asked"], after.facts["asked"]
    gone = [name for name in old.get("inputs", []) if name not in new.get("inputs", [])]
    come = [name for name in new.get("inputs", []) if name not in old.get("inputs", [])]
    if gone:
        found.append(f"without {', '.join(gone)}")
    if come:
        found.append(f"with {', '.join(come)}")
    if old.get("data_sha256") != new.get("data_sha256"):
        found.append(f"other data ({new.get('data')})")
    found += [f"{name} {new.get(name)}" for name in ("objective", "seed", "trials") if old.get(name) != new.get(name)]
    if before.facts.get("estimator") != after.facts.get("estimator"):
        found.append(f"now {after.facts.get('estimator')}")
    elif before.facts.get("params") != after.facts.get("params"):
        found.append("other hyperparameters")
    if before.facts.get("versions") != after.facts.get("versions"):
        found.append("other versions")
    return found


def runs_table(runs: Sequence[Run]) -> str:
    """Return the runs side by side as text, each with what changed since the one before."""
    lines = [
        f"{'run':<20}  {'rows':>9}  {'average precision':<24}  {'ROC AUC':>7}  {'log loss':>8}  {'F1':>6}  changed"
    ]
    for number, run in enumerate(runs):
        metrics, asked = run.facts["metrics"], run.facts["asked"]
        low, high = run.facts.get("intervals", {}).get("average_precision", (float("nan"), float("nan")))
        precision = f"{metrics['average_precision']:.3f} ({low:.3f} to {high:.3f})"
        changed = changes(runs[number - 1], run) if number else [str(run.facts.get("estimator"))]
        lines.append(
            f"{run.folder.name:<20}  {asked['rows']:>9,}  {precision:<24}  {metrics['roc_auc']:>7.3f}  "
            f"{metrics['log_loss']:>8.4f}  {metrics['f1']:>6.3f}  {', '.join(changed) or 'nothing'}"
        )
    return "\n".join(lines)


def load_estimator(folder: Path) -> Pipeline:
    """Load a run's fitted pipeline.

    Raises
    ------
    TrainingError
        If it is not there, is not the file that was kept, or was made by other versions than those installed: then
        scikit-learn would load it without a word, and might score differently.
    """
    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        versions, digest = facts["versions"], facts["estimator_sha256"]
        found = _digest(folder / _ESTIMATOR)
    except (OSError, ValueError, KeyError, TypeError):
        raise TrainingError(
            f"{folder} holds no complete run: {_FACTS} or {_ESTIMATOR} is missing or damaged."
        ) from None
    if found != digest:
        raise TrainingError(f"{folder / _ESTIMATOR} is not the file that the run kept. Train again.")
    differing = _differing(versions, _versions())
    if differing:
        raise TrainingError(
            f"{folder / _ESTIMATOR} was made with other versions: {'; '.join(differing)}. Install those, or train "
            "again. The ONNX file beside it scores the same everywhere."
        )
    pipeline: Pipeline = joblib.load(folder / _ESTIMATOR)
    return pipeline


def _differing(made: dict[str, str], installed: dict[str, str]) -> list[str]:
    return [
        f"{name} {made.get(name, 'unknown')}, installed is {installed[name]}"
        for name in installed
        if made.get(name) != installed[name]
    ]


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fresh(reports: Path, name: str) -> Path:
    """Make a folder that was not there; two runs may end in the same second."""
    taken: Sequence[str] = [path.name for path in reports.glob(f"{name}*")] if reports.exists() else []
    number = 1
    folder = reports / name
    while folder.name in taken:
        number += 1
        folder = reports / f"{name}-{number}"
    folder.mkdir(parents=True)
    return folder
