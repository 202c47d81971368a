import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.csv_file.decimal_mark import Shown, find_mark

TEXTS = st.lists(st.sampled_from(["1", "", "x", "1.5", "1,5", "1.234", "1,234", " 0,125 ", "1e3", "12,50", "1.234,5"]))


@pytest.mark.parametrize(
    ("delimiter", "texts", "mark"),
    [
        (",", ["12,5"], ","),
        (",", ["1,234"], "."),
        (",", ["1,234", "12,5"], ","),
        (",", ["1,234", "12.5"], "."),
        (",", ["1,234", "12,5", "12.5"], None),
        (";", [], ","),
        (";", ["1.234", "7"], None),
        (";", ["1,234", "7"], ","),
        (";", ["1.234", "1.234,5"], ","),
        (";", ["1.234", "1.234.567"], ","),
        (";", ["1.234", "0.500"], "."),
        (";", ["1.234", "1.5e-3"], "."),
        (";", ["1.234", "12,5", "12.5"], None),
        (";", ["1,234", "12,5", "12.5"], None),
        (";", ["12.5", "1.234"], "."),
        (";", ["12,5", "1.234"], ","),
        (";", ["0,125", "3,5", "12.5"], ","),
        ("\t", [], "."),
        ("\t", ["12,5"], ","),
        ("\t", ["1,234"], None),
        ("\t", ["1.234"], "."),
    ],
)
def test_the_decimal_mark_is_the_one_that_is_shown_and_never_a_guess(delimiter, texts, mark):
    found, unclear = find_mark(delimiter, {"minutes": Shown.of(texts)})
    assert (found if not unclear else None) == mark


def test_columns_that_contradict_each_other_leave_unclear_cells_unclear_and_those_alone_are_named():
    columns = {"a": Shown.of(["1.310", "9.5"]), "b": Shown.of(["12,5"]), "c": Shown.of(["7"])}
    assert find_mark(";", columns) == (",", ("a",))


@given(st.lists(TEXTS))
def test_a_file_shows_the_same_in_parts_as_in_one(parts):
    together = Shown()
    for part in parts:
        together |= Shown.of(part)
    assert together == Shown.of([text for part in parts for text in part])
