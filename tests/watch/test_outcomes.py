import random
from datetime import date

import pytest

from predict.errors import InvalidInput, MalformedInput, TooLarge
from watch.outcomes import Outcomes, keep, kept, read_outcomes
from watch.pseudonyms import for_customer, for_request

SALT = "a salt of the tests"
TODAY = date(2026, 3, 31)
A, B = for_request(SALT, "a"), for_customer(SALT, "b")


def read(text, complete_through="", most_rows=1_000):
    data = text if isinstance(text, bytes) else text.encode()
    facts = {"answer": "churned", "complete_through": complete_through, "today": TODAY, "most_rows": most_rows}
    return read_outcomes(data, SALT, **facts)


def test_outcomes_are_read_by_request_id_and_by_reference():
    received = read("request_id,ref,outcome,time\na,,yes,2026-03-01\n,b,No,2026-03-02T10:00:00Z\n")
    assert received.outcomes == Outcomes({A: {"2026-03-01"}}, {B: {"2026-03-02"}})
    assert (received.n_rows, received.n_repeated, received.n_problems) == (2, 0, 0)


def test_dialect_and_heading_are_read_as_everywhere():
    for heading in ("Outcome", "Churned"):
        received = read(f"\ufeffsep=;\r\nRequest ID;{heading}\r\n a ;1\r\n\r\n")
        assert received.outcomes == Outcomes({A: {""}})


def test_file_of_buyers_says_until_when_it_names_them_all():
    with pytest.raises(InvalidInput) as caught:
        read("request_id\na\n")
    assert [fault.field for fault in caught.value.faults] == ["outcome"]
    assert read("request_id\na\n", "2026-03-30").outcomes == Outcomes({A: {""}}, {}, "2026-03-30")


@pytest.mark.parametrize("day", ["2026-04-01", "soon", "2026-13-01"])
def test_day_that_is_none_or_still_to_come_is_refused(day):
    with pytest.raises(InvalidInput) as caught:
        read("request_id\na\n", day)
    assert [fault.field for fault in caught.value.faults] == ["complete_through"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("name,outcome\na,1\n", {"request_id", "time"}),
        ("ref,outcome\na,1\n", {"time"}),
        ("request_id,request id,outcome\na,b,1\n", {"request_id"}),
        ("request_id,outcome\n", {""}),
        ("", {""}),
    ],
)
def test_file_that_lacks_something_is_refused_by_name(text, fields):
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert {fault.field for fault in caught.value.faults} == fields


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"request_id,outcome\n\xff,1\n", b'request_id,outcome\n"a,1\n'])
def test_what_is_no_csv_is_refused(data):
    with pytest.raises(MalformedInput):
        read(data)


def test_too_many_rows_are_refused():
    with pytest.raises(TooLarge):
        read("request_id,outcome\na,1\nb,1\n", most_rows=1)


def test_file_of_blank_lines_is_refused_before_all_of_them_are_read(monkeypatch):
    monkeypatch.setattr("predict.csv_file.reader._MOST_BLANK_LINES", 100)
    assert read("request_id,outcome\n" + "\n" * 99 + "a,1\n").n_rows == 1
    with pytest.raises(TooLarge, match="More than 100 lines have no content"):
        read("request_id,outcome\na,1\n" + "\n" * 200)


def test_row_that_cannot_be_used_spoils_no_other_and_is_not_repeated_back():
    bad = [",,1,", "Marked,,maybe,", ",Marked,1,Marked", ",Marked,1,2027-01-01", ",Marked,1,", "=Marked()"]
    received = read("\n".join(["request_id,ref,outcome,time", *bad, "a,,1,"]))
    assert received.outcomes == Outcomes({A: {""}})
    assert (received.n_rows, received.n_problems) == (7, 6)
    assert [line for line, _ in received.problems] == [2, 3, 4, 5, 6, 7]
    assert "Marked" not in str(received.problems)


def test_file_without_a_row_that_can_be_used_is_not_kept(outcomes):
    assert not keep(outcomes, read("request_id,outcome\na,perhaps\n").outcomes)
    assert list(outcomes.names()) == []


def test_first_problems_are_listed_and_all_are_counted():
    received = read("request_id,outcome\n" + "x,perhaps\n" * 100)
    assert (len(received.problems), received.n_problems) == (20, 100)


def test_file_sent_twice_or_in_another_order_or_in_parts_counts_once(outcomes):
    rows = [f"{n},{n % 2},2026-03-{n % 28 + 1:02}" for n in range(200)]
    shuffled = random.Random(0).sample(rows, len(rows))
    heading = "ref,outcome,time\n"
    first = read(heading + "\n".join(rows)).outcomes
    assert keep(outcomes, first)
    assert not keep(outcomes, first)
    assert not keep(outcomes, read(heading + "\n".join(shuffled + rows)).outcomes)
    assert kept(outcomes) == first
    for part in (shuffled[:120], shuffled[80:]):
        keep(outcomes, read(heading + "\n".join(part)).outcomes)
    assert kept(outcomes) == first


def test_hundred_thousand_rows_are_read_and_hold_no_reference(outcomes):
    received = read("ref,outcome,time\n" + "".join(f"Marked{n},1,2026-03-01\n" for n in range(100_000)), "", 100_000)
    assert (received.n_rows, len(received.outcomes.names)) == (100_000, 100_000)
    keep(outcomes, received.outcomes)
    assert len(kept(outcomes).names) == 100_000
    assert not any(b"Marked" in outcomes.read(name).body for name in outcomes.names())
