import math

import pytest

from predict.model.dividends import Axis


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        (Axis(3, cuts=(1.0, 2.5)), [None, -1.0, 1.0, math.nextafter(1.0, 2.0), 2.5, 1e308]),
        (Axis(1), [0.0, None]),
        (Axis(3, cells={"DE": 2, "FR": 1}), ["DE", "FR", "", "not a category"]),
    ],
)
def test_values_find_the_same_cells_together_and_alone(axis, values):
    assert axis.cells_of(values) == [axis.cell(value) for value in values]
