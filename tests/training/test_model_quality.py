from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from predict.model.metadata import CurvePoint
from tests.factories import sample_metadata
from training.pages.model_quality import points_of, render_quality, threshold_sentence

TARGET = sample_metadata().contract.target


def test_the_models_own_threshold_is_among_the_points() -> None:
    metadata = sample_metadata()
    moved = replace(metadata, contract=replace(metadata.contract, threshold=0.25))
    points = points_of(moved)
    assert [point.threshold for point in points] == [0.1, 0.25, 0.3]
    own = points[1]
    assert (own.tp, own.fp, own.fn, own.tn) == (198, 127, 162, 3513)  # precision 0.61 and recall 0.55 of 360 and 4,000
    assert points_of(metadata) == list(metadata.evaluation.curve)  # it is there already


def test_no_two_thresholds_read_the_same() -> None:
    metadata = sample_metadata()
    near = replace(metadata, contract=replace(metadata.contract, threshold=0.3004))
    assert [point.threshold for point in points_of(near)] == [0.1, 0.3004]
    assert 'At a threshold of <span id="threshold-value">30%</span>' in render_quality(near)


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
