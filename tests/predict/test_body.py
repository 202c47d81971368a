import contextlib
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.errors import MalformedInput
from predict.requests.body import Ambiguous, read_json, read_urlencoded

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_comes_back(value):
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": 1,}', "not valid JSON"),
        (b'{"a": \xff}', "not UTF-8"),
        (b"[" * 200_000, "too deeply"),
        (b'{"a":' * 200_000, "too deeply"),
        (b'{"a": 1, "a": 2}', "same field twice"),
        (b'{"a": "x\ty"}', "column 9: Invalid control character[.]$"),
        (b'{"a": "x', "column 7: Unterminated string[.]$"),
    ],
)
def test_what_is_wrong_with_the_body_is_said(body, words):
    with pytest.raises(MalformedInput, match=words):
        read_json(body)


def test_a_byte_order_mark_is_let_through():
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_numbers_beyond_a_double_are_left_for_validation_to_name():
    assert read_json(b"[1e400, -1e400]") == [float("inf"), float("-inf")]


def test_endless_numbers_keep_their_sign_and_are_beyond_every_bound():
    number, other = read_json(b"[%s, -%s]" % (b"9" * 10_000, b"9" * 10_000))
    assert number > 10**3000
    assert other < -(10**3000)


def test_a_field_given_twice_inside_of_the_body_is_left_for_validation_to_name():
    (row,) = read_json(b'[{"a": 1, "a": 2}]')
    assert isinstance(row, Ambiguous)


@given(st.binary())
def test_any_bytes_are_json_or_malformed(body):
    for read in (read_json, read_urlencoded):
        with contextlib.suppress(MalformedInput):
            read(body)


@given(st.dictionaries(st.text(), st.text(), max_size=20))
def test_a_form_comes_back(fields):
    assert read_urlencoded(urlencode(fields).encode()) == fields


@pytest.mark.parametrize("body", [b"a=1&a=2", b"a=%ff", b"&".join(b"a%d=1" % n for n in range(101)), "é=1".encode()])
def test_a_form_nobody_can_read_is_malformed(body):
    with pytest.raises(MalformedInput):
        read_urlencoded(body)


@pytest.mark.parametrize("body", [b'{"secret-4711"', b'{"a": "secret-4711" x}', b"secret-4711", b"a=secret-4711&a=2"])
def test_errors_do_not_repeat_the_body(body):
    refused = 0
    for read in (read_json, read_urlencoded):
        with contextlib.suppress(MalformedInput):
            read(body)
            continue
        with pytest.raises(MalformedInput) as caught:
            read(body)
        assert "4711" not in str(caught.value)
        refused += 1
    assert refused
