import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.errors import InvalidInput
from predict.requests.many_customers import read_columns, read_rows
from predict.requests.one_customer import read_row
from tests.factories import contract_365, sample_contract

CONTRACT = sample_contract()
NAMES = [feature.name for feature in CONTRACT.features]
GOOD = dict(zip(NAMES, CONTRACT.examples[0].values, strict=True))

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 500)
    | st.floats()
    | st.sampled_from([10**400, -(10**400), -0.0, math.nan, math.inf, "", "US", "us", "AF", "KE", "\ud800", "12"])
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=1)
)
ROWS = st.fixed_dictionaries({name: st.just(GOOD[name]) | ANYTHING for name in NAMES})
PAYLOADS = (
    ROWS | ROWS.map(lambda row: row | {"extra": 1}) | ROWS.map(lambda row: dict(list(row.items())[1:])) | ANYTHING
)


def alone(payload):
    try:
        return read_row(CONTRACT, payload), ()
    except InvalidInput as error:
        return None, error.faults


def check(batch, payloads):
    """Every row of a batch is judged as it is alone."""
    assert batch.size == len(payloads)
    place = 0
    for number, payload in enumerate(payloads):
        read, faults = alone(payload)
        assert batch.faults.get(number, ()) == faults
        if read is None:
            continue
        row, warnings = read
        assert batch.good[place] == number
        assert batch.warnings.get(number, ()) == warnings
        assert tuple(column[place, 0] for column in batch.feed.values()) == row
        assert all(math.copysign(1, v) == 1 for v in (c[place, 0] for c in batch.feed.values()) if v == 0.0)
        place += 1
    assert len(batch.good) == place
    assert all(column.shape == (place, 1) for column in batch.feed.values())


@given(st.lists(PAYLOADS, max_size=8))
def test_rows_are_judged_as_alone(payloads):
    check(read_rows(CONTRACT, payloads, most_rows=len(payloads)), payloads)


@given(st.lists(ROWS, max_size=8))
def test_columns_are_judged_as_rows_alone(rows):
    columns = {name: [row[name] for row in rows] for name in reversed(NAMES)}
    check(read_columns(CONTRACT, columns, most_rows=len(rows)), rows)


def test_order_of_inputs_is_the_contracts():
    batch = read_rows(CONTRACT, [dict(reversed(GOOD.items()))], most_rows=1)
    assert list(batch.feed) == NAMES
    assert [column.dtype for column in batch.feed.values()] == [np.float64] * 5 + [object]


@pytest.mark.parametrize(
    ("columns", "field", "code"),
    [
        ({name: [GOOD[name]] for name in NAMES[1:]}, NAMES[0], "missing"),
        ({name: [GOOD[name]] for name in NAMES} | {"extra": [1]}, "", "unknown_field"),
        ({name: [GOOD[name]] for name in NAMES} | {"steps": 3}, "steps", "wrong_type"),
        ({name: [GOOD[name]] for name in NAMES} | {"steps": "12"}, "steps", "wrong_type"),
        ({name: [GOOD[name]] for name in NAMES} | {"steps": [1, 2]}, "steps", "wrong_length"),
        ({}, NAMES[-1], "missing"),
    ],
)
def test_columns_that_do_not_fit_together_are_refused_by_name(columns, field, code):
    with pytest.raises(InvalidInput) as caught:
        read_columns(CONTRACT, columns, most_rows=9)
    assert (field, code) in {(fault.field, fault.code) for fault in caught.value.faults}


def test_another_contract_is_read_by_its_own_names():
    contract = contract_365()
    row = dict(zip([f.name for f in contract.features], contract.examples[0].values, strict=True))
    assert read_rows(contract, [row], most_rows=1).faults == {}
