from copy import replace

import numpy as np
import pytest

from predict.model.session import Model
from predict.model.what_if import WhatIf
from tests.fitted import ESTIMATORS, customers, fitted, metadata_of
from training.export.background import to_rows
from training.export.onnx_file import serialize
from training.export.score_jumps import find_breaks


def model_at(estimator, threshold, unused=()):
    """Return a model that is hard to cross; on what is unused its trees never split."""
    pipeline, metadata = fitted(estimator), metadata_of(estimator)
    breaks = {name: tuple(values.tolist()) for name, values in find_breaks(pipeline).items()} | dict.fromkeys(
        unused, ()
    )
    features = tuple(replace(f, step=0.1 if f.kind == "number" else 1.0) for f in metadata.contract.features)
    contract = replace(metadata.contract, features=features, threshold=threshold)
    return Model.from_bytes(serialize(pipeline, replace(metadata, contract=contract, breaks=breaks)))


def spread(feature):
    return feature.seen.upper_quartile - feature.seen.lower_quartile


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_two_changes_cross_together_where_none_does_alone(estimator, monkeypatch):
    # A forest has more values than are tried where it must be quick.
    monkeypatch.setattr("predict.model.pairs._MOST_VALUES", 1_000)
    pipeline_scores = fitted(estimator).predict_proba(customers()[0])[:, 1]
    model = model_at(estimator, float(np.quantile(pipeline_scores, 0.97)))
    features = {feature.name: feature for feature in model.contract.features}
    places = {name: place for place, name in enumerate(features)}
    what_if, rng = WhatIf(model), np.random.default_rng(3)
    found = 0
    for row in to_rows(customers(100, seed=8)[0]):
        score = model.score(row)
        if found == 5 or what_if.smallest_changes(row, score) or not (pair := what_if.smallest_pair(row, score)):
            continue
        found += 1
        changed = list(row)
        for name, value, new in zip(pair.features, pair.values, pair.new_values, strict=True):
            assert features[name].actionable
            assert value == row[places[name]] != new
            assert features[name].seen.minimum <= new <= features[name].seen.maximum
            changed[places[name]] = new
        assert pair.probability == model.score(tuple(changed))
        assert model.decide(pair.probability) != model.decide(score)
        if estimator != "LogisticRegression":  # smooth: tried at the slider's places alone
            assert_no_smaller_pair_crosses(model, row, pair, rng)
    assert found == 5


def assert_no_smaller_pair_crosses(model, row, pair, rng):
    """Try whole steps at random that come to less."""
    features = model.contract.features
    numbers = [place for place, f in enumerate(features) if f.actionable and not f.is_category]
    names = [f.name for f in features]
    size = sum(
        abs(new - old) / spread(features[names.index(name)])
        for name, old, new in zip(pair.features, pair.values, pair.new_values, strict=True)
    )
    smaller = []
    for shares, steep, chosen in zip(
        size * (1 - 1e-9) * rng.dirichlet([1, 1, 1], 400)[:, :2],
        rng.choice([-1, 1], (400, 2)),
        rng.permuted(np.tile(numbers, (400, 1)), axis=1).tolist(),
        strict=True,
    ):
        changed = list(row)
        for place, share, sign in zip(chosen, shares, steep, strict=False):
            feature = features[place]
            steps = np.floor(share * spread(feature) / feature.step)
            value = float(np.round(row[place] + sign * steps * feature.step, 1))
            if feature.seen.minimum <= value <= feature.seen.maximum:
                changed[place] = value
        smaller.append(tuple(changed))
    positive = model.decide(model.score(row))
    assert ((model.probabilities(smaller) >= model.contract.threshold) == positive).all()


def test_of_many_inputs_those_that_move_the_score_most_are_tried(monkeypatch):
    model = model_at("HistGradientBoostingClassifier", 0.6)
    rows = [(row, model.score(row)) for row in to_rows(customers(15, seed=8)[0])]
    everything = [WhatIf(model).smallest_pair(*row) for row in rows]
    monkeypatch.setattr("predict.model.pairs._MOST_INPUTS", 2)
    few = [WhatIf(model).smallest_pair(*row) for row in rows]
    assert any(few)
    assert all(pair for pair, one in zip(everything, few, strict=True) if one)


def test_number_that_the_trees_never_split_on_is_in_no_change():
    model = model_at("HistGradientBoostingClassifier", 0.6, unused=["steps"])
    rows = [(row, model.score(row)) for row in to_rows(customers(15, seed=8)[0])]
    changes = [change.feature for row in rows for change in WhatIf(model).smallest_changes(*row)]
    pairs = [pair.features for row in rows if (pair := WhatIf(model).smallest_pair(*row))]
    assert changes
    assert pairs
    assert "steps" not in [*changes, *sum(pairs, ())]
