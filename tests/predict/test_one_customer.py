import contextlib
import math
import re
from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.contract import OTHER, Feature, Seen
from predict.errors import InvalidInput
from predict.requests.category import read_category
from predict.requests.number import parse_number, read_number
from predict.requests.one_customer import read_form, read_row
from tests.factories import contract_365, kinds_contract, sample_contract

CONTRACT = sample_contract()
GOOD = dict(zip([f.name for f in CONTRACT.features], CONTRACT.examples[0].values, strict=True))
KINDS = kinds_contract()
FORM = {name: str(value) for name, value in GOOD.items()}
OPTIONAL = replace(
    CONTRACT,
    features=tuple(
        replace(f, optional=True, missing=("?", "n/a")) if f.name in ("minutes_watched", "student_country") else f
        for f in CONTRACT.features
    ),
)
NUMBERS = [f.name for f in CONTRACT.features if not f.is_category]


def faults_of(payload, contract=CONTRACT):
    with pytest.raises(InvalidInput) as caught:
        read_row(contract, payload)
    return caught.value.faults


def codes(payload):
    return {(fault.field, fault.code) for fault in faults_of(payload)}


@st.composite
def valid_payloads(draw, contract=CONTRACT):
    return {
        f.name: draw(st.sampled_from([*f.values, ""]))
        if f.is_category
        else draw(st.integers(int(f.minimum), int(f.maximum)))
        if f.kind == "integer"
        else draw(st.floats(f.minimum, f.maximum))
        for f in contract.features
    }


@pytest.mark.parametrize("contract", [sample_contract(), contract_365()], ids=["sample", "365"])
@given(data=st.data())
def test_valid_customer_becomes_a_row_in_the_features_order(contract, data):
    payload = data.draw(valid_payloads(contract))
    row, _ = read_row(contract, dict(reversed(payload.items())))
    assert row == tuple(payload[f.name] for f in contract.features)
    assert all(isinstance(value, str) == f.is_category for f, value in zip(contract.features, row, strict=True))


@given(valid_payloads())
def test_warnings_are_exactly_what_training_did_not_see(payload):
    _, warnings = read_row(CONTRACT, payload)
    named = {(w.field, w.code) for w in warnings}
    expected = set()
    for f in CONTRACT.features:
        value = payload[f.name]
        if not f.is_category:
            if not f.seen.minimum <= value <= f.seen.maximum:
                expected.add((f.name, "outside_range"))
        elif value == "":
            expected.add((f.name, "not_given"))
        elif value not in f.seen.counts:
            expected.add((f.name, "unseen_category"))
        elif f.seen.counts[value] < 10:
            expected.add((f.name, "rare_category"))
    assert named == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-5, "too_small"),
        (-1e-300, "too_small"),
        (1e300, "too_large"),
        (10**400, "too_large"),
        (-(10**400), "too_small"),
        (math.inf, "not_finite"),
        (-math.inf, "not_finite"),
        (math.nan, "not_finite"),
        ("21", "wrong_type"),
        ("", "wrong_type"),
        (True, "wrong_type"),
        (False, "wrong_type"),
        (None, "wrong_type"),
        ([21], "wrong_type"),
        ({"value": 21}, "wrong_type"),
        (2.5, "not_whole"),
    ],
)
def test_bad_number_is_named_by_field_and_rule(value, code):
    assert codes(GOOD | {"days_on_platform": value}) == {("days_on_platform", code)}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Atlantis", "unknown_category"),
        ("US\x00", "unknown_category"),
        ("\ud800", "unknown_category"),
        ("Germny", "unknown_category"),
        ("X" * 10_000, "unknown_category"),
        (1, "wrong_type"),
        (["US"], "wrong_type"),
        ({}, "wrong_type"),
    ],
)
def test_bad_category_is_named_by_field_and_rule(value, code):
    assert codes(GOOD | {"student_country": value}) == {("student_country", code)}


def test_a_category_is_taken_in_any_case_and_by_its_label():
    for text in ("us", " US", "united states", "United-States"):
        assert read_row(CONTRACT, GOOD | {"student_country": text})[0][5] == "US"


@pytest.mark.parametrize("payload", [None, [], [GOOD], "x", 3, True])
def test_anything_but_an_object_is_told_the_fields(payload):
    (fault,) = faults_of(payload)
    assert (fault.field, fault.code) == ("", "wrong_type")
    assert all(name in fault.message for name in GOOD)


def test_every_fault_is_named_at_once():
    payload = {
        "days_on_platform": -5,
        "minutes_watched": "x",
        "courses_started": 1.5,
        "student_country": "??",
        "stepz": 1,
    }
    assert codes(payload) == {
        ("days_on_platform", "too_small"),
        ("minutes_watched", "wrong_type"),
        ("courses_started", "not_whole"),
        ("exams_passed", "missing"),
        ("steps", "missing"),
        ("student_country", "unknown_category"),
        ("stepz", "unknown_field"),
    }


def test_misspelt_field_is_told_the_likely_name():
    fault = faults_of(GOOD | {"minutes_wached": 3})[0]
    assert (fault.field, fault.code) == ("minutes_wached", "unknown_field")
    assert "minutes_watched" in fault.message


def test_unknown_fields_beside_a_missing_one_are_still_named():
    payload = {name: value for name, value in GOOD.items() if name != "steps"} | {"stepps": 3}
    assert codes(payload) == {("steps", "missing"), ("stepps", "unknown_field")}


def test_many_unknown_fields_are_counted_not_listed():
    faults = faults_of(GOOD | {f"field{n}": n for n in range(1000)})
    assert len(faults) < 20
    assert "990 more" in faults[-1].message


@given(st.dictionaries(st.text() | st.sampled_from(list(GOOD)), st.none() | st.booleans() | st.floats() | st.text()))
def test_any_object_is_a_row_or_faults(payload):
    with contextlib.suppress(InvalidInput):
        row, _ = read_row(CONTRACT, payload)
        assert len(row) == len(CONTRACT.features)


@given(st.sampled_from(list(GOOD)), st.integers(min_value=10**12) | st.text(alphabet="#§ß", min_size=3))
def test_no_message_repeats_what_was_sent(name, value):
    for fault in faults_of(GOOD | {name: value}):
        assert str(value) not in fault.message


@given(st.text(alphabet="<>&\"' #§", min_size=1))
def test_a_field_that_is_no_column_name_is_not_repeated(key):
    fault = faults_of(GOOD | {key: 1})[-1]
    assert fault.field == ""
    assert key not in fault.message or key.strip() in {"", "'"}


def test_limits_are_given_as_data():
    (fault,) = faults_of(GOOD | {"days_on_platform": -5})
    assert fault.limit == 0


def test_negative_zero_is_zero():
    row, _ = read_row(CONTRACT, GOOD | {"minutes_watched": -0.0})
    assert math.copysign(1, row[1]) == 1


def test_form_texts_become_numbers_and_blanks_are_absent():
    fields = {
        "days_on_platform": " 1,234,567 ",
        "minutes_watched": "12,5",
        "courses_started": "",
        "exams_passed": "many",
    }
    payload = {"days_on_platform": 1234567, "minutes_watched": 12.5, "exams_passed": "many"}
    assert read_form(CONTRACT, fields) == payload


@pytest.mark.parametrize("value", [None, math.nan, "", " \u00a0", "?", " N/A "])
def test_what_is_not_known_may_be_said_in_many_ways(value):
    names = ("minutes_watched", "student_country")
    form = FORM | dict.fromkeys(names, value if isinstance(value, str) else "")
    for sent in (GOOD | dict.fromkeys(names, value), read_form(OPTIONAL, form)):
        row, warnings = read_row(OPTIONAL, sent)
        assert (row[1], row[5]) == (None, "")
        assert [(w.field, w.code) for w in warnings] == [(name, "not_given") for name in names]
        assert all("is not known" in warning.message for warning in warnings)


def test_what_is_optional_may_be_left_out_and_the_rest_may_not():
    payload = {name: value for name, value in GOOD.items() if name not in ("minutes_watched", "student_country")}
    assert read_row(OPTIONAL, payload)[0][1] is None
    assert codes(payload) == {("minutes_watched", "missing")}
    (fault,) = faults_of(payload | {"minuts_watched": 3}, OPTIONAL)
    assert "Did you mean minutes_watched?" in fault.message


@pytest.mark.parametrize(
    ("yes", "no"), [(True, False), (1, 0), (1.0, 0.0), ("TRUE", " False "), ("y", "n"), ("Yes", "no"), ("1.0", "0")]
)
def test_yes_and_no_may_be_said_in_many_ways(yes, no):
    assert [read_category(KINDS.features[-1], value) for value in (yes, no)] == ["yes", "no"]


@pytest.mark.parametrize("value", [2, -1, 0.5, "maybe", "", None, [True]])
def test_what_is_neither_yes_nor_no_is_a_fault(value):
    kinds = dict(zip([f.name for f in KINDS.features], KINDS.examples[0].values, strict=True))
    assert [fault.field for fault in faults_of(kinds | {"newsletter": value}, KINDS)] == ["newsletter"]


@pytest.mark.parametrize("text", ["2024-02-01", " 2024/2/1", "2024.02.01 17:30", "2024-02-01T00:00:00Z"])
def test_a_date_is_the_days_to_the_day_of_reference(text):
    kinds = dict(zip([f.name for f in KINDS.features], KINDS.examples[0].values, strict=True))
    assert read_row(KINDS, kinds | {"joined": text})[0][6] == 29
    assert read_row(KINDS, kinds | {"joined": 29})[0][6] == 29
    assert read_form(KINDS, {"joined": text}) == {"joined": 29}


@pytest.mark.parametrize(
    ("order", "text"), [("dmy", "1.2.2024"), ("dmy", "01/02/2024 17:30"), ("mdy", "2-1-2024"), ("mdy", "2024-02-01")]
)
def test_a_date_with_the_year_behind_is_read_in_the_order_of_the_contract(order, text):
    *features, joined, newsletter = KINDS.features
    contract = replace(KINDS, features=(*features, replace(joined, date_order=order), newsletter))
    kinds = dict(zip([f.name for f in KINDS.features], KINDS.examples[0].values, strict=True))
    assert read_row(contract, kinds | {"joined": text})[0][6] == 29
    assert read_form(contract, {"joined": text}) == {"joined": 29}


@pytest.mark.parametrize(
    "text", ["01.02.2024", "2024-02-30", "2024-02", "24-02-01", "2024-02/01", "soon", "1e999-01-01"]
)
def test_what_is_no_date_for_certain_is_a_fault(text):
    kinds = dict(zip([f.name for f in KINDS.features], KINDS.examples[0].values, strict=True))
    for sent in (kinds | {"joined": text}, kinds | {"joined": ""} | read_form(KINDS, {"joined": text})):
        (fault,) = faults_of(sent, KINDS)
        assert (fault.field, fault.code) == ("joined", "wrong_type")
        assert "must be a date, like 2024-01-31" in fault.message


def test_another_category_is_scored_as_other_with_a_word_of_care():
    kinds = dict(zip([f.name for f in KINDS.features], KINDS.examples[0].values, strict=True))
    row, warnings = read_row(KINDS, kinds | {"student_country": "Atlantis"})
    assert row[5] == OTHER
    assert ("student_country", "unseen_category") in {(warning.field, warning.code) for warning in warnings}
    assert all("Atlantis" not in warning.message for warning in warnings)
    for value in ("", None, 3):
        assert [fault.field for fault in faults_of(kinds | {"student_country": value}, KINDS)] == ["student_country"]


def test_a_required_number_is_never_unknown():
    for value, code in ((None, "wrong_type"), (math.nan, "not_finite"), ("", "wrong_type"), ("?", "wrong_type")):
        assert codes(GOOD | {"minutes_watched": value}) == {("minutes_watched", code)}


def test_a_number_that_could_be_two_is_asked_about():
    faults = faults_of(read_form(CONTRACT, {name: str(value) for name, value in GOOD.items()} | {"steps": "1.000"}))
    assert [(fault.field, fault.code) for fault in faults] == [("steps", "unclear_number")]
    assert "write it like 1234, or like 1.2340" in faults[0].message


@given(number=st.floats(0.01, 1e5), mark=st.sampled_from(".,"))
def test_no_number_in_a_message_could_be_read_as_another(number, mark):
    seen = Seen(0.0, 0.0, 0.0, number, number)
    feature = Feature("spent", "Spent", "number", minimum=-number, maximum=number, seen=seen)
    contract = replace(CONTRACT, features=(feature,))
    messages = []
    for value in ("x", -2 * number, 2 * number):
        with pytest.raises(InvalidInput) as caught:
            read_row(contract, {"spent": value}, mark)
        messages += [fault.message for fault in caught.value.faults]
    for text in re.findall(r"(?<=like |t be )-?[0-9][0-9.,e+-]*[0-9]", " ".join(messages)):
        assert parse_number(text).unclear == ""
        assert abs(read_number(text, None)) == pytest.approx(number, rel=0.006)


def test_a_text_that_fits_two_categories_is_neither():
    feature = Feature("plan", "Plan", "category", values={"a": "Basic", "A": "Plus", "b": "Basic", "c": "B"})
    assert [read_category(feature, text) for text in ("a", "A", " a", "Basic", "basic", "b", "B", "plus", "c")] == [
        *("a", "A", "a", None, None, "b", None, "A", "c")
    ]


def test_few_categories_are_all_named():
    feature = Feature("plan", "Plan", "category", values={"Basic": "Basic", "Plus": "Plus"})
    with pytest.raises(InvalidInput) as caught:
        read_row(replace(CONTRACT, features=(feature,)), {"plan": "gold"})
    assert '"Basic", "Plus"' in str(caught.value)


@given(valid_payloads())
def test_a_form_says_the_same_as_json(payload):
    texts = {name: value if isinstance(value, str) else f"{value:f}" for name, value in payload.items()}
    exact = {name: value if isinstance(value, str) else float(texts[name]) for name, value in payload.items()}
    assert read_row(CONTRACT, read_form(CONTRACT, texts)) == read_row(CONTRACT, exact)


@pytest.mark.parametrize("name", NUMBERS)
def test_blank_number_of_a_form_is_missing(name):
    assert codes(read_form(CONTRACT, {key: str(value) for key, value in GOOD.items()} | {name: " "})) == {
        (name, "missing")
    }
