import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.requests.typed_numbers import parse_numeral

VECTORS = json.loads((Path(__file__).parents[1] / "payloads" / "number_texts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[repr(vector["text"]) for vector in VECTORS])
def test_text_is_read_as_people_mean_it(vector):
    assert parse_numeral(vector["text"]) == vector["decimal"], vector["why"]


@given(st.text())
def test_any_text_is_a_number_or_none(text):
    number = parse_numeral(text)
    assert number is None or isinstance(number, float)


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", " ", "\u00a0", "'"]))
def test_grouped_integers_come_back(number, separator):
    assert parse_numeral(f"{number:,}".replace(",", separator)) == number


@given(st.decimals(-1_000_000, 1_000_000, places=2))
def test_decimal_comma_and_point_agree(number):
    assert parse_numeral(f"{number:f}") == parse_numeral(f"{number:f}".replace(".", ",")) == float(number)
