"""The lines of a file: every usual way of writing customers is read, and what cannot be is named by its line."""

from copy import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.csv_file.column_reader import ColumnReader
from predict.csv_file.decimal_mark import Shown, find_mark
from tests.factories import sample_contract
from tests.toy import GOOD, SCHEMA, read, refusal


@pytest.mark.parametrize(
    "same",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("\n", "\n\n").encode(),
        GOOD.replace('"basic, old"', "basic").replace(",", " , ").encode(),
        GOOD.replace("age", "years").encode(),
        GOOD.replace("a,30", "a,30.0").encode(),
        GOOD.replace("a,30", '"line\nbreak",30').encode(),
    ],
    ids=["bom", "crlf", "cr", "no last line end", "blank lines", "spaces", "alias", "30.0", "quoted line break"],
)
def test_ways_of_writing_the_same_customers(same):
    expected, table = read(GOOD), read(same)
    assert table.X.iloc[:3].equals(expected.X.iloc[:3])
    assert table.y.tolist() == expected.y.tolist()


AS_OFFICES_EXPORT = """\ufeffid;age;spent;country;plan;bought
a;30;1,5;NA;pro;1
b;41;-2;DE;;0
c;30;1,50;NA;pro;Yes
d;0;1.000;US;"basic, old";No
"""


@pytest.mark.parametrize(
    "text",
    [
        AS_OFFICES_EXPORT,
        AS_OFFICES_EXPORT.replace("1,5", "1.5").replace("1.000", "1e3"),
        AS_OFFICES_EXPORT.replace(";", "\t"),
        AS_OFFICES_EXPORT.replace(";", " ; "),
        AS_OFFICES_EXPORT.replace("\n", "\r\n"),
    ],
    ids=["semicolons", "points", "tabs", "spaces", "crlf"],
)
def test_other_delimiters_and_the_decimal_comma_are_read_as_the_api_reads_them(text):
    text = text.replace(' ; "basic, old" ; ', ' ;"basic, old"; ')
    table = read(text)
    assert table.X.values.tolist() == read(GOOD).X.values.tolist()
    assert table.y.tolist() == read(GOOD).y.tolist()
    assert "line 3, age must be a number, like 150: digits 0-9" in refusal(text.replace("41", "forty", 1))


def test_an_uneven_line_is_told_by_the_files_own_delimiter():
    message = refusal(AS_OFFICES_EXPORT + "e;1;1;FR\n")
    assert "line 6 has 4 cells. Put cells that hold a semicolon in quotation marks" in message


@settings(max_examples=60)
@given(
    texts=st.lists(
        st.sampled_from(["1", "1.5", "1,5", "1.234", "1,234", "1 234", "0,125", "1e3", "12,50"]), min_size=4
    ),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_numbers_are_those_of_the_api(texts, delimiter):
    """What a model learns from a file is what it is later asked about."""
    rows = [["1", text, "NA", "pro", str(place % 2)] for place, text in enumerate(texts)]
    lines = [["age", "spent", "country", "plan", "bought"], *rows]
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    mark, unclear = find_mark({"spent": Shown.of(texts)})
    if unclear:
        assert "spent has numbers that could be thousands" in refusal(text)
        return
    contract = replace(sample_contract(), features=SCHEMA.features)
    reader = ColumnReader(contract, SCHEMA.features[1], mark)
    assert read(text).X["spent"].tolist() == reader.read(texts).values.tolist()


BROKEN = [
    ("", "the file is empty"),
    ("\n \n", "the file is empty"),
    (b"\xef\xbb\xbf", "the file is empty"),
    (GOOD.replace(",", ":"), "separated by colons"),
    (GOOD + "e,1,1,FR\nf,1,1,FR,pro,1,9\n", "the heading has 6 cells, but line 6 has 4 cells, line 7 has 7 cells"),
    (GOOD + "e,1\n" * 9, "line 10 has 2 cells, and 4 more lines are uneven"),
    (GOOD + 'e,"1,1,FR,pro,1\nf,1,1,FR,pro,1\n', "line 6 cannot be read: a quotation mark is astray"),
    (GOOD + 'e,"1"2,1,FR,pro,1\n', "line 6 cannot be read: a quotation mark is astray"),
    (GOOD.replace("id,", "note,").replace("\nd,", '\n"d,'), "line 5 cannot be read: a quotation mark is astray"),
    (GOOD + f"e,{'9' * 200_000},1,FR,pro,1\n", "line 6, age must be a finite number"),
    (GOOD.encode("utf-16"), "this is UTF-16"),
    (GOOD.encode("utf-16-le"), "looks like UTF-16"),
    (GOOD.replace("basic", "bäsic").encode("latin-1"), "line 5 is not UTF-8"),
    (GOOD.replace("\n", "\r\n").replace("basic", "bäsic").encode("latin-1"), "line 5 is not UTF-8"),
    ((GOOD + "e,1,1,FR,pro,1\n" * 50_000).encode() + b"\xe4", "line 50006 is not UTF-8 (byte "),
    (b"PK\x03\x04rest", "this is an Excel workbook"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=lambda value: str(value)[-40:])
def test_a_text_that_cannot_be_read_is_refused_in_words(text, words):
    assert words in refusal(text)
