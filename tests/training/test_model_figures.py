from copy import replace

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


def test_of_many_inputs_the_weaker_fold_away() -> None:
    feature = sample_contract().features[0]
    features = [replace(feature, name=f"x{n}", label=f"Input {n:02}") for n in range(23)]
    markup = render_importance(features, {f"x{n}": (n + 1) / 100 for n in range(23)})
    shown, folded = markup.split("<details><summary>Weaker inputs (3)</summary>")
    assert (shown.count('scope="row"'), folded.count('scope="row"')) == (20, 3)
    assert "Input 03" in shown
    assert "Input 02" in folded


def test_a_share_below_the_smallest_is_no_markup() -> None:
    metadata = sample_metadata()
    rare = replace(metadata.evaluation, curve=(CurvePoint(0.9, 1, 0, 2000, 1999),))
    assert "&lt;0.1%" in render_thresholds(replace(metadata, evaluation=rare))
