"""The folder of a run: what it found and made is kept there, so that runs can be compared, and an earlier model used.

It holds report.html, MODEL_CARD.md, model.onnx, the fitted scikit-learn pipeline as estimator.joblib, and run.json,
from which it is known which versions can read the pipeline. A joblib file runs code when it is loaded: load only your
own. The folder gets its name when it is complete; what a dead run left is removed by the next.
"""

import hashlib
import json
import os
import platform
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import joblib

from predict.model.card import render_card

from ..command.files import claim, replacing, write
from ..errors import TrainingError
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
    name = moment.strftime("%Y-%m-%d-%H%M%S")
    new = reports / f"{name}-{os.getpid()}.new"
    with claim(new):
        _remove_dead(reports)
        try:
            _fill(new, result, report, moment)
            return _named(new, reports / name)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _fill(folder: Path, result: Result, report: str, moment: datetime) -> None:
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
        "estimator_sha256": hashlib.sha256((folder / _ESTIMATOR).read_bytes()).hexdigest(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        "seconds": {step: round(seconds, 1) for step, seconds in result.stopwatch.seconds.items()},
    }
    write(folder / FACTS, json.dumps(facts, indent=2) + "\n")


def _remove_dead(reports: Path) -> None:
    for lock in reports.glob(".*.new.lock"):
        left = reports / lock.name.removeprefix(".").removesuffix(".lock")
        # That of a run that goes on is refused. This run's own holds nothing yet.
        with suppress(TrainingError), claim(left):
            shutil.rmtree(left, ignore_errors=True)


def _named(new: Path, folder: Path) -> Path:
    """Give a folder its name, or the next one that is free: two runs may end in the same second."""
    free, number = folder, 1
    while True:
        try:
            return new.rename(free)
        except OSError:
            if not free.exists():
                raise
            number += 1
            free = folder.with_name(f"{folder.name}-{number}")
