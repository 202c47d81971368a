import re
from copy import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.answers import Scored
from predict.contract import Contract
from predict.errors import Fault, InvalidInput
from predict.pages.form import render_form, words_for
from predict.pages.page import STYLES, answer_headers, render_answer, render_failure
from predict.pages.result import render_result
from predict.requests.one_customer import read_form, read_row
from tests.factories import COUNTRIES, contract_365, sample_contract

CONTRACTS = pytest.mark.parametrize("contract", [sample_contract(), contract_365()], ids=lambda c: c.name)
VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """Reads a page strictly: every tag closed in order, no attribute twice; keeps the tags with attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is given twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def answer(contract: Contract, values: dict[str, str], **options: object) -> Outline:
    return Outline(render_answer(contract, values, "/", **options))  # type: ignore[arg-type]


def scored(contract: Contract, probability: float, warnings: tuple[Fault, ...] = ()) -> Scored:
    """Return the first example with a probability, all of it due to the last feature."""
    contributions = (*(0.0 for _ in contract.features[1:]), probability - 0.1)
    return Scored(contract.examples[0].values, probability, 0.1, contributions, warnings)


def typed(contract: Contract) -> dict[str, str]:
    return {f.name: str(v) for f, v in zip(contract.features, contract.examples[0].values, strict=True)}


@CONTRACTS
def test_every_feature_has_one_labelled_field(contract: Contract) -> None:
    page = answer(contract, {})
    controls = [tag for tag in page.all("input") + page.all("select") if tag.get("class") == "control"]
    assert sorted(str(tag["name"]) for tag in controls) == sorted(feature.name for feature in contract.features)
    labelled = {label["for"] for label in page.all("label")}
    assert {tag["id"] for tag in controls} == labelled
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag in controls:
        assert set(str(tag["aria-describedby"]).split()) <= set(ids)


@CONTRACTS
def test_what_was_typed_is_shown_again(contract: Contract) -> None:
    values = typed(contract)
    page = answer(contract, values, scored=scored(contract, 0.5))
    boxes = {str(tag["name"]): tag["value"] for tag in page.all("input") if tag.get("class") == "control"}
    assert boxes == {name: value for name, value in values.items() if name in boxes}
    assert [tag["value"] for tag in page.all("option") if "selected" in tag] == [
        values[feature.name] for feature in contract.features if feature.is_category
    ]


@given(st.text(), st.text())
def test_markup_in_what_was_typed_is_text(number: str, country: str) -> None:
    contract = sample_contract()
    for text in (number, f'"><script>{number}</script>', f"'/><img src=x onerror={number}>", f"</option>{country}"):
        page = answer(contract, {"steps": text, "student_country": text})
        assert page.all("script") == page.all("img") == []
        assert len(page.all("form")) == 1


def test_markup_in_a_fault_or_a_contract_is_text() -> None:
    fault = Fault("<b>", "unknown_field", "<script>alert(1)</script>")
    page = answer(sample_contract(), {}, faults=[fault])
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.text
    assert Outline(render_failure("<i>", "<script>", '/"><script>')).all("script") == []


def test_a_score_at_the_threshold_will_purchase_and_one_below_will_not() -> None:
    contract = sample_contract()
    yes, no = (answer(contract, typed(contract), scored=scored(contract, p)) for p in (0.3, 0.2996))
    assert "Will Purchase" in yes.text
    assert "30%\nchance of a purchase" in yes.text
    assert "Will Not Purchase" in no.text
    assert "29.96%\nchance of a purchase" in no.text
    assert "Threshold 30.00%" in no.text


def test_the_title_says_the_verdict_or_that_there_is_an_error() -> None:
    contract = sample_contract()
    fault = Fault("steps", "missing", "Steps completed is required.")
    titles = [
        re.search("<title>(.*)</title>", render_answer(contract, {}, "/", **options))[1]  # type: ignore[index, arg-type]
        for options in ({}, {"scored": scored(contract, 0.83)}, {"faults": [fault]})
    ]
    assert titles == [
        "Will this customer purchase?",
        "Will Purchase, 83%: Will this customer purchase?",
        "Error: Will this customer purchase?",
    ]


@CONTRACTS
def test_every_fault_is_listed_with_a_link_and_beside_its_field(contract: Contract) -> None:
    values = {feature.name: "lots" for feature in contract.features}
    with pytest.raises(InvalidInput) as caught:
        read_row(contract, read_form(contract, values))
    faults = caught.value.faults
    page = answer(contract, values, faults=faults)
    assert len(faults) == len(contract.features)
    links = [str(tag["href"]) for tag in page.all("a") if str(tag["href"]).startswith("#field")]
    wrong = [f"#{tag['id']}" for _, tag in page.tags if tag.get("aria-invalid") == "true"]
    assert links == wrong
    assert len(links) == len(faults)
    for fault in faults:
        assert page.text.count(words_for(contract, fault)) == 2
    assert "lots" not in page.text


def test_a_fault_without_a_field_is_listed_without_a_link() -> None:
    page = answer(sample_contract(), {}, faults=[Fault("step", "unknown_field", "step is not a field.")])
    assert "step is not a field." in page.text
    assert all(tag["href"] != "#" for tag in page.all("a"))


def test_a_unit_is_in_the_singular_for_one() -> None:
    for text, unit in (("1", "exam"), ("2", "exams"), ("", "exams")):
        page = render_answer(sample_contract(), {"exams_passed": text}, "/")
        assert f'id="field-4-unit">{unit}</span>' in page


def test_the_words_are_those_of_the_field_and_the_rule() -> None:
    contract = sample_contract()
    words = {
        (field, code): words_for(contract, Fault(field, code, "?", limit))
        for field, code, limit in (
            ("minutes_watched", "missing", None),
            ("student_country", "missing", None),
            ("minutes_watched", "wrong_type", None),
            ("exams_passed", "not_whole", None),
            ("days_on_platform", "too_small", 0),
            ("days_on_platform", "too_large", 3650),
            ("courses_started", "outside_range", 44),
            ("student_country", "unknown_category", None),
            ("student_country", "not_given", None),
        )
    }
    assert list(words.values()) == [
        "Enter minutes watched",
        "Choose a country",
        "Minutes watched must be a number, like 96",
        "Exams passed must be a whole number",
        "Days on platform must be 0 or more",
        "Days on platform must be 3650 or less",
        "Outside the 0–44 seen in training. Treat the score with care.",
        "Country is not in the list. Choose one from the list",
        "?",
    ]


def test_warnings_stand_in_the_result_and_beside_the_field() -> None:
    contract = sample_contract()
    row, warnings = read_row(
        contract, {**dict(zip(_names(contract), contract.examples[0].values, strict=True)), "courses_started": 120}
    )
    page = answer(contract, typed(contract), scored=Scored(row, 0.4, 0.1, (0.05,) * 6, warnings))
    assert "Courses started is outside the 0 to 44 seen in training." in page.text
    assert "Outside the 0–44 seen in training." in page.text
    assert row[2] == 120


def test_common_countries_stand_first_and_every_list_is_sorted_without_accents() -> None:
    page = answer(sample_contract(), {})
    codes = [str(tag["value"]) for tag in page.all("option")]
    names = [COUNTRIES[code] for code in codes[1:]]
    assert codes[0] == ""
    assert sorted(codes[1:]) == sorted(COUNTRIES)
    assert names[:8] == [
        "Brazil", "Germany", "India", "Namibia", "Netherlands", "Nigeria", "United Kingdom", "United States",
    ]  # fmt: skip
    assert names[8:13] == ["Afghanistan", "Australia", "Austria", "Canada", "Côte d’Ivoire"]


def test_styles_and_links_follow_the_site() -> None:
    page = Outline(render_answer(sample_contract(), {}, "https://shop.example/x"))
    addresses = [tag["href"] for tag in page.all("link")]
    assert addresses[0] == "https://shop.example/x/favicon.svg"
    assert addresses[1:] == [f"https://shop.example/x/styles/{name}.css" for name in STYLES]
    assert "https://shop.example/x/" in [tag["href"] for tag in page.all("a")]
    assert "style-src https://shop.example;" in answer_headers("https://shop.example/x")["Content-Security-Policy"]
    assert "style-src 'self';" in answer_headers("/")["Content-Security-Policy"]


@CONTRACTS
def test_no_markup_needs_what_the_policy_forbids(contract: Contract) -> None:
    page = answer(contract, typed(contract), scored=scored(contract, 0.5))
    assert page.all("script") == page.all("style") == []
    assert not [tag for tag in page.tags if any(name == "style" or name.startswith("on") for name in tag[1])]


def test_an_unscored_result_is_hidden() -> None:
    card = Outline(render_result(sample_contract(), None)).all("section")[0]
    assert "hidden" in card
    shown = render_result(sample_contract(), scored(sample_contract(), 0.2))
    assert "hidden" not in Outline(shown).all("section")[0]


def test_a_hint_has_no_more_decimals_than_it_needs() -> None:
    contract = sample_contract()
    days, minutes = contract.features[:2]
    odd = (
        replace(days, seen=replace(days.seen, lower_quartile=3.5, upper_quartile=28.25)),
        replace(minutes, seen=replace(minutes.seen, lower_quartile=2.45, upper_quartile=47.93)),
    )
    page = answer(replace(contract, features=(*odd, *contract.features[2:])), {})
    hints = [tag["data-hint"] for tag in page.all("p") if "data-hint" in tag]
    assert hints[:2] == [
        "Middle half of customers: 4–\N{WORD JOINER}28",
        "Middle half of customers: 2.45–\N{WORD JOINER}48",
    ]


def test_a_field_that_may_be_negative_gets_a_keyboard_with_a_minus() -> None:
    contract = sample_contract()
    cold = replace(contract.features[0], minimum=-40)
    html = render_form(replace(contract, features=(cold, *contract.features[1:])), {})
    boxes = {tag["name"]: tag["inputmode"] for tag in Outline(html).all("input")}
    assert boxes["days_on_platform"] == "text"
    assert boxes["steps"] == "numeric"
    assert boxes["minutes_watched"] == "decimal"


def _names(contract: Contract) -> list[str]:
    return [feature.name for feature in contract.features]
