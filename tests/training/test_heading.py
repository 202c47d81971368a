from copy import replace

import pytest

from tests.factories import sample_contract
from tests.toy import GOOD, SCHEMA
from tests.toy import read as read_toy
from tests.toy import refusal as refusal_of_toy
from training.customers.heading import find_columns
from training.errors import DataError

FEATURES = sample_contract().features
NAMES = [feature.name for feature in FEATURES]


def refusal(heading, target=("purchased",)) -> str:
    with pytest.raises(DataError) as caught:
        find_columns("customers.csv", heading, FEATURES, target, ["customer_id"])
    return str(caught.value)


def test_columns_are_found_in_any_order_and_the_rest_is_told():
    heading = ["purchased", "colour", *NAMES[::-1], "customer_id"]
    columns = find_columns("customers.csv", heading, FEATURES, ["purchased"], ["customer_id"])
    assert [heading[place] for place in columns.index.values()] == [*NAMES, "purchased"]
    assert columns.count == len(heading)
    assert columns.notes == ("customers.csv: not used, because the schema does not know it: 'colour'.",)


def test_without_a_target_none_is_looked_for():
    assert list(find_columns("customers.csv", NAMES, FEATURES).index) == NAMES


def test_similar_names_are_hinted_at_one_by_one():
    message = refusal([f"{name}s" for name in NAMES] + ["purchased"])
    for name in NAMES:
        assert f"Rename '{name}s' to {name!r}, or add it to the schema's aliases" in message


def test_a_name_like_the_targets_is_hinted_at():
    message = refusal([*NAMES, "purchase"])
    assert "Rename 'purchase' to 'purchased', or make it the target's `name` in the schema" in message
    assert "aliases" not in message


@pytest.mark.parametrize(
    ("left_out", "words"),
    [(1, "a column is missing: 'days_on_platform'."), (2, "Add them, or name them in the schema as the file does")],
)
def test_a_column_that_nothing_resembles_is_to_be_added(left_out, words):
    assert words in refusal([*NAMES[left_out:], "purchased", "zzz"])


BROKEN = [
    (GOOD.partition("\n")[2], "the first line must name the columns"),
    (GOOD.replace("age", "agee"), "a column is missing: 'age'. The file has 'id', 'agee', 'spent'"),
    (GOOD.replace("age", "agee"), "Rename 'agee' to 'age'"),
    (GOOD.replace("age", "x").replace("spent", "y"), "these columns are missing: 'age', 'spent'"),
    (GOOD.replace("bought", "bougt"), "Rename 'bougt' to 'bought'"),
    (GOOD.replace("id,", "plan,"), "'plan' is there twice"),
    (GOOD.replace("id,", "years,"), "'years', 'age' all stand for the column 'age'"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=lambda value: str(value)[-40:])
def test_a_heading_that_does_not_fit_is_refused_in_words(text, words):
    assert words in refusal_of_toy(text)


def test_columns_of_no_use_are_noted_unless_they_are_to_be_ignored():
    text = "".join(f"{line},x,\n" for line in GOOD.splitlines())
    text = text.replace("bought,x,", "bought,colour,")
    assert read_toy(text).notes == (
        "toy.csv: not used, because the schema does not know it: 'colour', a column without a name.",
    )


def test_an_ignored_column_is_known_in_any_case_and_with_spaces():
    text = "".join(f"{line}, x\n" for line in GOOD.splitlines()).replace("bought, x", "bought, Row No")
    assert read_toy(text, replace(SCHEMA, ignore=(*SCHEMA.ignore, "row no"))).notes == ()
