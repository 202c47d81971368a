from copy import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.contract import Feature, Seen
from predict.model.session import Model
from predict.model.what_if import WhatIf, slider_values
from tests.fitted import ESTIMATORS, customers, fitted, metadata_of
from training.export.background import to_rows
from training.export.onnx_file import serialize
from training.export.score_jumps import find_breaks


@pytest.fixture(scope="module", params=ESTIMATORS)
def model(request, tmp_path_factory):
    """A model whose threshold lies among the scores, with its breaks as training finds them."""
    pipeline, metadata = fitted(request.param), metadata_of(request.param)
    breaks = {name: tuple(values.tolist()) for name, values in find_breaks(pipeline).items()}
    features = tuple(replace(f, step=0.1 if f.kind == "number" else 1.0) for f in metadata.contract.features)
    contract = replace(metadata.contract, features=features)
    path = tmp_path_factory.mktemp("whatif") / "model.onnx"
    path.write_bytes(serialize(pipeline, replace(metadata, contract=contract, breaks=breaks)))
    return Model.load(path)


def every_step(feature):
    count = round((feature.seen.maximum - feature.seen.minimum) / feature.step)
    return np.round(feature.seen.minimum + np.arange(count + 1) * feature.step, 1)


def test_changes_are_the_smallest_of_all_steps_and_cross_the_threshold(model):
    rows = to_rows(customers(25, seed=9)[0])
    found = 0
    for row in rows:
        positive = model.decide(model.probabilities([row])[0])
        changes = {change.feature: change for change in WhatIf(model).smallest_changes(row, model.score(row))}
        for place, feature in enumerate(model.contract.features):
            if not feature.actionable:
                assert feature.name not in changes
                continue
            values = every_step(feature)
            scores = model.probabilities([(*row[:place], value, *row[place + 1 :]) for value in values.tolist()])
            crossed = values[(scores >= model.contract.threshold) != positive]
            if not len(crossed):
                assert feature.name not in changes
                continue
            found += 1
            change = changes[feature.name]
            assert abs(change.new_value - row[place]) == pytest.approx(np.abs(crossed - row[place]).min(), abs=1e-9)
            changed = (*row[:place], change.new_value, *row[place + 1 :])
            assert change.probability == model.probabilities([changed])[0]
            assert model.decide(change.probability) != positive
    assert found > 5


def test_change_is_the_smallest_where_a_smooth_score_crosses_at_any_place():
    metadata = metadata_of("LogisticRegression")
    days, minutes, *others = metadata.contract.features
    minutes = replace(minutes, seen=replace(minutes.seen, maximum=5481.3))
    contract = replace(metadata.contract, features=(days, minutes, *others))
    model = Model.from_bytes(serialize(fitted("LogisticRegression"), replace(metadata, contract=contract)))
    grid = every_step(minutes)
    feed = {
        feature.name: np.empty((len(grid), 1), object if feature.is_category else float)
        for feature in contract.features
    }
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(60):
        rest = rng.integers(0, 200, 4).astype(float).tolist()
        row = (rest[0], round(rng.uniform(0, 8000), 1), *rest[1:], "US")
        changes = WhatIf(model).smallest_changes(row, model.score(row))
        for name, value in zip(feed, row, strict=True):
            feed[name][:] = value
        feed[minutes.name][:, 0] = grid
        crossed = grid[(model.run(feed) >= contract.threshold) != model.decide(model.score(row))]
        change = next((change for change in changes if change.feature == minutes.name), None)
        assert (change is None) == (len(crossed) == 0)
        if change:
            found += 1
            nearest = crossed[np.argmin(np.abs(crossed - row[1]))]
            assert abs(change.new_value - row[1]) == pytest.approx(abs(nearest - row[1]), abs=1e-9)
    assert found > 20


def test_curves_are_the_scores_along_each_number(model):
    row = to_rows(customers(1, seed=3)[0])[0]
    lines = WhatIf(model).curves(row)
    assert [line.feature for line in lines] == [f.name for f in model.contract.features if not f.is_category]
    for line in lines:
        place = [f.name for f in model.contract.features].index(line.feature)
        scores = model.probabilities([(*row[:place], value, *row[place + 1 :]) for value in line.values])
        np.testing.assert_allclose(line.probabilities, scores, rtol=0, atol=1e-14)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=5).map(sorted), st.sampled_from([1.0, 0.1, 0.01]))
def test_slider_goes_from_lowest_to_highest_in_whole_steps(quantiles, step):
    seen = Seen(*(round(q * step, 2) for q in quantiles))
    feature = Feature("x", "X", "number", minimum=0, maximum=1e6, step=step, seen=seen)
    values = slider_values(feature)
    assert values[0] == seen.minimum
    assert values[-1] == seen.maximum
    assert list(values) == sorted(set(values))
    assert all(abs(value / step - round(value / step)) < 1e-6 for value in values)


def test_upper_quartile_stands_at_sixty_percent_of_the_slider():
    feature = Feature("x", "X", "number", minimum=0, maximum=1e6, step=1e-6, seen=Seen(0, 10, 50, 1500, 5000))
    assert slider_values(feature, points=101)[60] == pytest.approx(1500, rel=0.01)
