from copy import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from predict.answers import answer_batch
from predict.model.explain import Explainer
from predict.model.metadata import SelfTest
from predict.model.session import Model
from predict.requests.many_customers import read_columns
from tests.factories import sample_contract
from tests.fitted import ESTIMATORS, against, customers, fitted, metadata_of, model_file, with_unknown
from training.export.background import to_rows
from training.export.dividends_check import check_dividends
from training.export.onnx_file import serialize
from training.export.parity import TOLERANCE, ParityError, adversarial_rows, check_parity, install
from training.export.trees import thresholds
from training.search.pipeline import DEFAULTS, build_pipeline

UNKNOWN = ("minutes_watched", "exams_passed")
FEATURES = sample_contract().features


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_keeps_parity(tmp_path, estimator):
    X, _ = customers()
    parity = install(model_file(estimator), tmp_path / "model.onnx", fitted(estimator), X, seed=0)
    assert parity.rows > len(X)
    assert parity.max_difference < 1e-12


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_numbers_that_are_not_known_keep_parity_and_are_explained_exactly(tmp_path, estimator):
    pipeline, metadata, X = with_unknown(estimator)
    parity = install(serialize(pipeline, metadata), tmp_path / "model.onnx", pipeline, X, seed=0)
    assert parity.max_difference < 1e-12
    model = Model.load(tmp_path / "model.onnx")
    tables = [X, *adversarial_rows(pipeline, model.contract.features, X, seed=0)]
    # Also of a number of which training knew every value.
    assert all(table[name].isna().any() for table, name in zip(tables[1:], X.columns, strict=True) if name in UNKNOWN)
    check_dividends(model, tables)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_number_that_is_not_known_is_a_player_of_its_own(estimator):
    pipeline, metadata, X = with_unknown(estimator)
    model = Model.from_bytes(serialize(pipeline, metadata))
    row = next(row for row in to_rows(X) if row[1] is None and row[5])
    (explanation,) = Explainer(model).explain([row])
    assert explanation.base_value + sum(explanation.contributions) == pytest.approx(model.score(row), abs=1e-12)
    assert explanation.contributions[1] > 0.01
    batch = read_columns(model.contract, {f.name: [v] * 2 for f, v in zip(FEATURES, row, strict=True)}, most_rows=2)
    first, second = answer_batch(model, Explainer(model), batch, frozenset({"reasons"}))
    assert first == second
    (reason,) = [reason for reason in first["reasons"]["for"] if reason["feature"] == "minutes_watched"]
    assert reason["value"] is None
    assert reason["words"].startswith("Minutes watched (not known) raises the chance by ")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_is_not_known_has_no_smallest_change(estimator):
    pipeline, metadata, X = with_unknown(estimator)
    model = Model.from_bytes(serialize(pipeline, metadata))
    what_if = Explainer(model).what_if
    rows = [row for row in to_rows(X) if row[1] is None][:20]
    changes = [change for row in rows for change in what_if.smallest_changes(row, model.score(row))]
    assert changes
    assert "minutes_watched" not in {change.feature for change in changes}


@pytest.mark.parametrize("estimator", ESTIMATORS[1:])
def test_adversarial_rows_stand_on_both_sides_of_every_split(estimator):
    pipeline = fitted(estimator)
    X, _ = customers()
    tables = dict(zip([f.name for f in FEATURES], adversarial_rows(pipeline, FEATURES, X, seed=0), strict=True))
    found = thresholds(pipeline["estimator"])
    assert found
    for number, splits in found.items():
        if not FEATURES[number].is_category:
            values = tables[FEATURES[number].name].iloc[:, number]
            for split in splits:
                step = np.spacing(abs(np.float32(split)))
                assert ((values <= split) & (values >= split - 2 * step)).any()
                assert ((values > split) & (values <= split + 2 * step)).any()


PREPROCESSING = [
    *((name, encoder, False) for name in ESTIMATORS for encoder in ("ordinal", "target")),
    *(("LogisticRegression", encoder, True) for encoder in ("ordinal", "onehot", "target")),
]


@pytest.mark.parametrize(("estimator", "encoder", "logarithm"), PREPROCESSING)
def test_every_preprocessing_keeps_parity(tmp_path, estimator, encoder, logarithm):
    X, y = customers()
    params = DEFAULTS[estimator] | {"encoder": encoder, "logarithm": logarithm}
    params |= {name: 20 for name in ("n_estimators", "max_iter") if name in params}
    pipeline = build_pipeline(FEATURES, estimator, params, seed=0).fit(X, y)
    rows = X.head(3)
    tests = zip(to_rows(rows), pipeline.predict_proba(rows)[:, 1].tolist(), strict=True)
    metadata = replace(metadata_of(estimator), self_test=tuple(SelfTest(*test) for test in tests))
    parity = install(serialize(pipeline, metadata), tmp_path / "model.onnx", pipeline, X, seed=0)
    assert parity.max_difference < 1e-12


def test_adversarial_rows_hold_unknown_and_missing_categories():
    *_, table = adversarial_rows(fitted(ESTIMATORS[0]), FEATURES, customers()[0], seed=0)
    assert {"", "not a category", *FEATURES[-1].values} <= set(table["student_country"])


def other_pipeline():
    X, y = customers(seed=5)
    return clone(fitted(ESTIMATORS[3])).fit(X, y)


def test_file_that_differs_is_refused_and_the_old_one_stays(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"the old file")
    with pytest.raises(ParityError, match=r"differs from scikit-learn in \d+ of"):
        install(model_file(), path, other_pipeline(), customers()[0], seed=0)
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]
    assert path.read_bytes() == b"the old file"


def test_file_that_does_not_load_is_refused_and_the_old_one_stays(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"the old file")
    with pytest.raises(ParityError, match="does not load"):
        install(model_file()[:-1], path, fitted(ESTIMATORS[3]), customers()[0], seed=0)
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]
    assert path.read_bytes() == b"the old file"


def test_a_label_that_differs_within_the_tolerance_is_a_difference(tmp_path):
    """Two files may be close everywhere and still answer differently, if the threshold is a score."""
    X, _ = customers()
    path = tmp_path / "model.onnx"
    path.write_bytes(model_file())
    model = Model.load(path)

    class Nudged:
        def predict_proba(self, table):
            return fitted(ESTIMATORS[3]).predict_proba(table) - TOLERANCE / 2

    score = float(model.probabilities([tuple(X.iloc[0])])[0])
    model.contract = replace(metadata_of(ESTIMATORS[3]).contract, threshold=score)
    with pytest.raises(ParityError):
        check_parity(model, Nudged(), [X])
    model.contract = replace(model.contract, threshold=0.9999)
    assert check_parity(model, Nudged(), [X]).max_difference == pytest.approx(TOLERANCE / 2)


def test_a_probability_that_is_not_a_number_is_a_difference(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(model_file())

    class Broken:
        def predict_proba(self, table: pd.DataFrame):
            return np.full((len(table), 2), np.nan)

    with pytest.raises(ParityError):
        check_parity(Model.load(path), Broken(), [customers()[0]])


@pytest.mark.parametrize("encoder", ["ordinal", "target", "onehot"])
def test_several_categories_keep_parity(tmp_path, encoder):
    X, y = customers()
    second = replace(FEATURES[-1], name="channel", values={"web": "Web", "shop": "Shop", "": "?"})
    X = X.assign(channel=np.resize(np.array(["web", "shop", "web", ""], dtype=object), len(X)))
    features = (*FEATURES, second)
    family = ESTIMATORS[0] if encoder == "onehot" else ESTIMATORS[3]
    pipeline = build_pipeline(features, family, DEFAULTS[family] | {"encoder": encoder}, seed=0).fit(X, y)
    rows = X.head(3)
    scores = pipeline.predict_proba(rows)[:, 1].tolist()
    metadata = metadata_of(family)
    metadata = replace(
        metadata,
        contract=replace(metadata.contract, features=features, examples=()),
        self_test=tuple(SelfTest(*test) for test in zip(to_rows(rows), scores, strict=True)),
    )
    metadata = against(pipeline, metadata, tuple(to_rows(rows)))
    parity = install(serialize(pipeline, metadata), tmp_path / "model.onnx", pipeline, X, seed=0)
    assert parity.max_difference < 1e-12
