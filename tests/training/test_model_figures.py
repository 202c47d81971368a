from dataclasses import replace

from predict.model.metadata import CurvePoint
from tests.factories import sample_contract, sample_metadata
from training.pages.model_figures import render_importance, render_thresholds


def test_inputs_stand_in_the_order_of_their_importance() -> None:
    features = sample_contract().features
    markup = render_importance(features, {features[2].name: 0.02, features[0].name: 0.011, "unknown": 1.0})
    assert markup.index(features[2].label) < markup.index(features[0].label)
    assert "2.0 pts" in markup
    assert 'width="55.0%"' in markup
    assert features[1].label not in markup


def test_a_share_below_the_smallest_is_no_markup() -> None:
    metadata = sample_metadata()
    rare = replace(metadata.evaluation, curve=(CurvePoint(0.9, 1, 0, 2000, 1999),))
    assert "&lt;0.1%" in render_thresholds(replace(metadata, evaluation=rare))
