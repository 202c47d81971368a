"""Files as people have them: dialects, decimal marks, and what is no table at all."""

import re

import pytest

from predict.csv_file import reader
from predict.errors import InvalidInput, MalformedInput, TooLarge
from tests import csv_table
from tests.csv_table import HEADING, LINE, NAMES, alone, records_of, rows_of

model, score = csv_table.model, csv_table.score


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_dialect_of_the_answer_is_the_files(score, delimiter, line_end, bom):
    note = f'"a ""b""{line_end}{delimiter}c"'
    text = line_end.join(
        [f"note{delimiter}{HEADING.replace(',', delimiter)}", f"{note}{delimiter}{LINE.replace(',', delimiter)}", ""]
    )
    table = score(bom + text.encode())
    assert table.body.startswith(b"\xef\xbb\xbf") == bool(bom)
    heading, row = rows_of(table, delimiter)
    assert len(heading) == len(row) == 12
    assert row[0] == f'a "b"{line_end}{delimiter}c'
    assert not row[-1]
    assert table.body.endswith(line_end.encode())
    ends = {"\n": {b"\n"}, "\r\n": {b"\r\n"}, "\r": {b"\r"}}[line_end]
    assert set(re.findall(rb"\r\n|\r|\n", table.body)) == ends


def test_decimal_comma_is_read_and_written_where_semicolons_are(score, model):
    table = score(f"{HEADING.replace(',', ';')}\n21;1.012,5;4;6;42;AU\n21;1.012;4;6;42;AU\n21;12,5;4;6;42;AU\n")
    first, second, third = records_of(table, ";")
    expected = [alone(model, minutes_watched=minutes) for minutes in (1012.5, 1012, 12.5)]
    written = [row["probability"] for row in (first, second, third)]
    assert [float(text.replace(",", ".")) for text in written] == pytest.approx(expected, abs=1e-11)
    assert all("." not in text for text in written)
    assert first["minutes_watched"] == "1.012,5"


def test_decimal_point_beside_semicolons_is_recognised(score, model):
    (first, second) = records_of(score(f"{HEADING.replace(',', ';')}\n21;12.5;4;6;42;AU\n21;1.012;4;6;42;AU\n"), ";")
    assert float(first["probability"]) == pytest.approx(alone(model, minutes_watched=12.5), abs=1e-11)
    assert float(second["probability"]) == pytest.approx(alone(model, minutes_watched=1.012), abs=1e-11)


@pytest.mark.parametrize(("delimiter", "number"), [(";", "1.125"), ("\t", "1,125"), (",", "1.125")])
def test_thousands_or_decimals_is_asked_not_guessed(score, model, delimiter, number):
    heading = HEADING.replace(",", delimiter)
    line = LINE.replace(",", delimiter).replace("112", number)
    with pytest.raises(InvalidInput) as caught:
        score(f"{heading}\n{line}\n{line}\n")
    (fault,) = caught.value.faults
    assert (fault.field, fault.code) == ("minutes_watched", "unclear_number")
    assert "Write thousands without a mark, like 1234" in fault.message
    mark = number[1]
    told = line.replace(number, f"0{mark}500")
    (row, _) = records_of(score(f"{heading}\n{line}\n{told}\n"), delimiter)
    assert float(row["probability"].replace(",", ".")) == pytest.approx(alone(model, minutes_watched=1.125), abs=1e-11)


@pytest.mark.parametrize(("delimiter", "unclear", "telling"), [(";", "1.125", "12.5"), ("\t", "1,125", "12,5")])
def test_the_last_row_may_be_the_first_to_tell_the_decimal_mark(score, model, delimiter, unclear, telling):
    heading, line = (text.replace(",", delimiter) for text in (HEADING, LINE))
    rows = [line.replace("112", unclear), *[line] * 30_000]
    with pytest.raises(InvalidInput, match="three decimals"):
        score("\n".join([heading, *rows]), most_rows=100_000)
    with pytest.raises(InvalidInput, match="three decimals"):
        score("\n".join([heading, *reversed(rows)]), most_rows=100_000)
    told = score("\n".join([heading, *rows, line.replace("112", telling)]), most_rows=100_000)
    first, *_ = records_of(told, delimiter)
    expected = alone(model, minutes_watched=1.125)
    assert float(first["probability"].replace(",", ".")) == pytest.approx(expected, abs=1e-11)


def test_a_decimal_comma_in_quotation_marks_is_read_beside_commas_and_written_so(score, model):
    rows = ['21,"310,5",4,6,42,AU', '21,"1,234",4,6,42,AU']
    first, second = records_of(score("\n".join([HEADING, *rows])))
    for row, minutes in ((first, 310.5), (second, 1.234)):
        expected = alone(model, minutes_watched=minutes)
        assert float(row["probability"].replace(",", ".")) == pytest.approx(expected, abs=1e-11)
        assert "," in row["probability"]


def test_columns_that_contradict_each_other_are_asked_about(score):
    heading = HEADING.replace(",", ";")
    with pytest.raises(InvalidInput) as caught:
        score(f"{heading}\n61;1.310;3;6;9.0;US\n61;12,5;3;6;9;US\n")
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("minutes_watched", "unclear_number")]


def test_a_large_file_may_mix_its_line_ends(score):
    count = 90_000
    text = f"{HEADING}\n" + f"{LINE}\r" * count
    assert len(text) > 1_300_000, "longer than a piece and the longest line"
    assert score(text, most_rows=count).n_scored == count
    assert score(f"{text}{LINE}\n", most_rows=count + 1).n_scored == count + 1
    assert score(text.replace("\r", "\r\n"), most_rows=count).n_scored == count


def test_numbers_may_be_written_as_people_do(score, model):
    (row,) = records_of(score(f'{HEADING}\n 21 ,"1,012.5",4,6,4.2e1, AU \n'))
    assert float(row["probability"]) == pytest.approx(alone(model, minutes_watched=1012.5), abs=1e-11)


@pytest.mark.parametrize("blank", ["", " ", '""', ",,,"])
def test_lines_without_content_are_walked_over_up_to_a_limit(score, monkeypatch, blank):
    monkeypatch.setattr(reader, "_MOST_BLANK_LINES", 100)
    some, many = f"{blank}\n" * 100, f"{blank}\n" * 101
    assert score(f"{some}{HEADING}\n{LINE}\n{some}").n_rows == 1
    for text in (f"{many}{HEADING}\n{LINE}\n", f"{HEADING}\n{many}", many):
        with pytest.raises(TooLarge, match="More than 100 lines have no content"):
            score(text)
    # One between every two rows is what double line ends make.
    assert score(f"{HEADING}\n" + f"{LINE}\n{blank}\n" * 300).n_rows == 300


SECRET = "sesame-4711"
REFUSED = {
    "empty": ("", "empty"),
    "blank": ("\n \n", "empty"),
    "heading only": (HEADING, "no_rows"),
    "heading and blank lines": (f"{HEADING}\n\n\n", "no_rows"),
    "no heading": (f"{LINE}\n{LINE}\n", "no_heading"),
    "column missing": (f"{SECRET},{','.join(NAMES[1:])}\n{LINE}\n", "missing"),
    "column twice": (f"{HEADING},steps\n{LINE},1\n", "duplicate_column"),
    "column and its alias": (f"{HEADING},country\n{LINE},AU\n", "duplicate_column"),
    "other delimiter": (f"{HEADING}\n{LINE}\n".replace(",", ":"), "wrong_delimiter"),
    "very many columns": ("a," * 2000 + "\n", "too_many_columns"),
    "no CSV at all": (f"{SECRET} is here", "missing"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=list(REFUSED))
def test_file_without_a_usable_heading_is_refused_in_words(score, text, code):
    with pytest.raises(InvalidInput) as caught:
        score(text)
    assert code in {fault.code for fault in caught.value.faults}
    assert all(fault.message.endswith(".") for fault in caught.value.faults)
    assert SECRET not in str(caught.value)


UNREADABLE = {
    "Latin-1": (f"{HEADING}\n{LINE}\nC\xf4te".encode("latin-1"), "Line 3 is not UTF-8 (byte "),
    "UTF-16": (f"{HEADING}\n{LINE}\n".encode("utf-16"), "UTF-16"),
    "UTF-32": (f"{HEADING}\n{LINE}\n".encode("utf-32"), "UTF-32"),
    "UTF-16 without a mark": (f"{HEADING}\n{LINE}\n".encode("utf-16-le"), "looks like UTF-16"),
    "JSON": (b'{"rows": [{"steps": 1}]}', "This is JSON"),
    "workbook": (b"PK\x03\x04" + bytes(100), "Excel workbook"),
    "text behind a quotation mark": (f'{HEADING}\n{LINE}\n"{SECRET}"x,1\n'.encode(), "line 3"),
    "open quotation mark": (f'{HEADING}\n{LINE}\n{LINE}\n1,"{SECRET}\n{LINE}\n'.encode(), "line 4"),
    "endless cell": (f'{HEADING}\n{LINE}\n"{"x" * 900_000}\n{"x" * 900_000}"\n'.encode(), "line 3"),
    "open quotation mark in the heading": (b'"' + f"{HEADING}\n{LINE}\n".encode() * 3000, "heading"),
}


@pytest.mark.parametrize(("data", "words"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_file_nobody_can_read_is_refused_with_the_place(score, data, words):
    with pytest.raises(MalformedInput) as caught:
        score(data)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


def test_byte_that_is_not_utf8_is_counted_across_pieces(score):
    data = f"{HEADING}\n".encode() + f"{LINE}\n".encode() * 20_000
    with pytest.raises(MalformedInput) as caught:
        score(data + b"\xff", most_rows=100_000)
    assert f"Line 20002 is not UTF-8 (byte {len(data) + 1} " in str(caught.value)
