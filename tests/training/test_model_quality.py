from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.model.metadata import CurvePoint, Metadata
from tests.factories import sample_metadata
from training.pages.model_quality import points_of, reached, render_quality, threshold_sentence

TARGET = sample_metadata().contract.target


def curve_of(*thresholds: float) -> Metadata:
    metadata = sample_metadata()
    points = tuple(CurvePoint(threshold, 198, 127, 162, 3513) for threshold in thresholds)
    return replace(
        metadata,
        contract=replace(metadata.contract, threshold=0.3004),
        evaluation=replace(metadata.evaluation, curve=points),
    )


def test_no_two_thresholds_read_the_same() -> None:
    metadata = curve_of(0.1, 0.3, 0.3004, 0.31)
    assert [point.threshold for point in points_of(metadata)] == [0.1, 0.3004, 0.31]
    assert 'At a threshold of <span id="threshold-value">30%</span>' in render_quality(metadata)


def test_a_curve_without_the_models_own_threshold_is_shown_as_it_was_measured() -> None:
    metadata = curve_of(0.1, 0.3, 0.31)
    assert points_of(metadata) == list(metadata.evaluation.curve)
    assert 'At a threshold of <span id="threshold-value">30%</span>' in render_quality(metadata)


def test_the_best_tenth_holds_what_the_curve_says() -> None:
    points = [CurvePoint(0.1, 310, 900, 50, 2740), CurvePoint(0.3, 198, 127, 162, 3513)]
    assert reached(points, 325 / 4000) == pytest.approx(198 / 360)
    assert reached(points, 1210 / 4000) == pytest.approx(310 / 360)
    assert reached(points, (325 + 1210) / 8000) == pytest.approx((198 + 310) / 720)
    assert reached(points, 0.01) == pytest.approx(198 / 360 * 0.01 / (325 / 4000))


def test_a_threshold_is_said_in_people() -> None:
    assert threshold_sentence(CurvePoint(0.3, 198, 127, 162, 3513), TARGET) == (
        "Of 1,000 customers like these you would contact 81. About 61 in 100 of those purchase, "
        "and the list reaches 55% of all buyers."
    )
    nobody = threshold_sentence(CurvePoint(1.0, 0, 0, 360, 3640), TARGET)
    assert nobody == "Nobody scores that high: the list would be empty."


@given(st.tuples(*[st.integers(0, 10_000)] * 4).filter(lambda counts: counts[0] + counts[2] > 0))
def test_any_counts_make_a_sentence(counts: tuple[int, int, int, int]) -> None:
    assert threshold_sentence(CurvePoint(0.5, *counts), TARGET).endswith(".")
