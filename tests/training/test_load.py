"""The schema: every rule is checked, and its error names file, key, rule and fix."""

import re
import tomllib
from copy import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.errors import SchemaError
from training.schema.load import MOST_FEATURES, drop_columns, load_schema, parse_schema

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "training/schema/customers.toml", ROOT / "training/schema/students_365.toml"]

SMALL = """
ignore = ["id"]
[model]
name = "toy"
version = "1"
[target]
name = "bought"
positive = "Yes"
negative = "No"
positive_values = ["1", "Yes"]
negative_values = ["0", "No"]
[[feature]]
name = "age"
label = "Age"
unit = "years"
kind = "integer"
minimum = 0
maximum = 150
aliases = ["years"]
[[feature]]
name = "plan"
label = "Plan"
kind = "category"
values = { free = "Free", pro = "Professional" }
optional = true
[[feature]]
name = "city"
label = "City"
kind = "category"
[[example]]
name = "Somebody"
values = { age = 40, plan = "", city = "Oslo" }
"""


def test_the_first_schema_shows_every_key_of_an_input():
    """The error for an unknown key lists those that are known."""
    with pytest.raises(SchemaError) as error:
        parse_schema("toy.toml", tomllib.loads(SMALL.replace('unit = "years"', "colour = 1")))
    known = re.search("`colour` is not a known key: known here are (.*); rename", str(error.value))
    shown = SHIPPED[0].read_text()
    assert [key for key in known[1].split(", ") if f"{key} = " not in shown] == []


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "toy.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_every_key_arrives(write):
    schema = load_schema(write(SMALL))
    age, plan, city = schema.features
    assert (schema.name, schema.version, schema.ignore) == ("toy", "1", ("id",))
    assert (schema.target.name, schema.target.positive, schema.target.negative) == ("bought", "Yes", "No")
    assert (schema.positive_values, schema.negative_values) == (("1", "yes"), ("0", "no"))
    assert (age.kind, age.unit, age.minimum, age.maximum, age.aliases) == ("integer", "years", 0, 150, ("years",))
    assert plan.values == {"free": "Free", "pro": "Professional"}
    assert plan.optional
    assert not city.optional
    assert city.values == {}
    assert schema.examples[0].values == (40.0, "", "Oslo")


def test_a_number_may_be_not_known_and_a_category_have_others(write):
    text = SMALL.replace("maximum = 150", 'maximum = 150\noptional = true\nmissing = ["?", "n/a"]')
    text = text.replace("age = 40, ", "").replace('label = "City"', 'label = "City"\nother = true')
    schema = load_schema(write(text))
    age, _, city = schema.features
    assert (age.optional, age.missing, city.other) == (True, ("?", "n/a"), True)
    assert schema.examples[0].values == (None, "", "Oslo")


def test_a_date_is_a_whole_number_of_days(write):
    text = SMALL.replace('"City"\nkind = "category"', '"City"\nkind = "date"\nreference = 2024-03-01')
    schema = load_schema(write(text.replace('"Oslo"', "2024-02-01")))
    city = schema.features[2]
    assert (city.kind, city.reference, city.unit) == ("integer", "2024-03-01", "days before 2024-03-01")
    assert schema.examples[0].values[2] == 29


def test_a_boolean_is_a_category_of_yes_and_no(write):
    text = SMALL.replace('"City"\nkind = "category"', '"City"\nkind = "boolean"').replace("Oslo", "yes")
    city = load_schema(write(text)).features[2]
    assert city.is_boolean
    assert city.meanings["true"] == "yes"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_schemas_have_four_examples_and_words_for_every_field(path):
    schema = load_schema(path)
    assert [example.name for example in schema.examples] == ["New", "Steady", "Exam-taker", "Gone quiet"]
    assert all(feature.help.endswith(".") and feature.label for feature in schema.features)
    assert all(feature.unit for feature in schema.features if not feature.is_category)
    assert len(schema.features) == 6


def test_countries_are_the_iso_list_and_kosovo():
    country = load_schema(SHIPPED[0]).features[-1]
    assert len(country.values) == 249 + 1
    assert country.values["NA"] == "Namibia"
    assert country.values["XK"] == "Kosovo"
    assert not {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"} & set(
        country.values
    )
    assert list(country.values)[:3] == ["AF", "AX", "AL"], "by name, accents aside"


# What is replaced in SMALL, by what, and what the error must say.
BROKEN = [
    ("[model]", "[models]", "`models` is not a known key: perhaps you meant `model`"),
    ('[model]\nname = "toy"\nversion = "1"', "", "`model` is missing"),
    ('version = "1"', "version = 1", "model, `version` must be text in quotation marks"),
    ('name = "toy"', 'name = ""', "model, `name` must not be empty"),
    ('name = "toy"', 'name = "toy "', "no spaces around it"),
    ('name = "toy"', 'name = "to\\u0000y"', "no control characters"),
    ('ignore = ["id"]', 'ignored = ["id"]', "`ignored` is not a known key: perhaps you meant `ignore`"),
    ('ignore = ["id"]', 'ignore = "id"', "`ignore` must be a list of texts"),
    ('ignore = ["id"]', "ignore = [1]", "`ignore` must be text in quotation marks"),
    ('ignore = ["id"]', 'ignore = ["age"]', "have 'age' twice"),
    ('name = "bought"', 'name = "age"', "have 'age' twice"),
    ('aliases = ["years"]', 'aliases = ["plan"]', "have 'plan' twice"),
    ('name = "plan"', 'name = "age"', "have 'age' twice"),
    ('name = "bought"', "", "target, `name` is missing"),
    ('negative = "No"', 'negative = "Yes"', "target, `negative` must differ from `positive`"),
    ('["0", "No"]', '["0", "YES"]', "have 'yes' twice"),
    ('["0", "No"]', "[]", "target, `negative_values` must be a list of texts"),
    (
        'name = "age"',
        'name = "probability"',
        "feature 1 (probability), `name` is the name of the model's output",
    ),
    ('name = "age"', 'name = "Age"', "feature 1 (Age), `name` must be 1 to 64 lower-case letters"),
    ('kind = "integer"', 'kind = "int"', "feature 1 (age), `kind` must be one of 'integer', 'number', 'category'"),
    ('kind = "integer"', "", "feature 1 (age), `kind` is missing"),
    ('label = "Age"', 'lable = "Age"', "feature 1 (age), `lable` is not a known key: perhaps you meant `label`"),
    ('name = "plan"', 'nmae = "plan"', "feature 2, `nmae` is not a known key: perhaps you meant `name`"),
    ('label = "Age"', "", "feature 1 (age), `label` is missing"),
    ("minimum = 0", "", "feature 1 (age), `minimum` is missing: add a number"),
    ("minimum = 0", "minimum = 150", "feature 1 (age), `maximum` must be greater than `minimum`"),
    ("minimum = 0", "minimum = true", "feature 1 (age), `minimum` must be a number"),
    ("minimum = 0", "minimum = nan", "feature 1 (age), `minimum` must be a finite number"),
    ("minimum = 0", "minimum = 0.5", "feature 1 (age), `minimum` must be a whole number"),
    ("maximum = 150", "maximum = 1e17", "feature 1 (age), `maximum` must be a whole number of at most 2**53"),
    (
        'kind = "integer"\nminimum = 0\nmaximum = 150',
        'kind = "number"\nminimum = 0\nmaximum = 1e99',
        "feature 1 (age), `maximum` must be between -3.4e38 and 3.4e38",
    ),
    ("maximum = 150", f"maximum = 1{'0' * 400}", "feature 1 (age), `maximum` must be a finite number"),
    ("maximum = 150", 'maximum = 150\nmissing = ["?"]', "feature 1 (age), `missing` needs `optional = true` beside it"),
    ("maximum = 150", "maximum = 150\nreference = 2024-01-31", "feature 1 (age), `reference` is for dates only"),
    ("maximum = 150", 'maximum = 150\ndate_order = "dmy"', "feature 1 (age), `date_order` is for dates only"),
    (
        '"City"\nkind = "category"',
        '"City"\nkind = "date"\nreference = 2024-01-31\ndate_order = "ydm"',
        "feature 3 (city), `date_order` must be one of 'dmy', 'mdy'",
    ),
    (
        '"City"\nkind = "category"',
        '"City"\nkind = "date"',
        "feature 3 (city), `reference` must be a date, like 2024-01-31",
    ),
    ("maximum = 150", "maximum = 150\nother = true", "feature 1 (age), `other` is for categories only"),
    ("optional = true", 'optional = true\nmissing = ["FREE"]', "feature 2 (plan), `missing` has a word that is one of"),
    ('"City"\nkind = "category"', '"City"\nkind = "boolean"', "values, `city` must be one of 'yes', 'no'"),
    ("maximum = 150", "maximum = 150\nvalues = { a = 'A' }", "feature 1 (age), `values` is for categories only"),
    ("maximum = 150", 'maximum = 150\ncodes = "x"', "feature 1 (age), `codes` is for categories only"),
    ("maximum = 150", "maximum = 150\nmax = 3", "feature 1 (age), `max` is not a known key"),
    ("optional = true", 'optional = "true"', "feature 2 (plan), `optional` must be true or false"),
    ("optional = true", "minimum = 1", "feature 2 (plan), `minimum` is for numbers only"),
    ("optional = true", 'unit = "plans"', "feature 2 (plan), `unit` is for numbers only"),
    ("optional = true", 'codes = "ISO 3166-1 alpha-2"', "feature 2 (plan), `values` cannot stand beside `codes`"),
    (
        'values = { free = "Free", pro = "Professional" }',
        'codes = "ISO"',
        "`codes` must be one of 'ISO 3166-1 alpha-2'",
    ),
    ('{ free = "Free", pro = "Professional" }', "{}", "feature 2 (plan), `values` must be a table"),
    ('{ free = "Free", pro = "Professional" }', "{ free = 1 }", "feature 2 (plan), `values` must be text"),
    ('{ free = "Free",', '{ "" = "None",', "feature 2 (plan), `values` must not be empty"),
    ("age = 40", "age = 151", "example 1 (Somebody), values, `age` must be from 0 to 150"),
    ("age = 40", "age = 40.5", "values, `age` must be a whole number"),
    ("age = 40", 'age = "40"', "values, `age` must be a number, without quotation marks"),
    ("age = 40,", "", "values, `age` is missing"),
    ("age = 40,", "age = 40, agee = 1,", "values, `agee` is not a known key: perhaps you meant `age`"),
    ('plan = ""', 'plan = "gold"', "values, `plan` must be one of 'free', "),
    ('city = "Oslo"', 'city = ""', "values, `city` must not be empty"),
    (
        "[[example]]",
        '[[example]]\nname = "Somebody"\nvalues = { age = 1, plan = "", city = "a" }\n[[example]]',
        "twice",
    ),
    ("[[example]]", "[example]", "`example` must be written as [[example]]"),
    ("[[feature]]", "[[features]]", "`features` is not a known key: perhaps you meant `feature`"),
    ("[model]", "[model", "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=lambda value: value[:40])
def test_each_broken_rule_is_named_with_file_and_key(write, tmp_path, old, new, words):
    assert old in SMALL
    with pytest.raises(SchemaError) as caught:
        load_schema(write(SMALL.replace(old, new)))
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'toy.toml'}:")


def test_all_faults_are_said_at_once_each_with_its_line(write):
    faults = [
        ('version = "1"', "version = 1", "line 5, model, `version` must be text"),
        ('label = "Age"', "", "line 12, feature 1 (age), `label` is missing: add text"),
        ("minimum = 0", "minimum = 0.5", "line 17, feature 1 (age), `minimum` must be a whole number"),
        ('label = "Plan"', "label = 3", "line 22, feature 2 (plan), `label` must be text"),
        ("age = 40,", 'age = "40",', "line 32, example 1 (Somebody), values, `age` must be a number"),
    ]
    text = SMALL
    for old, new, _ in faults:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(SchemaError) as caught:
        load_schema(write(text))
    heading, *lines = str(caught.value).split("\n")
    assert heading.endswith("toy.toml: 5 faults:")
    assert all(line.startswith(f"  {words}") for line, (_, _, words) in zip(lines, faults, strict=True))


def test_a_wrong_kind_is_one_fault(write):
    with pytest.raises(SchemaError) as caught:
        load_schema(write(SMALL.replace('kind = "category"', 'kind = "text"', 1)))
    assert str(caught.value).count("\n") == 0


def test_inputs_are_dropped_before_they_are_counted(write):
    many = "".join(
        f'[[feature]]\nname = "f{number}"\nlabel = "F"\nkind = "category"\n' for number in range(MOST_FEATURES + 1)
    )
    schema = load_schema(write(SMALL[: SMALL.index("[[feature]]")] + many))
    with pytest.raises(SchemaError, match=f"{MOST_FEATURES + 1} inputs, and {MOST_FEATURES} are the most"):
        drop_columns(schema, [])
    assert len(drop_columns(schema, ["f3"]).features) == MOST_FEATURES


def test_a_column_is_dropped_by_its_heading_too_and_an_ignored_one_is_gone_already(write):
    schema = load_schema(write(SMALL))
    feature = schema.features[0]
    named = replace(schema, features=(replace(feature, aliases=("The Column",)), *schema.features[1:]), ignore=("id",))
    left = drop_columns(named, ["the column", "id"])
    assert feature.name not in [one.name for one in left.features]
    assert set(left.ignore) == {"id", feature.name, "The Column"}
    with pytest.raises(SchemaError, match="no input 'other'"):
        drop_columns(named, ["other"])


def test_unreadable_files_are_named(write, tmp_path):
    with pytest.raises(SchemaError, match=r"none\.toml: there is no such schema file"):
        load_schema(tmp_path / "none.toml")
    with pytest.raises(SchemaError, match="cannot be read"):
        load_schema(tmp_path)
    with pytest.raises(SchemaError, match="not UTF-8"):
        load_schema(write(SMALL.replace("Somebody", "Zoë").encode("latin-1")))


def test_byte_order_mark_is_accepted(write):
    assert load_schema(write(SMALL.encode("utf-8-sig"))).name == "toy"


toml_values = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
def test_any_value_at_any_key_is_taken_or_refused_by_name(data):
    """Whatever a key holds, the schema loads or a SchemaError says why: nothing else escapes."""
    table = tomllib.loads(SMALL)
    part = table
    while True:
        keys = list(part) if isinstance(part, dict) else range(len(part))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = data.draw(toml_values)
    try:
        schema = parse_schema("toy.toml", table)
    except SchemaError as error:
        message = str(error)
    else:
        message = f"toy.toml: {len(schema.features)} features"
    assert message.startswith("toy.toml:")
