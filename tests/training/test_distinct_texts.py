import numpy as np
import pyarrow as pa
import pytest

from training.customers.cell_rules import Broken
from training.customers.distinct_texts import Texts


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (pa.array(["a", " a ", None, "b"]), ["a", "a", "", "b"]),
        (pa.array(["a", None, "b"]).dictionary_encode(), ["a", "", "b"]),
        (pa.array([10, None, -1], pa.int32()), ["10", "", "-1"]),
        (pa.array([1.0, 0.1, float("nan")]), ["1.0", "0.1", ""]),
        (pa.array([], pa.string()), []),
    ],
)
def test_columns_of_any_type_become_the_texts_of_a_csv(cells, texts):
    found = Texts.of(pa.chunked_array([cells]))
    assert [found.distinct[code] for code in found.codes] == texts


def test_each_distinct_text_is_read_once():
    asked = []
    Texts.of(pa.chunked_array([["a", "b", "a"], ["b", "a"]])).read(lambda text: asked.append(text) or text)
    assert sorted(asked) == ["a", "b"]


def test_broken_cells_are_known_by_rule_and_row():
    def read(text):
        return float(text) if text.isdigit() else Broken("is empty" if not text else "must be a number")

    values = Texts.of(pa.chunked_array([["7", "x", "", "y", "7"]])).read(read)
    assert np.array_equal(values.numbers(), [7, np.nan, np.nan, np.nan, 7], equal_nan=True)
    assert [(rule, rows.tolist()) for rule, rows in values.faults()] == [
        ("is empty", [2]),
        ("must be a number", [1, 3]),
    ]
