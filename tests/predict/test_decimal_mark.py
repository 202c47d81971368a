from hypothesis import given
from hypothesis import strategies as st

from predict.csv_file.decimal_mark import Shown, find_mark

TEXTS = st.lists(st.sampled_from(["1", "", "x", "1.5", "1,5", "1.234", "1,234", " 0,125 ", "1e3", "12,50", "1.234,5"]))


def test_columns_that_contradict_each_other_leave_unclear_cells_unclear_and_those_alone_are_named():
    columns = {"a": Shown.of(["1.310", "9.5"]), "b": Shown.of(["12,5"]), "c": Shown.of(["7"])}
    assert find_mark(columns) == (None, ("a",))


@given(st.lists(TEXTS))
def test_a_file_shows_the_same_in_parts_as_in_one(parts):
    together = Shown()
    for part in parts:
        together |= Shown.of(part)
    assert together == Shown.of([text for part in parts for text in part])


@given(TEXTS, st.sampled_from(["1.5", "1,5", "12.34", "0,125"]))
def test_a_shape_shows_what_the_number_does(texts, clear):
    """Other digits of the same shape show the same."""
    other = clear.translate(str.maketrans("1234", "9876"))
    assert Shown.of([*texts, clear]) == Shown.of([*texts, other])
