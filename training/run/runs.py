"""Runs: what earlier ones were asked for and found, side by side."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["FACTS", "Run", "changes", "list_runs", "runs_table"]

FACTS = "run.json"
"""The file in a run's folder that `training.run.run_folder` keeps its facts in."""


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


def list_runs(reports: Path) -> list[Run]:
    """Return the runs that were kept, the oldest first; other folders, and damaged ones, are passed over."""
    runs = []
    for path in sorted(reports.glob(f"*/{FACTS}")):
        try:
            run = Run(path.parent, json.loads(path.read_text("utf-8")))
            runs_table([run, run])  # what cannot be shown is damaged
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        runs.append(run)
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
