from datetime import UTC, datetime

import numpy as np

from tests.watch.test_counts import METADATA, MODEL, PROBABILITIES, ROWS
from watch import answers as module
from watch.answers import Answer, AnswerBook, Answers, read_answers
from watch.errors import StoreError
from watch.journal import Journal
from watch.pseudonyms import for_customer, for_request, read_salt

MODEL.metadata = METADATA


def noon():
    return datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_answers_are_found_by_pseudonyms_and_hold_nothing_else(parts, answers, salts):
    journal = Journal(parts, noon, AnswerBook(answers, salts))
    journal.add(MODEL, ROWS[0], 0.25, is_warned=False, request_id="Marked-id", ref="Marked ref")
    journal.add(MODEL, ROWS[0], 0.75, is_warned=False, request_id="other")
    journal.flush()
    first, second = read_answers(answers, "2026-03-04")
    salt = read_salt(salts)
    request, customer = for_request(salt, "Marked-id"), for_customer(salt, "Marked ref")
    assert first == Answer("2026-03-04", request, customer, MODEL.hash[:12], 0.25)
    assert (second.customer, second.probability) == ("", 0.75)
    assert list(read_answers(answers, "2026-03-05")) == []
    assert not any(b"Marked" in answers.read(name).body for name in answers.names())


def test_rows_of_a_file_are_kept_by_their_reference(parts, answers, salts):
    journal = Journal(parts, noon, AnswerBook(answers, salts))
    columns = [
        np.array(values, object if isinstance(values[0], str) else float) for values in zip(*ROWS[:3], strict=True)
    ]
    journal.add_many(MODEL, columns, PROBABILITIES[:3], failed=0, warned=0, refs=["a", "", "c"])
    journal.flush()
    assert [a.customer for a in read_answers(answers, "")] == [for_customer(read_salt(salts), ref) for ref in "ac"]


def test_answers_that_cannot_be_written_wait_and_do_not_keep_counts_waiting(parts, answers, salts, monkeypatch):
    journal = Journal(parts, noon, AnswerBook(answers, salts))
    create = type(parts).create

    def refuse(container, name, body):
        if container is answers:
            raise StoreError("The container is away.")
        create(container, name, body)

    monkeypatch.setattr(type(parts), "create", refuse)
    for number in range(3):
        journal.add(MODEL, ROWS[0], 0.5, is_warned=False, request_id=str(number))
        journal.flush()
    assert len(list(parts.names())) == 3
    monkeypatch.undo()
    journal.flush()
    journal.flush()
    assert len(list(read_answers(answers, ""))) == 3


def test_no_more_waits_than_memory_has_room_for(answers, salts, monkeypatch):
    monkeypatch.setattr(module, "_MOST_WAITING", 5)
    book = AnswerBook(answers, salts)
    for number in range(9):
        book.add("2026-03-04", str(number), "", "model", 0.5)
    assert len(Answers.of(book.take()["2026-03-04"]).model) == 5


def test_without_the_salt_answers_wait(parts, answers, salts, monkeypatch):
    journal = Journal(parts, noon, AnswerBook(answers, salts))
    read = type(salts).read

    def refuse(container, name):
        if container is salts:
            raise StoreError("The container is away.")
        return read(container, name)

    monkeypatch.setattr(type(salts), "read", refuse)
    journal.add(MODEL, ROWS[0], 0.5, is_warned=False, request_id="a")
    journal.flush()
    assert (len(list(parts.names())), list(answers.names())) == (1, [])
    monkeypatch.undo()
    journal.flush()
    assert len(list(read_answers(answers, ""))) == 1


def test_parts_of_a_day_become_one_and_old_days_go(parts, answers, salts):
    journal = Journal(parts, noon, AnswerBook(answers, salts))
    for number in range(5):
        journal.add(MODEL, ROWS[0], number / 10, is_warned=False, request_id=str(number))
        journal.flush()
    late = next(answers.names())
    body = answers.read(late).body
    assert sorted(a.probability for a in read_answers(answers, "2026-03-04")) == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert list(answers.names()) == ["days/2026-03-04.json"]
    # Written twice, because the first answer was lost.
    answers.create(late, body)
    assert len(list(read_answers(answers, "2026-03-04"))) == 5
    assert list(read_answers(answers, "2026-03-05")) == []
    assert list(answers.names()) == []
