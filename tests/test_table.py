import csv
import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.errors import InvalidInput, MalformedInput, TooLarge
from predict.explain import Explainer
from predict.model import Model
from predict.scored_block import ADDED_COLUMNS
from predict.table import score_table
from predict.validation import read_row
from tests.fitted import customers, fitted, metadata_of, model_file
from training.export import serialize

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT = metadata_of(ESTIMATOR).contract
NAMES = [feature.name for feature in CONTRACT.features]
# Inside what training saw in every column: nothing is to be said of it.
GOOD = ["21", "112", "4", "6", "42", "AU"]
HEADING = ",".join(NAMES)
LINE = ",".join(GOOD)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    return Model.load(path)


@pytest.fixture(scope="module")
def score(model):
    explainer = Explainer(model)

    def run(data, most_rows=1000, reasons=False):
        data = data if isinstance(data, bytes) else data.encode()
        return score_table(model, explainer, data, most_rows=most_rows, reasons=reasons)

    return run


def rows_of(table, delimiter=","):
    """Return the rows that went out, heading first, by a reader that knows nothing of the writer."""
    return list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def records_of(table, delimiter=","):
    heading, *rows = rows_of(table, delimiter)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def alone(model, **cells):
    payload = dict(zip(NAMES, [21, 112, 4, 6, 42, "AU"], strict=True)) | cells
    return float(model.probabilities([read_row(CONTRACT, payload)[0]])[0])


def test_every_row_gets_scikit_learns_probability_in_the_order_of_the_file(score):
    X, _ = customers(400, seed=5)
    X["student_country"] = X["student_country"].astype(object)
    table = score(X.to_csv(index=False))
    rows = records_of(table)
    expected = fitted(ESTIMATOR).predict_proba(X)[:, 1]
    assert [float(row["probability"]) for row in rows] == pytest.approx(expected, abs=1e-9)
    assert [row["prediction"] for row in rows] == [CONTRACT.words(p >= CONTRACT.threshold) for p in expected]
    assert (table.n_rows, table.n_scored) == (400, 400)
    assert table.n_positive == (expected >= CONTRACT.threshold).sum()


def test_rank_counts_the_rows_that_score_higher_and_ties_share(score):
    X, _ = customers(300, seed=6)
    table = score(pd.concat([X, X.head(50)]).to_csv(index=False))
    rows = records_of(table)
    written = np.array([float(row["probability"]) for row in rows])
    assert [int(row["rank"]) for row in rows] == [1 + int((written > p).sum()) for p in written]
    assert [row["rank"] for row in rows[300:]] == [row["rank"] for row in rows[:50]]


def test_heading_is_the_files_with_five_names_behind(score):
    heading, row = rows_of(score(f"id,{HEADING},note\n7,{LINE},x\n"))
    assert heading == ["id", *NAMES, "note", *ADDED_COLUMNS]
    assert row[:8] == ["7", *GOOD, "x"]


def test_scoring_twice_adds_columns_of_other_names(score):
    once = score(f"{HEADING}\n{LINE}\n")
    twice = score(once.body)
    heading, row = rows_of(twice)
    assert heading[-10:] == [*ADDED_COLUMNS, *(f"{name}_2" for name in ADDED_COLUMNS)]
    assert row[-10:-5] == row[-5:]
    assert rows_of(score(twice.body))[0][-5:] == [f"{name}_3" for name in ADDED_COLUMNS]


def test_namibia_is_a_country(score, model):
    (row,) = records_of(score(f"{HEADING}\n{LINE.replace('AU', 'NA')}\n"))
    assert (row["student_country"], row["problem"]) == ("NA", "")
    assert float(row["probability"]) == pytest.approx(alone(model, student_country="NA"), abs=1e-11)


def test_aliases_name_columns_and_similar_names_do_not(score):
    alias = CONTRACT.features[0].aliases[0]
    assert score(f"{HEADING.replace(NAMES[0], alias)}\n{LINE}\n").n_scored == 1
    with pytest.raises(InvalidInput) as caught:
        score(f"{HEADING.replace(NAMES[0], NAMES[0].upper())}\n{LINE}\n")
    (fault,) = caught.value.faults
    assert (fault.field, fault.code) == (NAMES[0], "missing")
    assert "column 1" in fault.message


def test_order_of_columns_is_the_files_own(score, model):
    table = score(f"{','.join(reversed(NAMES))}\n{','.join(reversed(GOOD))}\n")
    assert float(records_of(table)[0]["probability"]) == pytest.approx(alone(model), abs=1e-11)


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


@pytest.mark.parametrize(
    ("delimiter", "number", "fix"), [(";", "1.125", "Write decimals with a comma"), ("\t", "1,125", "with a point")]
)
def test_thousands_or_decimals_is_asked_not_guessed(score, model, delimiter, number, fix):
    heading = HEADING.replace(",", delimiter)
    line = LINE.replace(",", delimiter).replace("112", number)
    with pytest.raises(InvalidInput) as caught:
        score(f"{heading}\n{line}\n{line}\n")
    (fault,) = caught.value.faults
    assert (fault.field, fault.code) == ("minutes_watched", "unclear_number")
    assert fix in fault.message
    mark = "." if delimiter == ";" else ","
    told = line.replace(number, f"0{mark}500")
    (row, _) = records_of(score(f"{heading}\n{line}\n{told}\n"), delimiter)
    assert float(row["probability"].replace(",", ".")) == pytest.approx(alone(model, minutes_watched=1.125), abs=1e-11)


@pytest.mark.parametrize(("delimiter", "unclear", "telling"), [(";", "1.125", "12.5"), ("\t", "1,125", "12,5")])
def test_the_last_row_may_be_the_first_to_tell_the_decimal_mark(score, model, delimiter, unclear, telling):
    heading, line = (text.replace(",", delimiter) for text in (HEADING, LINE))
    rows = [line.replace("112", unclear), *[line] * 30_000]
    with pytest.raises(InvalidInput, match="three decimals"):
        score("\n".join([heading, *rows]))
    with pytest.raises(InvalidInput, match="three decimals"):
        score("\n".join([heading, *reversed(rows)]))
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
    (only,) = records_of(score("\n".join([HEADING, rows[1]])))
    assert float(only["probability"]) == pytest.approx(alone(model, minutes_watched=1234), abs=1e-11)


def test_columns_that_contradict_each_other_are_asked_about(score):
    heading = HEADING.replace(",", ";")
    with pytest.raises(InvalidInput) as caught:
        score(f"{heading}\n61;1.310;3;6;9.0;US\n61;12,5;3;6;9;US\n")
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("minutes_watched", "unclear_number")]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=,\r", "sep=\t"])
def test_the_line_that_is_for_excel_alone_is_named(score, first):
    with pytest.raises(InvalidInput, match="Delete it") as caught:
        score(f"{first}\n{HEADING}\n{LINE}\n")
    assert [fault.code for fault in caught.value.faults] == ["no_heading"]


def test_unknown_columns_of_one_name_pass_untouched(score):
    (row,) = rows_of(score(f"note,{HEADING},note\n a ,{LINE},=b\n"))[1:]
    assert (row[0], row[len(NAMES) + 1]) == (" a ", "'=b")


@pytest.mark.parametrize("estimator", ["HistGradientBoostingClassifier", "LogisticRegression"])
def test_a_score_at_the_threshold_is_decided_as_for_one_customer(estimator):
    metadata = metadata_of(estimator)
    for days in range(0, 100, 7):
        row = (float(days), 112.0, 4.0, 6.0, 42.0, "AU")
        threshold = Model.from_bytes(model_file(estimator)).score(row)
        contract = replace(metadata.contract, threshold=threshold)
        model = Model.from_bytes(serialize(fitted(estimator), replace(metadata, contract=contract)))
        table = score_table(
            model, Explainer(model), f"{HEADING}\n{days},112,4,6,42,AU\n".encode(), most_rows=1, reasons=False
        )
        assert records_of(table)[0]["prediction"] == "Will Purchase"
        assert table.n_positive == 1


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


BAD_CELLS = {
    "negative": ("-5", "must be 0 or more"),
    "words": ("many", "must be a number"),
    "not whole": ("2.5", "must be a whole number"),
    "too large": ("1e300", "must be"),
    "not a number": ("NaN", "must be a number"),
    "infinite": ("1e999", "must be a finite number"),
    "underscore": ("1_000", "must be a number"),
    "empty": ("", "is required"),
    "blank": ("  ", "is required"),
}


@pytest.mark.parametrize(("cell", "rule"), BAD_CELLS.values(), ids=list(BAD_CELLS))
def test_row_with_a_bad_cell_is_kept_and_says_the_field_and_the_rule(score, cell, rule):
    table = score(f"id,{HEADING}\na,{LINE}\nb,{LINE.replace('42', cell)}\nc,{LINE}\n")
    first, bad, last = records_of(table)
    assert [row["id"] for row in (first, bad, last)] == ["a", "b", "c"]
    assert bad["problem"].startswith("steps: ")
    assert rule in bad["problem"]
    assert (bad["probability"], bad["prediction"], bad["rank"]) == ("", "", "")
    assert bad["steps"] == cell
    assert first["probability"] == last["probability"] != ""
    assert first["rank"] == last["rank"] == "1"
    assert (table.n_rows, table.n_scored) == (3, 2)


def test_every_fault_of_a_row_is_named(score):
    (row,) = records_of(score(f"{HEADING}\n-5,x,4,6,2.5,ZZ\n"))
    assert re.findall(r"(\w+): ", row["problem"]) == [NAMES[0], NAMES[1], "steps", "student_country"]


def test_country_that_is_not_given_is_scored_with_a_word_of_care(score, model):
    (row,) = records_of(score(f"{HEADING}\n{LINE.replace('AU', '')}\n"))
    assert float(row["probability"]) == pytest.approx(alone(model, student_country=""), abs=1e-11)
    assert row["problem"] == "student_country: Country is not given. Treat the score with care."


def test_uneven_rows_are_kept_whole(score):
    table = score(f"{HEADING},note\n{LINE}\n{LINE},n,beyond,=more\n{LINE},n\n\n")
    heading, short, long, good = rows_of(table)
    assert short[:7] == [*GOOD, ""]
    assert long[:7] == [*GOOD, "n"]
    assert long[len(heading) :] == ["beyond", "'=more"]
    problems = [row[len(heading) - 1] for row in (short, long, good)]
    assert problems == ["The row has 6 cells, the heading has 7.", "The row has 9 cells, the heading has 7.", ""]
    assert [bool(row[heading.index("probability")]) for row in (short, long, good)] == [False, False, True]


FORMULAS = [
    "-1.234+1",
    "-1.234.56.7+A1",
    "+44 20",
    "=1+1",
    "+cmd",
    "-x",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\0=1",
    "＝1+1",
    "＠x",
    "-",
    "=",
    "+49 30 1234",
]
HARMLESS = ["-5", "+5", "-1.5e-3", "-1,5", "+.5", "x=1", " =1", "'=1", "", "a-b", "\n=1"]
HARMLESS += ["-1.234,56", "-1 234,5", "-1.234.567", "-1,234.50", "-1\u00a0234", "-12%"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_formulas_are_disarmed_and_nothing_else_is_touched(score, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [["=id", *NAMES], *([cell, *GOOD] for cell in [*FORMULAS, *HARMLESS])]
    )
    heading, *rows = rows_of(score(out.getvalue()), delimiter)
    assert heading[0] == "'=id"
    assert [row[0] for row in rows] == [f"'{cell}" for cell in FORMULAS] + HARMLESS


def test_formula_in_a_column_of_the_model_is_disarmed_and_named(score):
    (row,) = records_of(score(f"{HEADING}\n{LINE.replace('42', '=1+1')}\n"))
    assert row["steps"] == "'=1+1"
    assert row["problem"].startswith("steps: ")
    assert "1+1" not in row["problem"]


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    [*FORMULAS, *HARMLESS, '"', "a;b", "a,b"]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CELLS, st.sampled_from(["3", "-1", "x", "2500", ""]), CELLS), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_nothing_is_lost_and_the_order_is_kept(score, rows, delimiter, line_end, quoting):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(["first", *NAMES, "last"])
    writer.writerows([a, *GOOD[:4], steps, GOOD[5], b] for a, steps, b in rows)
    heading, *answered = rows_of(score(out.getvalue()), delimiter)
    assert len(answered) == len(rows)
    for (a, steps, b), row in zip(rows, answered, strict=True):
        for given_, got in ((a, row[0]), (b, row[7])):
            assert got in (given_, f"'{given_}")
            assert not got.startswith(("=", "@", "\t", "\r"))
        assert row[5] == steps
        assert len(row) == len(heading)
        assert bool(row[8]) == (steps in {"3", "2500"})


def test_reasons_name_what_raises_and_what_lowers(score):
    rows = records_of(score(f"{HEADING}\n{LINE}\n{LINE.replace('42', 'x')}\n", reasons=True))
    assert re.search(r"\w+ \(.+\) (raises|lowers) the chance by [\d.]+ points?", rows[0]["reasons"])
    assert rows[0]["reasons"].count("; ") <= 3
    assert rows[1]["reasons"] == ""
    assert records_of(score(f"{HEADING}\n{LINE}\n"))[0]["reasons"] == ""


def test_too_many_rows_are_refused_with_the_limit(score):
    assert score(f"{HEADING}\n" + f"{LINE}\n" * 5, most_rows=5).n_rows == 5
    with pytest.raises(TooLarge) as caught:
        score(f"{HEADING}\n" + f"{LINE}\n" * 6, most_rows=5)
    assert caught.value.faults[0].limit == 5


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
    "other delimiter": (f"{HEADING}\n{LINE}\n".replace(",", "|"), "wrong_delimiter"),
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
    "endless cell": (f"{HEADING}\n{LINE}\n{'x' * 200_000}\n".encode(), "line 3"),
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


def test_rows_beyond_one_block_are_scored_and_ranked_together(score):
    minutes = [str(number % 977) for number in range(30_000)]
    text = "\n".join([HEADING, *(f"21,{m},4,6,42,AU" for m in minutes)])
    rows = records_of(score(text, most_rows=30_000))
    assert [row["minutes_watched"] for row in rows] == minutes
    written = np.array([float(row["probability"]) for row in rows])
    ranks = np.array([int(row["rank"]) for row in rows])
    assert ranks.min() == 1
    order = np.argsort(ranks, kind="stable")
    assert (np.diff(written[order]) <= 0).all()


def test_columns_with_very_many_distinct_texts_are_read_right(score):
    texts = [f"{number / 1000:.3f}" for number in range(45_000)]
    rows = records_of(score("\n".join([HEADING, *(f"21,{t},4,6,42,AU" for t in texts)]), most_rows=45_000))
    assert all(row["probability"] for row in rows)


def test_words_of_the_answer_are_quoted_where_they_must_be(model):
    target = replace(CONTRACT.target, positive='Yes, "surely"', negative="No, thanks")
    metadata = replace(model.metadata, contract=replace(CONTRACT, target=target))
    named = Model(metadata, model.hash, model._session)
    table = score_table(named, Explainer(named), f"{HEADING}\n{LINE}\n".encode(), most_rows=5, reasons=False)
    assert records_of(table)[0]["prediction"] in {'Yes, "surely"', "No, thanks"}
