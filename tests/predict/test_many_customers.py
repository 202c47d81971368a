import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.errors import InvalidInput
from predict.model.session import rows_of
from predict.requests.many_customers import read_columns, read_rows
from predict.requests.one_customer import read_row
from tests.factories import contract_365, kinds_contract, sample_contract

CONTRACT = sample_contract()
NAMES = [feature.name for feature in CONTRACT.features]
GOOD = dict(zip(NAMES, CONTRACT.examples[0].values, strict=True))
KINDS = kinds_contract()
CONTRACTS = st.sampled_from([CONTRACT, KINDS])

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 500)
    | st.floats()
    | st.sampled_from(
        [
            10**400,
            -(10**400),
            -0.0,
            math.nan,
            math.inf,
            "",
            "US",
            "us",
            "AF",
            "KE",
            "\ud800",
            "12",
            "?",
            "yes",
            "2024-02-01",
        ]
    )
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=1)
)


def rows_for(contract):
    """Draw customers in which anything may stand."""
    good = zip(contract.features, contract.examples[0].values, strict=True)
    return st.fixed_dictionaries({feature.name: st.just(value) | ANYTHING for feature, value in good})


def payloads_for(contract):
    """Draw customers, and what is none."""
    rows = rows_for(contract)
    more, fewer = (lambda row: row | {"extra": 1}), (lambda row: dict(list(row.items())[1:]))
    last_left_out = rows.map(lambda row: dict(list(row.items())[:-1]))
    return rows | rows.map(more) | rows.map(fewer) | last_left_out | ANYTHING


def alone(contract, payload):
    try:
        return read_row(contract, payload), ()
    except InvalidInput as error:
        return None, error.faults


def check(contract, batch, payloads):
    """Every row of a batch is judged as it is alone."""
    assert batch.size == len(payloads)
    rows = list(rows_of(batch.feed))
    place = 0
    for number, payload in enumerate(payloads):
        read, faults = alone(contract, payload)
        assert batch.faults.get(number, ()) == faults
        if read is None:
            continue
        row, warnings = read
        assert batch.good[place] == number
        assert batch.warnings.get(number, ()) == warnings
        assert rows[place] == row
        assert all(math.copysign(1, value) == 1 for value in row if value == 0.0)
        place += 1
    assert len(batch.good) == place
    assert all(column.shape == (place, 1) for column in batch.feed.values())


@given(CONTRACTS, st.data())
def test_rows_are_judged_as_alone(contract, data):
    payloads = data.draw(st.lists(payloads_for(contract), max_size=8))
    check(contract, read_rows(contract, payloads, most_rows=len(payloads)), payloads)


@given(CONTRACTS, st.data())
def test_columns_are_judged_as_rows_alone(contract, data):
    rows = data.draw(st.lists(rows_for(contract), max_size=8))
    columns = {feature.name: [row[feature.name] for row in rows] for feature in reversed(contract.features)}
    check(contract, read_columns(contract, columns, most_rows=len(rows)), rows)


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
