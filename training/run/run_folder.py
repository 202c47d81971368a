"""The folder of a run: what it found and made is kept there, so that runs can be compared, and an earlier model used.

It holds report.html, MODEL_CARD.md, model.onnx, the fitted scikit-learn pipeline as estimator.joblib, and run.json,
from which it is known which versions can read the pipeline. A joblib file runs code when it is loaded: load only your
own.
"""

import hashlib
import itertools
import json
import platform
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import joblib

from predict.model.card import render_card

from ..command.files import replacing, write
from .result import Result
from .runs import FACTS

__all__ = ["keep"]

_ESTIMATOR = "estimator.joblib"
_LIBRARIES = ("scikit-learn", "numpy", "joblib")


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
    write(folder / "report.html", report)
    write(folder / "MODEL_CARD.md", render_card(result.model))
    write(folder / "model.onnx", result.file)
    with replacing(folder / _ESTIMATOR) as file:
        joblib.dump(result.fitted, file, compress=3)
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
        "calibrated": result.searched.calibration is not None,
        "threshold": metadata.contract.threshold,
        "metrics": metadata.evaluation.metrics,
        "intervals": metadata.evaluation.intervals,
        "model_sha256": result.model.hash,
        "estimator_sha256": _digest(folder / _ESTIMATOR),
        "versions": _versions(),
        "seconds": {step: round(seconds, 1) for step, seconds in result.stopwatch.seconds.items()},
    }
    # Last: a folder without it holds no run.
    write(folder / FACTS, json.dumps(facts, indent=2) + "\n")
    return folder


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fresh(reports: Path, name: str) -> Path:
    """Make a folder that was not there; two runs may end in the same second."""
    reports.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = reports / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir()
            break
    return folder
