"""The metadata: what the model file says about itself, gathered from the schema, the data and the fit."""

from collections.abc import Mapping
from copy import replace
from dataclasses import dataclass
from importlib.metadata import version
from platform import python_version

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import OTHER, Contract, Feature, Seen
from predict.model.dividends import kind_of
from predict.model.explain import Explainer
from predict.model.metadata import Evaluation, Metadata, Provenance, SelfTest
from predict.model.session import Model
from predict.model.strongest import MOST_EXACT, STRONGEST

from ..customers.table import Table
from ..errors import TrainingError
from ..evaluation.exploration import count_values
from ..schema.load import Schema
from ..search.calibrate import Calibration, inner
from .agreement import measure_agreement
from .background import choose_background, to_rows, to_table
from .dividends import BUDGET, dividends_of
from .dividends_check import check_dividends
from .drift_reference import bins_of_numbers
from .onnx_file import open_draft
from .parity import adversarial_rows, check_parity, to_feed
from .score_jumps import find_breaks, simplify

__all__ = ["Choices", "describe", "explain_some", "see"]

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx")
_MOST_DECIMALS = 6
# Rows explained for the importances, and rows scored for it where there are many columns.
_MOST_EXPLAINED = 1000
_FEWEST_EXPLAINED = 20
_MOST_SCORED = 4_000_000


@dataclass(frozen=True)
class Choices:
    """What was chosen and found on the way to the model.

    Attributes
    ----------
    threshold : float
    rule : str
        Why it stands there.
    leaks : tuple of str
        Columns that alone nearly give the answer away.
    hyperparameters : mapping of str to str, float or bool
    calibration : Calibration or None
    """

    threshold: float
    rule: str
    leaks: tuple[str, ...]
    hyperparameters: Mapping[str, str | float | bool]
    calibration: Calibration | None


def see(feature: Feature, column: pd.Series) -> Feature:
    """Return the feature with what the data shows of it."""
    if feature.is_category:
        counts = count_values(column)
        values = feature.values or {value: value for value in sorted(counts) if value}
        values |= {OTHER: "Other"} if feature.other else {}
        return replace(feature, values=values, seen=Seen(counts=counts))
    known = column.dropna()
    lowest, lower, median, upper, highest = np.quantile(known.to_numpy(), [0, 0.25, 0.5, 0.75, 1]).tolist()
    counts = {"": len(column) - len(known)} if len(known) < len(column) else {}
    return replace(feature, step=_step(known), seen=Seen(lowest, lower, median, upper, highest, counts))


def _step(column: pd.Series) -> float:
    """Return the power of ten that every value is a multiple of: 1 for whole numbers, 0.1 for one decimal."""
    values = column.to_numpy(np.float64)
    for decimals in range(_MOST_DECIMALS):
        if np.array_equal(np.round(values, decimals), values):
            return float(10.0**-decimals)
    return float(10.0**-_MOST_DECIMALS)


def describe(
    table: Table, schema: Schema, fitted: Pipeline, evaluation: Evaluation, choices: Choices, seed: int
) -> Metadata:
    """Return everything the model file says about itself.

    A draft of the file is scored, explained and compared with scikit-learn, and what comes of it goes into the final.

    Raises
    ------
    ParityError
        If the draft does not give scikit-learn's probabilities.
    TrainingError
        If many inputs cannot be explained within `BUDGET`.
    """
    contract = Contract(
        name=schema.name,
        version=schema.version,
        estimator=type(inner(fitted["estimator"])).__name__,
        features=tuple(see(feature, table.X[feature.name]) for feature in schema.features),
        target=schema.target,
        threshold=choices.threshold,
        threshold_rule=choices.rule,
        base_rate=float(table.y.mean()),
        examples=schema.examples,
        good_for=schema.good_for,
        not_good_for=schema.not_good_for,
    )
    rows = [example.values for example in schema.examples] or to_rows(table.X.head(1))
    examples = to_table(rows, table.X)
    draft = Metadata(
        contract=contract,
        evaluation=evaluation,
        provenance=Provenance(
            data=table.name,
            data_sha256=table.sha256,
            n_rows=len(table.y),
            seed=seed,
            versions={"python": python_version()} | {library: version(library) for library in _LIBRARIES},
            about=schema.about,
            leaks=choices.leaks,
            hyperparameters=dict(choices.hyperparameters),
            calibration=choices.calibration or (),
        ),
        background=tuple(to_rows(examples)),
        self_test=_self_test(fitted, examples),
        breaks={name: tuple(values.tolist()) for name, values in find_breaks(fitted).items()},
        reference={
            feature.name: bins_of_numbers(table.X[feature.name].to_numpy(np.float64))
            for feature in contract.features
            if not feature.is_category
        },
    )
    scorer = open_draft(fitted, draft)
    background = choose_background(
        table.X,
        lambda X: scorer.run(to_feed(contract.features, X)),
        seed,
        simplify(fitted, table.X),
    )
    dividends = dividends_of(fitted, contract.features, background)
    n_features = len(contract.features)
    if dividends is None and n_features > MOST_EXACT:
        raise TrainingError(
            f"The model's explanations need more than {BUDGET >> 20} MB: with more than {MOST_EXACT} inputs they are "
            "the only way. Leave inputs out with --drop."
        )
    exact_inputs = STRONGEST if n_features > MOST_EXACT else n_features
    contract = replace(contract, explanation=kind_of(dividends), exact_inputs=exact_inputs)
    draft = replace(draft, contract=contract, background=background, dividends=dividends)
    # The examples and every fourth background row: made-up customers over the whole range of scores.
    tested = to_table([*(example.values for example in schema.examples), *background[::4]], table.X)
    draft = replace(draft, self_test=_self_test(fitted, tested))
    model = open_draft(fitted, draft)
    draft = replace(draft, self_test=_explained(model))
    check_dividends(model, adversarial_rows(fitted, contract.features, table.X, seed))
    draft = replace(draft, contract=replace(contract, agreement=measure_agreement(model, table.X, seed)))
    _, contributions = explain_some(model, table.X, seed)
    importance = dict(zip(table.X.columns, np.abs(contributions).mean(axis=0).tolist(), strict=True))
    parity = check_parity(model, fitted, (table.X, *adversarial_rows(fitted, contract.features, table.X, seed)))
    ranking = tuple(sorted(importance, key=lambda name: -importance[name]))
    return replace(
        draft,
        contract=replace(draft.contract, ranking=ranking),
        evaluation=replace(evaluation, importance=importance),
        provenance=replace(
            draft.provenance, parity={"rows": float(parity.rows), "max_difference": parity.max_difference}
        ),
    )


def explain_some(model: Model, X: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, npt.NDArray[np.float64]]:
    """Explain some rows of the data, drawn at random.

    Returns
    -------
    rows : DataFrame of shape (n_explained, n_features)
    contributions : ndarray of shape (n_explained, n_features)
    """
    n_explained = min(len(X), _MOST_EXPLAINED)
    if model.metadata.dividends is None:
        scored = len(model.metadata.background) << X.shape[1]
        n_explained = min(n_explained, max(_FEWEST_EXPLAINED, _MOST_SCORED // scored))
    drawn = np.random.default_rng(seed).choice(len(X), n_explained, replace=False)
    rows = X.iloc[np.sort(drawn)]
    return rows, Explainer(model).contributions(to_rows(rows))


def _explained(model: Model) -> tuple[SelfTest, ...]:
    """Return the self-test with the contributions of each row."""
    tests = model.metadata.self_test
    explained = Explainer(model).contributions([test.values for test in tests]).tolist()
    return tuple(test._replace(contributions=tuple(values)) for test, values in zip(tests, explained, strict=True))


def _self_test(fitted: Pipeline, rows: pd.DataFrame) -> tuple[SelfTest, ...]:
    scores = fitted.predict_proba(rows)[:, 1].tolist()
    return tuple(SelfTest(values, p) for values, p in zip(to_rows(rows), scores, strict=True))
