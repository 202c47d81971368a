"""Which column of a file is the answer, and the words that a draft has for it."""

import tomllib

import numpy as np
import pytest

from tests import drafting
from tests.drafting import N_ROWS, column, columns_of, drafted, write
from training.errors import SchemaError
from training.schema.draft import draft_schema
from training.schema.load import parse_schema

customers = drafting.customers


def test_the_target_is_asked_for_where_it_is_not_clear(customers, tmp_path):
    path = write(customers.drop(columns="Churn"), tmp_path / "shop.csv")
    assert drafted(path, "Newsletter")[1].target.name == "Newsletter"
    with pytest.raises(SchemaError, match=r"'Month' cannot be predicted: it must have two values, .* and has 3\."):
        drafted(path, "Month")
    with pytest.raises(SchemaError, match="no column 'churn'"):
        drafted(path, "churn")
    path = write(customers.drop(columns=["Churn", "closed_reason"]), tmp_path / "shop.csv")
    with pytest.raises(SchemaError, match=r"not clear .* Name it with --target"):
        drafted(path)


def test_an_answer_told_twice_is_taken_once(customers, tmp_path):
    customers = customers.rename(columns={"Churn": "Churn Label"})
    customers["Churn Value"] = (customers["Churn Label"] == "Yes").astype(int)
    customers["Points"] = customers["SiteVisits"] + 1
    text, schema = drafted(write(customers, tmp_path / "shop.csv"))
    assert schema.target.name == "Churn Label"
    assert '"Churn Value", # it alone nearly gives the answer' in text


def test_empty_columns_and_columns_without_a_heading_are_not_the_answer(customers, tmp_path):
    customers = customers.drop(columns="closed_reason").rename(columns={"Churn": "fraud_reported"})
    customers["_c39"] = ""
    customers[""] = customers["Newsletter"]
    assert drafted(write(customers, tmp_path / "shop.csv"))[1].target.name == "fraud_reported"


def test_a_column_whose_heading_says_what_customers_do_is_the_answer_before_the_last_one(customers, tmp_path):
    changed = customers.rename(columns={"Churn": "Churn Flag"}).assign(last=customers["Newsletter"].to_numpy()[::-1])
    assert drafted(write(changed, tmp_path / "shop.csv"))[1].target.name == "Churn Flag"


@pytest.mark.parametrize(
    "headings",
    [
        ("default", "deposit*"),
        ("default", "Term deposit*"),
        ("loan_status*", "default_on_file", "last"),
        ("is_canceled*", "is_repeated_guest", "last"),
        ("SeriousDlqin2yrs*",),
    ],
)
def test_of_several_columns_that_could_be_the_answer_the_likeliest_is_taken(headings):
    rng = np.random.default_rng(5)
    cells = {heading.rstrip("*"): rng.choice(["yes", "no"], N_ROWS).tolist() for heading in headings}
    other = rng.choice(["a", "b", "c"], N_ROWS).tolist()
    columns = columns_of(**cells)
    columns.insert(len(headings) - (len(headings) > 1), *columns_of(plan=other))
    target = parse_schema("draft.toml", tomllib.loads(draft_schema("any", columns))).target
    assert f"{target.name}*" in headings


@pytest.mark.parametrize(
    ("heading", "yes", "words"),
    [
        ("Churn", "Yes", ("Will churn", "Will not churn", "churn", "churn", "churner")),
        ("Revenue", "TRUE", ("Will purchase", "Will not purchase", "purchase", "a purchase", "buyer")),
        ("default.payment.next.month", "1", ("Will default", "Will not default", "default", "default", "defaulter")),
        ("Salary", ">50K", ("Salary: >50K", "Salary: <=50K", 'have ">50K" as salary', '">50K" as salary', "positive")),
        ("is_canceled", "1", ("Will cancel", "Will not cancel", "cancel", "a cancellation", "canceller")),
        ("y", "yes", ("Y: yes", "Y: no", "answer yes", "“Y”", "positive")),
        ("Class", "2", ("Class: 2", "Class: 1", 'have "2" as class', '"2" as class', "positive")),
        ("Stayed on?", "yes", ("Stayed on: yes", "Stayed on: no", "answer yes", "“Stayed on”", "positive")),
        # The rarer value is yes only where neither is a word for it.
        ("Gekauft", "nein", ("Gekauft: yes", "Gekauft: no", "answer yes", "“Gekauft”", "positive")),
    ],
)
def test_words_of_the_target_follow_its_heading(heading, yes, words):
    no = {"Yes": "No", "TRUE": "FALSE", "1": "0", ">50K": "<=50K", "yes": "no", "nein": "ja", "2": "1"}[yes]
    rng = np.random.default_rng(3)
    y = rng.random(N_ROWS) < 0.3
    number = rng.normal(size=N_ROWS) + y
    columns = [
        column("number", [f"{value:.3f}" for value in number], number.round(3)),
        column(heading, [yes if one else no for one in y]),
    ]
    target = parse_schema("draft.toml", tomllib.loads(draft_schema("any", columns, heading))).target
    assert (target.positive, target.negative, target.verb, target.noun, target.person) == words
