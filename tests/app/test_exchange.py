"""The exchange alone: bodies that did not arrive, compressed answers, entity tags, the end of the time."""

import gzip
import json
from http import HTTPStatus

import azure.functions as func
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.document import Document
from handlers.exchange import Exchange, Refusal
from predict.errors import TooLarge

LONG = {"text": "all the same " * 500}
DOCUMENT = Document.of(LONG)


def exchange(headers=None, body=b"", **more):
    request = func.HttpRequest("POST", "http://127.0.0.1/api/x", headers=headers or {}, body=body)
    return Exchange("x", request, "/", **more)


def refused(headers, body=b"{}"):
    with pytest.raises(Refusal) as caught:
        exchange(headers, body).body(100)
    return caught.value


@pytest.mark.parametrize("type_", ["application/json", "text/plain", ""])
def test_body_that_did_not_arrive_is_411_with_what_to_send_whatever_its_type(type_):
    with pytest.raises(Refusal) as caught:
        exchange({"Transfer-Encoding": "chunked", "Content-Type": type_}).require("application/json")
    assert caught.value.status == HTTPStatus.LENGTH_REQUIRED
    assert "Content-Length" in caught.value.detail


def test_empty_body_with_a_length_is_no_411():
    whole = exchange({"Content-Length": "0", "Content-Type": "application/json"})
    whole.require("application/json")
    assert whole.body(100) == b""


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, br"])
def test_compressed_body_is_415_with_what_to_send(coding):
    refusal = refused({"Content-Encoding": coding}, gzip.compress(b"{}"))
    assert refusal.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert "Content-Encoding" in refusal.detail
    assert refusal.headers == {"Accept-Encoding": "identity"}
    assert coding not in ("gzip", "br") or coding in refusal.detail


def test_what_a_caller_makes_up_is_not_repeated():
    assert "sesame" not in refused({"Content-Encoding": "sesame"}).detail


def test_identity_is_no_coding():
    assert exchange({"Content-Encoding": "identity"}, b"{}").body(100) == b"{}"


@given(st.text(), st.sampled_from(["gzip", "GZIP", "*", "br, gzip;q=0.5", "*;q=0.1, gzip"]))
def test_both_forms_of_an_answer_hold_the_same(text, accepted):
    plain = exchange().json(LONG | {"more": text})
    zipped = exchange({"Accept-Encoding": accepted}).json(LONG | {"more": text})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(zipped.get_body()) == plain.get_body()
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert len(zipped.get_body()) < len(plain.get_body())


@pytest.mark.parametrize(
    "accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzip;q=0, *", "x-gzip-like", "*;q=0"]
)
def test_nobody_gets_gzip_who_does_not_take_it(accepted):
    answer = exchange({"Accept-Encoding": accepted}).json(LONG)
    assert "Content-Encoding" not in answer.headers
    assert json.loads(answer.get_body()) == LONG


def test_short_answer_goes_as_it_is():
    answer = exchange({"Accept-Encoding": "gzip"}).json({"a": 1})
    assert (answer.get_body(), answer.headers.get("Content-Encoding")) == (b'{"a":1}', None)


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_document_is_304_to_whoever_has_either_form_of_it(accepted):
    whole = DOCUMENT.answer(exchange({"Accept-Encoding": accepted}))
    tags = {DOCUMENT.answer(exchange({"Accept-Encoding": one})).headers["ETag"] for one in ("", "gzip")}
    assert len(tags) == 2
    for known in (*tags, *(f"W/{tag}" for tag in tags), f'"other", {whole.headers["ETag"]}', "*"):
        answer = DOCUMENT.answer(exchange({"Accept-Encoding": accepted, "If-None-Match": known}))
        assert (answer.status_code, answer.get_body()) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control"):
            assert answer.headers[name] == whole.headers[name]
    assert DOCUMENT.answer(exchange({"If-None-Match": '"other"'})).status_code == 200


def test_document_varies_with_the_origin_too():
    assert DOCUMENT.answer(exchange()).headers["Vary"] == "Accept-Encoding, Origin"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    times = [0.0]
    monkeypatch.setattr("handlers.exchange.time.perf_counter", lambda: times[-1])
    return times


@pytest.mark.parametrize(
    ("laps", "rows"),
    [
        ([("read", 5000)], 2500),
        ([("read", 5000), ("score", 5000), ("explanation", 250), ("explanation", 250)], 250),
        ([("validate", 0), ("score", 0)], 1),
    ],
    ids=["one part", "the slowest part counts", "not even one row"],
)
def test_work_ends_when_the_time_is_up_and_says_how_many_rows_to_send(clock, laps, rows):
    slow = exchange(most_seconds=40)
    for name, count in laps[:-1]:
        slow.lap(name, count)
    clock.append(40.1)
    with pytest.raises(TooLarge, match=f"after 40 seconds. Send fewer rows, at most {rows}") as caught:
        slow.lap(*laps[-1])
    assert caught.value.faults[0].limit == rows
