"""The draft of a schema: it trains as it is, and says why each column is left out."""

import csv
import tomllib

import numpy as np
import pandas as pd
import pytest

from tests import drafting
from tests.drafting import N_ROWS, column, columns_of, drafted, write
from training.customers.raw_columns import read_columns
from training.customers.table import read_table
from training.errors import DataError
from training.schema.draft import draft_schema
from training.schema.load import MOST_FEATURES, load_schema, parse_schema

customers = drafting.customers


def test_a_draft_reads_the_file_it_was_drafted_from(customers, tmp_path):
    path = write(customers, tmp_path / "shop.csv")
    text, schema = drafted(path)
    (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
    table = read_table(path, load_schema(tmp_path / "shop.toml"))
    assert table.X.shape == (N_ROWS, len(schema.features))
    assert table.y.sum() == (customers["Churn"] == "Yes").sum()
    assert table.notes == (), "every column is an input or ignored"


def test_each_column_is_what_it_seems_to_be(customers, tmp_path):
    _, schema = drafted(write(customers, tmp_path / "shop.csv"))
    features = {(*feature.aliases, feature.name)[0]: feature for feature in schema.features}
    assert (schema.target.name, schema.positive_values, schema.negative_values) == ("Churn", ("yes",), ("no",))
    assert {heading: feature.kind for heading, feature in features.items()} == {
        "SiteVisits": "integer",
        "Minutes watched": "number",
        "balance": "number",
        "Plan": "category",
        "Browser": "category",
        "Month": "category",
        "Country": "category",
        "Newsletter": "category",
        "joined": "integer",
        "rating": "integer",
        "Gender": "category",
        "Trial": "category",
        "refund": "number",
    }
    assert features["SiteVisits"].name == "site_visits"
    assert features["SiteVisits"].label == "Site visits"
    assert features["Minutes watched"].unit == "min"
    assert [heading for heading, feature in features.items() if feature.optional] == [
        *("Plan", "joined", "rating", "Gender", "Trial", "refund")
    ]
    assert (features["joined"].reference, features["joined"].unit) == ("2024-02-11", "days before 2024-02-11")
    assert all(0 <= example.values[list(features).index("joined")] <= 42 for example in schema.examples)
    assert features["rating"].missing == ("NA",)
    assert features["Gender"].missing == ("?", "unknown")
    assert [heading for heading, feature in features.items() if feature.is_boolean] == ["Newsletter", "Trial"]
    assert len(features["Month"].values) == 12
    assert features["Country"].values["NA"] == "Namibia"


def test_what_is_left_out_says_why(customers, tmp_path):
    text, schema = drafted(write(customers, tmp_path / "shop.csv"))
    reasons = {
        "customerID": "an id",
        "plan-code": "the same as Plan",
        "constant": "the same in every row",
        "left": "a date whose day and month could be swapped",
        "comment": "too many to learn from",
        "closed_reason": "nearly gives the answer",
    }
    for heading, reason in reasons.items():
        (line,) = [line for line in text.splitlines() if line.startswith(f'  "{heading}", #')]
        assert reason in line
    assert set(reasons) <= set(schema.ignore)


def test_an_example_leaves_out_what_most_customers_leave_out(customers, tmp_path):
    rare = np.arange(N_ROWS) % 4 == 0
    numbers = np.where(rare, np.arange(N_ROWS).astype(str), "")
    customers = customers.assign(Car=np.where(rare, "Coupe", ""), company=numbers)
    text, schema = drafted(write(customers, tmp_path / "shop.csv"))
    assert {"car", "company"} < {feature.name for feature in schema.features}
    examples = [example["values"] for example in tomllib.loads(text)["example"]]
    assert all("site_visits" in values and not {"car", "company"} & set(values) for values in examples)


def test_what_says_more_of_a_column_that_tells_the_answer_is_left_out_with_it(customers, tmp_path):
    customers = customers.rename(
        columns={"closed_reason": "status", "joined": "status_date", "Plan": "status_at_first_visit"}
    )
    text, schema = drafted(write(customers, tmp_path / "shop.csv"))
    assert '"status_date", # its heading says that it belongs to one that alone nearly gives the answer' in text
    assert "status_at_first_visit" in [feature.name for feature in schema.features]


def test_bounds_leave_headroom(customers, tmp_path):
    _, schema = drafted(write(customers, tmp_path / "shop.csv"))
    for feature in schema.features:
        if not feature.is_category and not feature.reference:
            values = pd.to_numeric(customers[(*feature.aliases, feature.name)[0]], errors="coerce")
            assert feature.maximum >= 10 * values.abs().max()
            assert feature.minimum == (0 if values.min() >= 0 else -feature.maximum)


@pytest.mark.parametrize(
    "how",
    [
        {"sep": ";", "decimal": ","},
        {"sep": "\t"},
        {"encoding": "utf-8-sig"},
        {"sep": ";", "quoting": csv.QUOTE_NONNUMERIC},
    ],
)
def test_the_draft_is_the_same_however_the_file_is_written(customers, tmp_path, how):
    plain, other = write(customers, tmp_path / "shop.csv"), tmp_path / "other" / "shop.csv"
    other.parent.mkdir()
    mark = how.get("decimal", ".")
    assert drafted(write(customers.replace("3.5", f"3{mark}5"), other, **how)) == drafted(plain)


def test_parquet_drafts_as_csv_does(customers, tmp_path):
    path = tmp_path / "shop.parquet"
    customers.to_parquet(path)
    assert drafted(path) == drafted(write(customers, tmp_path / "shop.csv"))


def test_files_that_cannot_be_drafted_are_named(tmp_path):
    for name, content, words in [
        ("none.csv", None, "no such file"),
        ("empty.csv", "", "the file is empty"),
        ("heading.csv", "a,b\n", "no customer below"),
        ("uneven.csv", "a,b\n1,2,3\n", "line 2 has 3 cells"),
        ("damaged.parquet", "PAR1", "cannot be read"),
        ("nameless.csv", "39,private,13,40,no\n50,state,9,20,yes\n", "must name the columns"),
        ("nameless_zeros.csv", "0\t0\t1\n4\t2\t0\n", "must name the columns"),
    ]:
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(DataError, match=words):
            read_columns(tmp_path / name)


@pytest.mark.parametrize("heading", ["0,1,2", "2026,2025,bought", "2025,30 days,1st order"])
def test_columns_may_be_named_by_years_or_places(heading, tmp_path):
    (tmp_path / "named.csv").write_text(f"{heading}\n0,5,1\n1,7,0\n")
    assert [column.heading for column in read_columns(tmp_path / "named.csv")] == heading.split(",")


def test_of_too_many_columns_the_strongest_stay():
    rng = np.random.default_rng(1)
    y = rng.random(N_ROWS) < 0.4
    strength = [0.0, *np.linspace(0.5, 3, MOST_FEATURES)]
    numbers = [np.round(rng.normal(size=N_ROWS) + strong * y, 3) for strong in strength]
    columns = [column(f"column {n}", [*map(str, cells)], cells) for n, cells in enumerate((*numbers, y.astype(int)))]
    schema = parse_schema("draft.toml", tomllib.loads(draft_schema("many", columns)))
    assert len(schema.features) == MOST_FEATURES
    assert schema.ignore == ("column 0",)


def test_a_category_with_many_or_rare_values_has_others():
    rng = np.random.default_rng(2)
    features = columns_of(
        few=rng.choice(["a", "b", "c"], N_ROWS).tolist(),
        rare=["once", *rng.choice(["a", "b", "c"], N_ROWS - 1)],
        many=rng.choice([f"v{number}" for number in range(21)], N_ROWS).tolist(),
        churn=rng.choice(["yes", "no"], N_ROWS).tolist(),
    )
    schema = parse_schema("draft.toml", tomllib.loads(draft_schema("others", features)))
    assert {feature.name: feature.other for feature in schema.features} == {"few": False, "rare": True, "many": True}


def test_numbers_that_rise_and_fall_with_each_other_are_the_same_and_others_are_not():
    rng = np.random.default_rng(4)
    step = rng.integers(0, 6, N_ROWS)
    numbers = {"step": step, "back": -2.5 * step, "shuffled": np.array([3, 0, 5, 1, 4, 2])[step]}
    columns = [column(heading, [*map(str, values)], values) for heading, values in numbers.items()]
    columns += columns_of(churn=rng.choice(["yes", "no"], N_ROWS).tolist())
    schema = parse_schema("draft.toml", tomllib.loads(draft_schema("steps", columns)))
    assert [feature.name for feature in schema.features] == ["step", "shuffled"]
    # What is dropped stands for nobody else.
    schema = parse_schema("draft.toml", tomllib.loads(draft_schema("steps", columns, drop=["STEP"])))
    assert [feature.name for feature in schema.features] == ["back", "shuffled"]


@pytest.mark.parametrize(
    ("dates", "reference", "order"),
    [
        (["31/12/2023", "01/02/2024"], "2024-02-01", "dmy"),
        (["12/31/2023", "01/02/2024"], "2024-01-02", "mdy"),
        (["12-31-2023 10:30", "1-2-2024"], "2024-01-02", "mdy"),
        (["03.01.2024", "11.02.2024"], "2024-02-11", "dmy"),
        (["2024-01-03", "2024/2/11"], "2024-02-11", ""),
    ],
)
def test_the_order_of_a_date_is_found_where_the_file_tells_it(customers, tmp_path, dates, reference, order):
    mixed = np.resize(dates, N_ROWS)
    path = write(customers.assign(left=np.random.default_rng(1).permutation(mixed)), tmp_path / "shop.csv")
    text, schema = drafted(path)
    (left,) = [feature for feature in schema.features if feature.name == "left"]
    assert (left.reference, left.date_order) == (reference, order)
    (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
    assert read_table(path, load_schema(tmp_path / "shop.toml")).X["left"].min() == 0


def test_spaces_that_do_not_break_are_no_control_characters(customers, tmp_path):
    amounts = [f"{number // 1000}\u202f{number % 1000:03},5" for number in range(1000, 1000 + N_ROWS)]
    towns = np.resize(["Bad\u00a0Tölz", "Ulm", "Zell"], N_ROWS)
    changed = customers.assign(amount=np.random.default_rng(1).permutation(amounts), town=towns)
    text, schema = drafted(write(changed, tmp_path / "shop.csv", sep=";", decimal=","))
    assert {"amount", "town"} <= {feature.name for feature in schema.features}
    (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "shop.csv", load_schema(tmp_path / "shop.toml"))
    assert table.X["amount"].min() == 1000.5
    assert set(table.X["town"]) == {"Bad\u00a0Tölz", "Ulm", "Zell"}


def test_numbers_with_a_sign_are_left_out_with_the_way_to_use_them(customers, tmp_path):
    prices = [f"${number / 100:.2f}" for number in range(N_ROWS)]
    text, _ = drafted(write(customers.assign(price=prices[::-1]), tmp_path / "shop.csv"))
    assert '"price", # its numbers have a sign, such as $ or %: write them without it to use it' in text


def test_long_numbers_none_of_which_comes_twice_are_an_id_in_any_order(customers, tmp_path):
    rng = np.random.default_rng(6)
    numbers = 700_000_000 + 3 * rng.permutation(2 * N_ROWS)
    twice = pd.concat([customers, customers]).assign(ClientNum=numbers, amount=numbers % 1000)
    text, schema = drafted(write(twice, tmp_path / "shop.csv"))
    assert '"ClientNum", # it is an id: it tells customers apart, and nothing about them' in text
    assert "amount" in {feature.name for feature in schema.features}


def test_codes_are_categories_or_left_out_however_many_there_are(customers, tmp_path):
    rng = np.random.default_rng(7)
    many = pd.concat([customers] * 3).assign(
        postal_code=10_000 + rng.permutation(3 * N_ROWS), area_code=rng.integers(200, 280, 3 * N_ROWS)
    )
    text, schema = drafted(write(many, tmp_path / "shop.csv"))
    assert '"postal_code", # it has 1,200 different codes, too many to learn from' in text
    assert {feature.name: feature.kind for feature in schema.features}["area_code"] == "category"


def test_infinity_among_numbers_is_not_known(customers, tmp_path):
    ratio = ["inf", "-Infinity", *(f"{number / 7:.3f}" for number in range(N_ROWS - 2))]
    _, schema = drafted(write(customers.assign(ratio=ratio), tmp_path / "shop.csv"))
    feature = next(feature for feature in schema.features if feature.name == "ratio")
    assert (feature.kind, feature.optional, feature.missing) == ("number", True, ("-Infinity", "inf"))


def test_spaces_around_cells_change_nothing(customers, tmp_path):
    (tmp_path / "plain").mkdir()
    padded = customers.assign(Plan=[f"{plan}{' ' * (row % 2)}" for row, plan in enumerate(customers["Plan"])])
    assert drafted(write(padded, tmp_path / "shop.csv")) == drafted(write(customers, tmp_path / "plain" / "shop.csv"))
