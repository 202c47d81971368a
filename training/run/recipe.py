"""The recipe: from a table of customers to a model that serves. Reads top to bottom."""

import hashlib
from collections.abc import Callable
from copy import replace
from importlib.metadata import version

from predict.model.metadata import Evaluation, Metadata
from predict.model.session import Model

from ..command.arguments import PROJECT
from ..command.journal import Journal
from ..command.progress import Advance
from ..command.stopwatch import Stopwatch
from ..customers.table import Table, read_table
from ..errors import TrainingError
from ..evaluation.evaluate import evaluate
from ..evaluation.leakage import SUSPICIOUS, column_powers, order_power, warn_of_leaks, warn_of_order
from ..evaluation.metrics import is_miscalibrated, threshold_curve
from ..evaluation.out_of_fold import OutOfFold, decide
from ..evaluation.slices import slice_up, worse_parts
from ..evaluation.threshold import Objective, choose_threshold
from ..export.drift_reference import bins_of_scores
from ..export.metadata import Choices, describe
from ..export.onnx_file import serialize
from ..export.parity import install
from ..export.speed import measure_speed
from ..schema.load import Schema, drop_columns, load_schema
from ..search.calibrate import calibrate
from ..search.fits import fit
from ..search.one_rule import describe_rule
from ..search.pipeline import build_pipeline
from .result import Entry, Result, Settings
from .scaled_search import Found, search_scaled

__all__ = ["make"]


def make(settings: Settings, advance: Advance, note: Callable[[str], None]) -> Result:
    """Read, explore, search, measure, fit, prove parity, and install.

    Parameters
    ----------
    settings : Settings
    advance : Advance
    note : callable
        Told each thing a person should know, when it comes up.

    Raises
    ------
    TrainingError
        If the schema or the data cannot be used, the objective cannot be reached, or the file does not keep parity.
    """
    stopwatch = Stopwatch()
    schema = drop_columns(load_schema(settings.schema), settings.drop)
    table = read_table(settings.data, schema)
    with Journal(settings.out / "model.onnx", _asked(settings, table)) as journal:
        if journal.is_other:
            note("An earlier run left fits of other data, another schema or other code: they are not used.")
        if journal.n_kept:
            note(f"An earlier run did not end: {journal.n_kept:,} of its fits are taken over.")
        return _make(settings, schema, table, journal, stopwatch, advance, note)


def _make(
    settings: Settings,
    schema: Schema,
    table: Table,
    journal: Journal,
    stopwatch: Stopwatch,
    advance: Advance,
    note: Callable[[str], None],
) -> Result:
    notes: list[str] = []
    alarms: list[str] = []

    def tell(text: str, *, alarm: bool = False) -> None:
        notes.append(text)
        alarms.extend([text] * alarm)
        note(text)

    for text in table.notes:
        tell(text)
    seed, objective = settings.seed, settings.objective

    powers = column_powers(table, schema.features, seed)
    for text in warn_of_leaks(powers, schema.target):
        tell(text, alarm=True)
    for text in warn_of_order(order_power(table)):
        tell(text)

    stopwatch.lap("reading")

    found = search_scaled(table, schema.features, settings, journal, advance, tell)
    searched, scored = found.searched, found.scored
    evaluation = evaluate(scored, found.measured_method, objective, seed)
    threshold, reached = choose_threshold(scored.y, scored.probability, objective)
    if not reached:
        raise TrainingError(_out_of_reach(scored, objective, threshold))
    curve = threshold_curve(scored.y, scored.probability, threshold)
    parts = slice_up(found.measured, scored, decide(scored, objective), schema.features)
    evaluation = replace(
        evaluation,
        rule=describe_rule(table, schema.features, schema.target, seed),
        rule_metrics=evaluate(found.ruled, found.measured_method, objective).metrics,
        curve=curve,
        n_parts=len(parts),
        worse=worse_parts(parts),
    )
    for text in _warnings(evaluation):
        tell(text, alarm=True)

    stopwatch.lap("searching")

    trial = searched.trial
    advance.start("fitting the model", 1)
    fitted = fit(build_pipeline(schema.features, trial.family, trial.params, seed), table.X, table.y)
    if searched.calibration:
        fitted = calibrate(fitted, searched.calibration)
        kind = "Platt scaling" if len(searched.calibration) == 2 else "isotonic regression"
        note(f"The probabilities are calibrated by {kind}, which lowers log loss on unseen rows.")
    advance.step()
    note(searched.reason)
    stopwatch.lap("fitting")

    leaks = tuple(power.feature.name for power in powers if power.roc_auc >= SUSPICIOUS)
    choices = Choices(threshold, objective.words(schema.target.noun), leaks, trial.params, searched.calibration)
    metadata = describe(table, schema, fitted, evaluation, choices, seed)
    metadata = replace(metadata, scores=bins_of_scores(scored.probability))
    stopwatch.lap("explaining")
    path = settings.out / "model.onnx"
    file = serialize(fitted, metadata)
    parity = install(file, path, fitted, table.X, seed)
    stopwatch.lap("checking the file")
    entries = _compare(found, metadata, objective, seed)
    stopwatch.lap("comparing")
    return Result(
        settings=settings,
        stopwatch=stopwatch,
        table=table,
        schema=schema,
        notes=tuple(notes),
        alarms=tuple(alarms),
        powers=powers,
        searched=searched,
        entries=entries,
        scored=scored,
        parts=parts,
        fitted=fitted,
        model=Model.from_bytes(file),
        file=file,
        parity=parity,
        path=path,
    )


def _asked(settings: Settings, table: Table) -> dict[str, object]:
    """Return what a fit depends on besides its hyperparameters and rows."""
    code = hashlib.sha256()
    for path in sorted(path for folder in ("predict", "training") for path in (PROJECT / folder).rglob("*.py")):
        code.update(path.read_bytes())
    return {
        "data": table.sha256,
        "schema": hashlib.sha256(settings.schema.read_bytes()).hexdigest(),
        "drop": settings.drop,
        "seed": settings.seed,
        "code": code.hexdigest(),
        "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
    }


def _out_of_reach(scored: OutOfFold, objective: Objective, threshold: float) -> str:
    decided = scored.probability >= threshold
    best = scored.y[decided].mean() if objective.kind == "precision" else scored.y[decided].sum() / scored.y.sum()
    return (
        f"The objective {objective.kind}>={objective.level:g} is out of reach: the best {objective.kind} on unseen "
        f"customers is {best:.3f}. Ask for less, or for another objective."
    )


def _warnings(evaluation: Evaluation) -> list[str]:
    """Return a warning where the model is no better than what it has to beat, or is miscalibrated."""
    low, _ = evaluation.intervals["roc_auc"]
    if low <= 0.5 or evaluation.metrics["log_loss"] >= evaluation.baseline["log_loss"]:
        return [
            "The model is no better than always answering the base rate: nothing in these columns tells one answer "
            "from the other. Do not use its scores."
        ]
    found = []
    if is_miscalibrated(evaluation.calibration):
        found.append(
            f"The probabilities are off by {100 * evaluation.metrics['calibration_error']:.1f} points in the mean, "
            "whatever calibration is tried: rely on the order of customers, not on the probabilities."
        )
    low, _ = evaluation.intervals["average_precision"]
    if low <= evaluation.rule_metrics["average_precision"]:
        found.append(f"The model is not clearly better than one rule ({evaluation.rule}).")
    return found


def _compare(found: Found, metadata: Metadata, objective: Objective, seed: int) -> tuple[Entry, ...]:
    searched, table = found.searched, found.rows
    entries = []
    for name, trial in searched.best.items():
        fitted = fit(build_pipeline(metadata.contract.features, name, trial.params, seed), table.X, table.y)
        size, microseconds = measure_speed(fitted, metadata, table.X)
        evaluation = evaluate(searched.families[name], found.method, objective)
        entries.append(Entry(name, trial.words, evaluation, searched.fit_seconds[name], size, microseconds))
    return tuple(entries)
