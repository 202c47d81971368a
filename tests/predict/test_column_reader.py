import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.csv_file.column_reader import ColumnReader
from predict.errors import InvalidInput
from predict.requests.number import read_number
from predict.requests.one_customer import read_form, read_row
from predict.text import clean
from tests.factories import contract_365, sample_contract

CONTRACT = sample_contract()
SAMPLE = {f.name: v for f, v in zip(CONTRACT.features, CONTRACT.examples[0].values, strict=True)}
TEXTS = (
    st.integers(-10, 4000).map(str)
    | st.floats(-1, 1e6).map(repr)
    | st.sampled_from(
        ["", " ", "1e3", "1e999", "nan", "12.5", "1,234", "US", "us", "AF", "KE", "-0", "0.0", "=1", "--1"]
    )
    | st.text(max_size=4)
)


@pytest.mark.parametrize("feature", CONTRACT.features, ids=lambda feature: feature.name)
@given(texts=st.lists(TEXTS, max_size=12))
def test_cell_is_judged_as_the_field_of_one_customer(feature, texts):
    column = ColumnReader(CONTRACT, feature, ".").read(texts)
    place = CONTRACT.features.index(feature)
    for number, text in enumerate(texts):
        payload = SAMPLE | {feature.name: ""} | read_form(CONTRACT, {feature.name: text})
        if not feature.is_category and (value := read_number(text, ".")) is not None:
            payload[feature.name] = value
        elif not clean(text) and not feature.optional:
            del payload[feature.name]
        try:
            row, warnings = read_row(CONTRACT, payload)
        except InvalidInput as error:
            assert column.bad[number]
            said = error.faults
        else:
            assert not column.bad[number]
            assert column.values[number] == row[place]
            said = [warning for warning in warnings if warning.field == feature.name]
        assert column.notes.get(number, "") == " ".join(f"{fault.field}: {fault.message}" for fault in said)


def test_minus_zero_is_zero():
    column = ColumnReader(CONTRACT, CONTRACT.features[0], ".").read(["-0"])
    assert math.copysign(1, column.values[0]) == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_program_wrote_is_read_back(number):
    assert read_number(repr(number), ".") == number
    assert read_number(repr(number).replace(".", ","), ",") == number


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1.234", 1.234, 1234), ("1,234", 1234, 1.234), ("1.234,5", 1234.5, 1234.5), ("1,234.5", 1234.5, 1234.5)],
)
def test_decimal_mark_decides_what_could_be_either(text, point, comma):
    assert (read_number(text, "."), read_number(text, ",")) == (point, comma)


def test_another_contract_is_read_by_its_own_rules():
    contract = contract_365()
    column = ColumnReader(contract, contract.features[0], ".").read(["IN", "", "XX"])
    assert column.bad.tolist() == [False, False, True]
    assert list(column.notes) == [1, 2]
