from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.contract import RARE, Feature, Seen
from predict.errors import InvalidInput
from predict.requests import one_customer
from predict.requests.usual import read_usual
from tests.factories import sample_contract

FEATURES = (
    Feature("days", "Days", "integer", minimum=0, maximum=100, seen=Seen(0, 1, 2, 3, 50)),
    Feature("hours", "Hours", "number", minimum=-1, maximum=10, optional=True, seen=Seen(-5, 1, 2, 3, 9.5)),
    Feature(
        "grade", "Grade", "category", values={"A": "A", "B": "B", "?": "Asked", "": "Not known"},
        optional=True, missing=("?",), seen=Seen(counts={"A": RARE, "B": RARE - 1, "?": 50, "": 50}),
    ),
)  # fmt: skip
CONTRACT = replace(sample_contract(), features=FEATURES)
USUAL = {"days": 3, "hours": 2.5, "grade": "A"}
NUMBERS = (-1, 0, -0.0, 0.5, 50, 51, 100, 101, 9.5, 10, 10**400)
VALUES = st.sampled_from([*NUMBERS, True, None, "A", "a", "B", "?", "", " A", "3"]) | st.floats()


@given(st.dictionaries(st.sampled_from([*USUAL, "else"]), VALUES))
def test_a_usual_customer_is_one_of_whom_the_rules_have_nothing_to_say(changes):
    payload = USUAL | changes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_customer, "read_usual", lambda _contract, _payload: None)
        try:
            row, warnings = one_customer.read_row(CONTRACT, payload)
        except InvalidInput:
            row, warnings = None, ()
    if (usual := read_usual(CONTRACT, payload)) is not None:
        assert (repr(usual), warnings) == (repr(row), ())


def test_most_customers_are_usual():
    assert read_usual(CONTRACT, USUAL) == (3.0, 2.5, "A")
    assert read_usual(CONTRACT, USUAL | {"hours": -1, "days": -0.0}) == (0.0, -1.0, "A")


@pytest.mark.parametrize(
    "change", [{"days": 51}, {"hours": 9.6}, {"grade": "B"}, {"grade": "?"}, {"hours": None}, {"else": 1}]
)
def test_a_customer_who_has_a_warning_or_a_fault_is_not_usual(change):
    assert read_usual(CONTRACT, USUAL | change) is None
