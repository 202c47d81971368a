import csv
import io
import re
from copy import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.csv_file.score_csv import score_table
from predict.csv_file.writer import ADDED_COLUMNS
from predict.errors import InvalidInput, TooLarge
from predict.model.explain import Explainer
from predict.model.session import Model
from tests import csv_table
from tests.csv_table import CONTRACT, ESTIMATOR, GOOD, HEADING, LINE, NAMES, alone, records_of, rows_of
from tests.fitted import customers, fitted, metadata_of, model_file
from training.export.onnx_file import serialize

model, score = csv_table.model, csv_table.score


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


def test_who_counts_is_told_the_references_of_the_scored_rows(model):
    told = []

    def count(columns, probabilities, *, refs, **_):
        told.append((len(probabilities), refs))

    def counted(text):
        told.clear()
        score_table(model, Explainer(model), text.encode(), most_rows=9, reasons=False, count=count)
        return told

    assert counted(f"{HEADING},Ref\n{LINE}, a \n{LINE}\nx,{LINE}\n{LINE},b\n") == [(2, ["a", "b"])]
    assert counted(f"{HEADING}\n{LINE}\n") == [(1, [])]


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
        score(f"{HEADING.replace(NAMES[0], NAMES[0][:-1])}\n{LINE}\n")
    (fault,) = caught.value.faults
    assert (fault.field, fault.code) == (NAMES[0], "missing")
    assert "column 1" in fault.message


def test_order_of_columns_is_the_files_own(score, model):
    table = score(f"{','.join(reversed(NAMES))}\n{','.join(reversed(GOOD))}\n")
    assert float(records_of(table)[0]["probability"]) == pytest.approx(alone(model), abs=1e-11)


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
    assert re.findall(r"\b([a-z_]+): (?=[A-Z])", row["problem"]) == [NAMES[0], NAMES[1], "steps", "student_country"]


def test_country_that_is_not_known_is_scored_with_a_word_of_care(score, model):
    (row,) = records_of(score(f"{HEADING}\n{LINE.replace('AU', '')}\n"))
    assert float(row["probability"]) == pytest.approx(alone(model, student_country=""), abs=1e-11)
    assert row["problem"] == "student_country: Country is not known. Treat the score with care."


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
    "=1+1",
    "+cmd",
    "-x",
    "@SUM(A1)",
    "\tx",
    "\rx",
    " =1",
    "\n=1",
    "＝1+1",
    "＠x",
    "=",
]
HARMLESS = ["-5", "+5", "-1.5e-3", "-1.e5", "-1,5", "+.5", "x=1", "'=1", "", "a-b", "-", "- none", "+49 30 1234"]
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


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
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
