"""One customer: the form in a real browser, before the real service."""

import re
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_faults, overflow
from tests.customer import API, EXAM_TAKER, answer, answering, fill, press_predict
from tests.engines import sent_by


@pytest.mark.firefox
def test_an_empty_form_names_every_field_and_takes_the_focus(page: Page) -> None:
    title = page.title()
    press_predict(page)
    expect(page.locator("#summary")).to_be_focused()
    assert page.title() == f"Error: {title}"
    assert page.locator("#summary li").all_inner_texts() == [
        "Enter days on platform",
        "Enter minutes watched",
        "Enter courses started",
        "Enter exams passed",
        "Enter steps completed",
    ]
    page.get_by_role("link", name="Enter exams passed").click()
    expect(page.locator("#field-4")).to_be_focused()
    expect(page.locator("#field-4")).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("2")
    expect(page.locator("#field-4")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#summary")).to_be_hidden()
    assert page.title() == title
    assert page.locator("[aria-invalid]").count() == 0


def test_a_number_box_clips_neither_its_number_nor_its_unit(page: Page) -> None:
    for width, text in product((1280, 390, 320), ("1,234.5", "1000000", "-12.25")):
        page.set_viewport_size({"width": width, "height": 800})
        page.locator("#field-2").fill(text)
        for part in ("#field-2", "#field-2-unit", "#field-3-unit"):
            assert page.locator(part).evaluate("node => node.scrollWidth - node.clientWidth") <= 0, (width, text, part)


def test_every_message_names_the_field_and_the_rule(page: Page) -> None:
    fill(page, {"field-1": "-3", "field-2": "lots", "field-3": "1 001", "field-4": "1.5", "field-6": "Germny"})
    press_predict(page)
    messages = page.locator("#summary li").all_inner_texts()
    assert re.fullmatch(r"Minutes watched must be a number, like \d+", messages.pop(1))
    assert messages == [
        "Days on platform must be 0 or more",
        "Courses started must be 1000 or less",
        "Exams passed must be a whole number",
        "Enter steps completed",
        "“Germny” is not in the country list. Choose one from the list",
    ]
    notes = page.locator('.field-note[data-state="error"]').all_text_contents()
    assert [note.removeprefix("Error: ") for note in notes] == page.locator("#summary li").all_inner_texts()


def test_an_earlier_result_is_dimmed_and_said_to_be_so_until_there_is_another(page: Page) -> None:
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#changes")).to_be_visible()
    note, chance, words = page.locator("#outdated"), page.locator("#chance"), "This result is for the previous values."
    expect(note).to_be_hidden()
    expect(chance).to_have_css("opacity", "1")
    before = chance.inner_text()
    page.locator("#field-1").fill("-5")
    page.locator("#field-2").fill("abc")
    press_predict(page)
    expect(page.locator("#summary")).to_be_focused()
    expect(note).to_have_text(words)
    expect(note).to_be_visible()
    expect(page.locator("#announcer")).to_have_text(words)
    expect(chance).to_have_text(before)
    expect(chance).to_have_css("opacity", "0.6")
    assert accessibility_faults(page) == []
    page.locator("#field-1").fill("21")
    expect(note).to_be_visible()  # one field is still wrong
    page.locator("#field-2").fill("600")
    expect(note).to_be_hidden()
    expect(chance).to_have_css("opacity", "1")
    press_predict(page)
    expect(page.locator("#summary")).to_be_hidden()


def test_a_result_is_bright_only_for_what_the_form_says(page: Page) -> None:
    fill(page, EXAM_TAKER)
    press_predict(page)
    note, steps = page.locator("#outdated"), page.locator("#field-5")
    expect(page.locator("#changes")).to_be_visible()
    steps.fill("")
    expect(note).to_be_visible()
    steps.fill(EXAM_TAKER["field-5"])
    expect(note).to_be_hidden()
    page.get_by_label("Update as I change values").uncheck()
    steps.fill("7")
    expect(note).to_be_visible()
    steps.fill(EXAM_TAKER["field-5"])
    expect(note).to_be_hidden()
    steps.fill("8")
    press_predict(page)
    expect(note).to_be_hidden()


def test_long_texts_stay_inside_of_a_small_window(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#field-6").fill("x" * 400)
    press_predict(page)
    expect(page.locator("#summary")).to_be_focused()
    assert overflow(page) == 0


def test_suggestions_are_in_sight_at_the_foot_of_the_window(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.get_by_role("button", name="Exam-taker").click()
    expect(page.locator("#changes")).to_be_visible()
    country = page.locator("#field-6")
    country.evaluate("field => scrollTo(0, field.getBoundingClientRect().bottom + scrollY - innerHeight + 10)")
    expect(page.locator("#result-bar")).to_be_visible()
    country.fill("ger")
    expect(page.locator("#field-6-list li").first).to_be_in_viewport(ratio=1)
    foot = page.locator("#result-bar").bounding_box()
    suggestions = page.locator("#field-6-list").bounding_box()
    assert foot
    assert suggestions
    assert suggestions["y"] + suggestions["height"] <= foot["y"]


def test_no_result_is_no_earlier_one(page: Page) -> None:
    press_predict(page)
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#outdated")).to_be_hidden()
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#result")).to_be_visible()
    page.locator("#field-1").fill("-5")
    press_predict(page)
    expect(page.locator("#outdated")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("#outdated")).to_be_hidden()
    expect(page.locator("#empty")).to_be_visible()


def test_leaving_a_field_checks_it_only_when_it_has_content(page: Page) -> None:
    page.locator("#field-1").focus()
    page.locator("#field-2").fill("12x")
    page.locator("#field-3").fill("999")
    page.locator("#field-4").focus()
    for number, state in ((1, "hint"), (2, "error"), (3, "warning")):
        expect(page.locator(f"#field-{number}-note")).to_have_attribute("data-state", state)
    expect(page.locator("#field-3-note")).to_have_text(re.compile("^Outside the .* seen in training. Treat the score"))
    page.locator("#field-2").fill("12")
    expect(page.locator("#field-2-note")).to_have_attribute("data-state", "hint")


def test_numbers_are_read_as_people_type_them(page: Page) -> None:
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#changes")).to_be_visible()
    for number, typed in enumerate(("1,23{}.0", "1 23{}", "1.23{},0", "1’23{}", " 123{} ")):
        # Beside a result a change is predicted by itself.
        with page.expect_request(API) as request:
            page.locator("#field-2").fill(typed.format(number))
        assert sent_by(request.value)["minutes_watched"] == 1230 + number, typed


@pytest.mark.parametrize(("field", "label"), [("field-1", "Days on platform"), ("field-2", "Minutes watched")])
def test_a_number_that_could_be_a_thousand_is_asked_about(page: Page, field: str, label: str) -> None:
    fill(page, EXAM_TAKER | {field: "1.000"})
    press_predict(page)
    expect(page.locator("#summary li")).to_have_text(
        [f"{label} could be thousands or have three decimals. Write it like 1234 or 1.2340"]
    )
    expect(page.locator("#result")).to_be_hidden()


def test_markup_is_text_wherever_it_comes_from(troubled: Page) -> None:
    markup = "<img src=x onerror=alert(1)>"
    fill(troubled, EXAM_TAKER | {"field-6": markup})
    press_predict(troubled)
    expect(troubled.locator("#summary")).to_contain_text(f"“{markup}” is not in the country list.")
    troubled.route(API, answering(status=422, body={"errors": [{"field": "", "code": "x", "message": markup}]}))
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#summary li")).to_have_text([markup])
    troubled.route(API, answering(body=answer(0.5) | {"prediction": markup, "warnings": [{"message": markup}]}))
    press_predict(troubled)
    expect(troubled.locator("#verdict-words")).to_have_text(markup)
    assert troubled.locator("img").count() == 0


def test_what_the_service_finds_is_shown_as_if_the_page_had_found_it(troubled: Page) -> None:
    faults = [
        {"field": "steps", "code": "too_large", "message": "?", "limit": 100000},
        {"field": "step", "code": "unknown_field", "message": "step is not a field.", "limit": None},
    ]
    troubled.route(API, answering(status=422, body={"errors": faults}))
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#summary")).to_be_focused()
    expect(troubled.locator("#summary li")).to_have_text(
        ["Steps completed must be 100,000 or less", "step is not a field."]
    )
    expect(troubled.locator("#field-5")).to_have_attribute("aria-invalid", "true")


def test_a_country_is_known_by_name_code_and_other_name(page: Page) -> None:
    country = page.locator("#field-6")
    for typed in ("nl", "NL", "nld", "Netherlands", "netherlands ", "holland"):
        country.fill(typed)
        page.keyboard.press("Tab")
        expect(country, typed).to_have_value("Netherlands")
        expect(page.locator("#field-6-list"), typed).to_be_hidden()


@pytest.mark.firefox
def test_suggestions_come_while_typing_and_go_with_escape(page: Page) -> None:
    country, options = page.locator("#field-6"), page.locator("#field-6-list li")
    country.focus()
    expect(page.locator("#field-6-list")).to_be_hidden()
    country.press_sequentially("uk")
    expect(options).to_have_text(["United Kingdom GB", "Ukraine UA"])
    expect(country).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(country).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    expect(page.locator("#announcer")).to_have_text("2 suggestions")
    page.keyboard.press("Escape")
    expect(page.locator("#field-6-list")).to_be_hidden()
    expect(country).to_have_value("uk")
    page.keyboard.press("Escape")
    expect(country).to_have_value("")


def test_typing_over_a_choice_clears_it(page: Page) -> None:
    fill(page, EXAM_TAKER)
    page.locator("#field-6").fill("United")
    page.keyboard.press("Tab")
    press_predict(page)
    expect(page.locator("#summary li")).to_have_text(["“United” is not in the country list. Choose one from the list"])


def test_a_country_chosen_by_pointer_is_sent_as_its_code(page: Page) -> None:
    fill(page, EXAM_TAKER | {"field-6": "cote d"})
    page.get_by_role("option", name="Côte d’Ivoire").click()
    with page.expect_request(API) as request:
        press_predict(page)
    assert sent_by(request.value)["student_country"] == "CI"
