from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.marks import Shown

TEXTS = st.lists(st.sampled_from(["1", "", "x", "1.5", "1,5", "1.234", "1,234", " 0,125 ", "1e3", "12,50", "1.234,5"]))


@pytest.mark.parametrize(
    ("delimiter", "texts", "mark"),
    [
        (",", ["12,5"], "."),
        (";", [], ","),
        (";", ["1.234", "7"], None),
        (";", ["1,234", "7"], ","),
        (";", ["1.234", "1.234,5"], ","),
        (";", ["1.234", "1.234.567"], ","),
        (";", ["1.234", "0.500"], "."),
        (";", ["1.234", "1.5e-3"], "."),
        (";", ["1.234", "12,5", "12.5"], None),
        (";", ["1,234", "12,5", "12.5"], ","),
        (";", ["12.5", "1.234"], "."),
        (";", ["12,5", "1.234"], ","),
        (";", ["0,125", "3,5", "12.5"], ","),
        ("\t", [], "."),
        ("\t", ["12,5"], ","),
        ("\t", ["1,234"], None),
        ("\t", ["1.234"], "."),
        (",", ["1,234"], "."),
    ],
)
def test_decimal_mark_is_the_one_the_numbers_show(delimiter, texts, mark):
    assert Shown.of(Counter(texts)).mark(delimiter) == mark


@given(st.lists(TEXTS))
def test_a_file_shows_the_same_in_parts_as_in_one(parts):
    whole = Shown.of(Counter(text for part in parts for text in part))
    assert sum((Shown.of(Counter(part)) for part in parts), Shown()) == whole


def test_what_most_cells_show_is_the_mark():
    assert Shown.of({"1,5": 3, "2.5": 2, "1.234": 1}).mark(";") == ","
    assert Shown.of({"1,5": 2, "2.5": 3, "1.234": 1}).mark(";") == "."
