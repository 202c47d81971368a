"""Reading customers: what fits the schema arrives as it is, what does not is named by line, column, rule and fix."""

import csv
import hashlib
import io
import math
from copy import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.csv_file.reader import has_content
from tests.factories import kinds_contract
from tests.made import REAL, needs_real
from tests.toy import GOOD, SCHEMA, read, refusal
from training.customers.cell_rules import cell_reader
from training.customers.table import read_table
from training.errors import DataError, TrainingError
from training.schema.load import load_schema

ROOT = Path(__file__).parents[2]


def test_every_cell_arrives_in_the_features_order():
    table = read(GOOD)
    assert list(table.X.columns) == ["age", "spent", "country", "plan"]
    assert [str(dtype) for dtype in table.X.dtypes] == ["float64", "float64", "object", "object"]
    assert table.X.values.tolist() == [
        [30, 1.5, "NA", "pro"],
        [41, -2, "DE", ""],
        [30, 1.5, "NA", "pro"],
        [0, 1000, "US", "basic, old"],
    ]
    assert table.y.tolist() == [1, 0, 1, 0]
    assert table.y.dtype == np.int8
    assert table.name == "toy.csv"
    assert table.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert table.notes == ()


def parquet(tmp_path, **columns):
    path = tmp_path / "toy.parquet"
    pd.DataFrame(columns).to_parquet(path)
    return path


TYPED = {
    "Age": [30, 41, 30, 0],
    "spent": [1.234, -2.0, 1.5, 1e3],
    "country": pd.Categorical(["NA", "DE", "NA", "US"]),
    "plan": ["pro", None, "pro", "basic, old"],
    "bought": [True, False, True, False],
}
TRUTHS = replace(SCHEMA, positive_values=("true",), negative_values=("false",))


def test_parquet_is_read_as_a_csv_is_and_its_numbers_need_no_mark(tmp_path):
    table = read_table(parquet(tmp_path, **TYPED), TRUTHS)
    assert table.X.values.tolist() == [
        [30, 1.234, "NA", "pro"],
        [41, -2, "DE", ""],
        [30, 1.5, "NA", "pro"],
        [0, 1000, "US", "basic, old"],
    ]
    assert table.y.tolist() == [1, 0, 1, 0]


def test_a_fault_in_parquet_is_named_by_its_row(tmp_path):
    # Rows without content are passed over, and counted.
    columns = {name: [None, *values, None] for name, values in TYPED.items()} | {"spent": [None, 1, 2, 3, 4e9, None]}
    path = parquet(tmp_path, **columns | {"bought": [None, "true", "false", "true", "false", None]})
    with pytest.raises(DataError, match=r"row 5, spent must be 1000000 or less"):
        read_table(path, TRUTHS)
    with pytest.raises(DataError, match="the column plan holds lists"):
        read_table(parquet(tmp_path, **TYPED | {"plan": [["a"], [], [], []]}), TRUTHS)
    path.write_bytes(b"PAR1")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_table(path, TRUTHS)


def test_identical_rows_share_a_group_and_no_other_rows_do():
    groups = read(GOOD).groups
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_some_rows_of_a_table_keep_their_groups_together():
    table = read(GOOD).among(np.array([True, False, True, True]))
    assert table.X["age"].tolist() == [30, 30, 0]
    assert table.X.index.tolist() == [0, 1, 2]
    assert table.y.tolist() == [1, 1, 0]
    assert table.groups.tolist() == [0, 0, 1]


def test_minus_zero_is_zero():
    table = read(GOOD.replace("b,41,-2", "b,41,-0.0"))
    assert math.copysign(1, table.X["spent"][1]) == 1


def test_a_constant_column_is_noted():
    text = GOOD.replace("b,41", "b,30").replace("d,0", "d,30")
    assert read(text).notes == ("toy.csv: age is the same in every row, so nothing can be learnt from it.",)


def test_three_buyers_can_be_read():
    table = read(GOOD + "e,1,1,FR,pro,1\n" + "f,2,2,FR,pro,0\n" * 500)
    assert table.y.sum() == 3


# What is replaced in GOOD, by what, and what the error must say.
BROKEN_CELLS = [
    ("b,41", "b,x41", "line 3, age must be a number, like 150: digits 0-9"),
    ("b,41", 'b,"1,234"', "line 3, age must be 150 or less"),
    ("b,41", 'b,"1,23,4"', "line 3, age must be a number"),
    ("b,41", "b,٤١", "line 3, age must be a number"),
    ("b,41", "b,1_0", "line 3, age must be a number"),
    ("b,41", "b,0x1", "line 3, age must be a number"),
    ("b,41", "b,", "line 3, age is empty: fill it in"),
    ("b,41", "b, ", "line 3, age is empty"),
    ("b,41", "b,NaN", "line 3, age must be a number"),
    ("-2", "-inf", "line 3, spent must be a number"),
    ("-2", "Infinity", "line 3, spent must be a number"),
    ("-2", "1e400", "line 3, spent must be a finite number"),
    ("-2", "1e300", "line 3, spent must be 1000000 or less"),
    ("-2", "-10.1", "line 3, spent must be -10 or more"),
    ("b,41", "b,-1", "line 3, age must be 0 or more"),
    ("b,41", "b,151", "line 3, age must be 150 or less"),
    ("b,41", "b,41.5", "line 3, age must be a whole number"),
    ("DE", "QQ", "line 3, country must be one of the 250 values"),
    ("DE", "EU", "line 3, country must be one of the 250 values"),
    ("DE", "de1", "line 3, country must be one of the 250 values"),
    ("DE", "", "line 3, country is empty: fill it in, or set `optional = true`"),
    ("DE,", "DE,a\x07b", "line 3, plan must have no control characters"),
    (
        "DE,,0",
        "DE,,2",
        "line 3, bought must be an answer (positive_values are 1, yes; negative_values are 0, no)",
    ),
    ("DE,,0", "DE,,", "line 3, bought is empty"),
    ("a,30", '"1\n2\n3",30.5', "line 2, age must be a whole number"),
    ("b,41", '"1\n2\n3",41.5', "line 3, age must be a whole number"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN_CELLS)
def test_each_broken_cell_is_named_by_line_column_and_rule(old, new, words):
    assert old in GOOD
    message = refusal(GOOD.replace(old, new, 1))
    assert words in message
    assert "one cell does not fit" in message


def test_the_first_five_of_many_faults_are_shown_and_all_are_counted():
    message = refusal(GOOD + "e,secret,1,FR,,1\n" * 1234 + "f,1,nan,QQ,,maybe\n")
    assert "1,237 cells do not fit the schema; the first 5:" in message
    assert message.count("\n") == 5
    assert "line 6, age" in message
    assert "line 10, age" in message


def test_no_value_of_a_cell_is_shown():
    message = refusal(GOOD + "e,secret,secret,secret,secret\x07,secret\nsecret,1,1,FR\n")
    assert "secret" not in message
    message = refusal(GOOD + "e,secret,secret,secret,secret\x07,secret\n")
    assert "5 cells" in message
    assert "secret" not in message


BROKEN = [
    (GOOD.splitlines()[0] + "\n", "a heading and no customer"),
    ("\n".join(GOOD.splitlines()[:2]), "yes in 1 and no in 0 of 1 rows; at least 2 of each"),
    (GOOD.replace(",1\n", ",0\n").replace(",yes\n", ",0\n"), "bought says yes in 0 and no in 4 of 4 rows"),
    (GOOD.replace(",0\n", ",1\n").replace(",No\n", ",1\n"), "bought says yes in 4 and no in 0 of 4 rows"),
    (GOOD.replace("pro", "gold"), "no row has the plan of the schema's example 'One'"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=lambda value: str(value)[-40:])
def test_a_file_that_nothing_can_be_learnt_from_is_refused(text, words):
    assert words in refusal(text)


def test_a_category_without_values_of_its_own_must_be_one():
    plan = SCHEMA.features.index(next(feature for feature in SCHEMA.features if feature.name == "plan"))
    heading, *rows = GOOD.splitlines()
    none = "\n".join([heading, "a,1,1,NA,,1", "b,1,1,NA,,0", "c,1,1,NA,,1", "d,1,1,NA,,0"])
    assert "plan is empty in every row" in refusal(none)
    many = "\n".join([heading, *rows, *(f"e,1,1,NA,plan {number},1" for number in range(1000))])
    assert "plan has 1,002 different values, and a category may have 1,000" in refusal(many)
    assert SCHEMA.features[plan].values == {}


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv: there is no such file"):
        read_table(tmp_path / "none.csv", SCHEMA)
    with pytest.raises(DataError, match="this is a folder"):
        read_table(tmp_path, SCHEMA)


@needs_real
def test_the_public_365_file_is_read_whole():
    table = read_table(REAL, load_schema(ROOT / "training/schema/students_365.toml"))
    with REAL.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(table.y) == len(rows) == 10649
    for name, column in table.X.items():
        kind = str if name == "student_country" else float
        assert column.tolist() == [kind(row[name]) for row in rows]
    assert table.y.tolist() == [int(row["purchased"]) for row in rows]
    assert (table.X["student_country"] == "NA").any()


ages = st.integers(0, 150)
amounts = st.floats(-10, 1e6)
countries = st.sampled_from(sorted(SCHEMA.features[2].values))
plans = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=' ,"'), max_size=8).map(str.strip)
customers = st.tuples(st.text(max_size=4).filter(lambda text: "\0" not in text), ages, amounts, countries, plans)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(customers, st.sampled_from(["0", "1"])), max_size=20),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_valid_customers_come_back_as_they_were_written(tmp_path_factory, rows, line_end):
    rows = [*rows, *((("x", 1, 0.0, "NA", "pro"), answer) for answer in "0011")]
    path = tmp_path_factory.mktemp("data") / "toy.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator=line_end)
        writer.writerow(["id", "age", "spent", "country", "plan", "bought"])
        writer.writerows([*customer, answer] for customer, answer in rows)
    table = read_table(path, SCHEMA)
    assert table.X.values.tolist() == [list(customer[1:]) for customer, _ in rows]
    assert table.y.tolist() == [int(answer) for _, answer in rows]
    inputs = [customer[1:] for customer, _ in rows]
    assert [inputs.index(row) for row in inputs] == [table.groups.tolist().index(group) for group in table.groups]


pieces = st.sampled_from(
    [b",", b"\n", b"\r", b'"', b"1", b"-", b"e9", b" ", b"NA", b"pro", b"\xff", b"\0", b"\xc3\xa9", b";"]
)
fuzz = st.one_of(
    st.binary(max_size=60),
    st.lists(pieces, max_size=40).map(b"".join),
    st.lists(pieces, max_size=20).map(lambda parts: GOOD.encode() + b"".join(parts)),
    st.tuples(st.integers(0, len(GOOD)), pieces).map(
        lambda at: GOOD.encode()[: at[0]] + at[1] + GOOD.encode()[at[0] :]
    ),
)


@settings(max_examples=400)
@given(data=fuzz)
def test_whatever_the_bytes_a_table_or_a_clear_error_comes_back(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(data)
    try:
        table = read_table(path, SCHEMA)
    except TrainingError as error:
        message = str(error)
    else:
        message = f"fuzz.csv: {len(table.X)} customers"
        assert np.isfinite(table.X[["age", "spent"]].to_numpy()).all()
        records = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert len(table.X) == len(table.y) == len(table.groups) == sum(map(has_content, records)) - 1
    assert Path(message.partition(":")[0].partition(",")[0]).name == "fuzz.csv"


def test_the_schema_decides_what_is_yes():
    table = read(GOOD, replace(SCHEMA, positive_values=("no", "0"), negative_values=("yes", "1")))
    assert table.y.tolist() == [0, 1, 0, 1]


def test_a_refused_file_is_named_as_it_was_given_and_a_note_has_its_name_alone(tmp_path):
    path = tmp_path / "toy.csv"
    path.write_text(GOOD.replace("DE,,0", "DE,,maybe"))
    with pytest.raises(DataError) as caught:
        read_table(path, SCHEMA)
    assert str(caught.value).startswith(f"{path}: one cell")
    path.write_text(GOOD.replace("id,", "colour,"))
    assert read_table(path, SCHEMA).notes == ("toy.csv: not used, because the schema does not know it: 'colour'.",)


def test_spellings_that_scoring_could_not_tell_apart_are_one_category():
    rows = [("Gold", 5), ("gold ", 2), ("GOLD", 1), ("pro", 4), ("A+", 1), ("A-", 1)]
    lines = [f"x,{30 + n},1.5,NA,{plan},{n % 2}" for plan, count in rows for n in range(count)]
    table = read("\n".join([GOOD.partition("\n")[0], *lines]))
    assert table.X["plan"].value_counts().to_dict() == {"Gold": 8, "pro": 4, "A+": 1, "A-": 1}
    assert any("2 values of plan differ from a more frequent one" in note for note in table.notes)


def test_rows_are_held_out_one_by_one_where_combinations_are_few():
    heading, *lines = GOOD.splitlines()
    table = read("\n".join([heading, *lines * 50]))
    assert len(set(table.groups.tolist())) == 200
    assert any("only 3 combinations" in note for note in table.notes)


def test_word_that_is_no_yes_or_no_is_told_the_words_that_are():
    *_, newsletter = kinds_contract().features
    broken = cell_reader(newsletter)("ja")
    assert broken.rule + broken.advice == (
        'must be one of "yes", "no": correct it, or make the kind "category" in the schema'
    )
