import math

from hypothesis import given
from hypothesis import strategies as st

from predict.words import chance_and_threshold, count_word, number_text, percent_text, quantity_text, unit_text

PROBABILITIES = st.floats(0, 1, allow_nan=False)


def test_percentages_are_whole_in_the_middle_and_finer_at_the_ends() -> None:
    texts = {p: percent_text(p) for p in (0, 0.0004, 0.001, 0.053, 0.0996, 0.1, 0.285, 0.83, 0.99, 0.994, 0.9995, 1)}
    assert texts == {
        0: "0%", 0.0004: "<0.1%", 0.001: "0.1%", 0.053: "5.3%", 0.0996: "10%", 0.1: "10%", 0.285: "28%",
        0.83: "83%", 0.99: "99%", 0.994: "99.4%", 0.9995: ">99.9%", 1: "100%",
    }  # fmt: skip


def test_halves_go_up() -> None:
    assert [percent_text(p) for p in (0.125, 0.625)] == ["13%", "63%"]


@given(PROBABILITIES)
def test_a_percentage_is_within_half_of_its_last_digit(probability: float) -> None:
    text = percent_text(probability)
    if text[0] in "<>":
        assert math.isclose(float(text[1:-1]), probability * 100, abs_tol=0.1)
    else:
        step = 0.1 if "." in text else 1
        assert abs(float(text[:-1]) - probability * 100) <= step / 2 + 1e-9


@given(PROBABILITIES, st.floats(0.001, 0.999))
def test_a_chance_below_the_threshold_never_reads_like_the_threshold(probability: float, threshold: float) -> None:
    chance, limit = chance_and_threshold(probability, threshold)
    if threshold - probability > 1e-8:
        assert chance != limit


def test_a_near_miss_gets_more_decimals() -> None:
    assert chance_and_threshold(0.2996, 0.3) == ("29.96%", "30.00%")
    assert chance_and_threshold(0.3, 0.3) == ("30%", "30%")


def test_numbers_have_two_decimals_or_two_digits_and_separators_from_five_digits_on() -> None:
    values = (0, -1e-9, 5, -5, 3650, 525600.0, 2.4, 31.25, 0.126, -1234.5, 0.05, -0.00347, 1e-5)
    assert [number_text(value) for value in values] == [
        "0", "0", "5", "−5", "3650", "525,600", "2.4", "31.25", "0.13", "−1234.5", "0.05", "−0.0035", "0.00001",
    ]  # fmt: skip


@given(st.floats(-1e9, 1e9))
def test_a_number_text_reads_back_within_half_a_cent(value: float) -> None:
    assert abs(float(number_text(value).replace(",", "").replace("−", "-")) - value) <= 0.005 + 1e-6


def test_small_counts_are_words() -> None:
    assert [count_word(count) for count in (1, 6, 12, 13, 1300)] == ["one", "six", "twelve", "13", "1,300"]


def test_one_of_a_unit_is_in_the_singular() -> None:
    assert [quantity_text(value, "exams") for value in (0, 1, 1.5)] == ["0 exams", "1 exam", "1.5 exams"]
    assert [unit_text(1, unit) for unit in ("days", "min", "press", "")] == ["day", "min", "press", ""]
