"""The pages in a real browser, before the real service; only its failures are made up."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from predict.contract import Contract
from predict.model import Model
from tests.browser import Visit, accessibility_faults, overflow, visit
from tests.factories import contract_365, metadata_for
from tests.fitted import metadata_of
from training.site import write_site

CONTRACT: Contract = metadata_of("HistGradientBoostingClassifier").contract
EXAM_TAKER = {"field-1": "21", "field-2": "612", "field-3": "4", "field-4": "6", "field-5": "420", "field-6": "US"}
YES, NO = "Will Purchase ✅", "Will Not Purchase ❌"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PREDICT, API = "Predict", "**/api/predict"


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visit]:
    """A visit in which the browser must have nothing to complain of."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture
def page(visitor: Visit) -> Page:
    return visitor.open()


@pytest.fixture
def troubled(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose service may fail: the browser logs every failed request as an error."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened.open()
        assert [text for text in opened.complaints if "Failed to load resource" not in text] == []


def fill(page: Page, values: dict[str, str]) -> None:
    for id_, value in values.items():
        page.locator(f"#{id_}").fill(value)


def press_predict(page: Page) -> None:
    page.get_by_role("button", name=PREDICT).click()


def answer(probability: float, threshold: float = 0.3) -> dict[str, Any]:
    positive = probability >= threshold
    return {
        "prediction": CONTRACT.words(positive),
        "will_purchase": positive,
        "probability": probability,
        "threshold": threshold,
        "warnings": [],
    }


def answering(*, status: int = 200, body: object = None, **headers: str) -> Callable[[Route], None]:
    content = {"Content-Type": "application/json"} | {key.replace("_", "-"): text for key, text in headers.items()}
    return lambda route: route.fulfill(status=status, body=json.dumps(body), headers=content)


# A customer, a prediction


def test_a_filled_form_is_answered(page: Page) -> None:
    expect(page.locator("#empty")).to_contain_text("Fill in the six fields, or start from an example.")
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#verdict")).to_have_text(YES)
    assert re.fullmatch(r"\d+%", page.locator("#chance").inner_text())
    expect(page.locator("#sentence")).to_have_text(
        re.compile(r" .* Raised most by minutes watched \(612 minutes\)")
    )
    expect(page.locator("#announcer")).to_contain_text("Will Purchase, ")


def test_the_page_says_what_the_service_says(page: Page) -> None:
    with page.expect_response(API) as response:
        page.get_by_role("button", name="Gone quiet").click()
    scored = response.value.json()
    assert scored["will_purchase"] is False
    expect(page.locator("#verdict")).to_have_text(NO)
    chance = page.evaluate("p => import('/scripts/words.js').then(m => m.percentText(p))", scored["probability"])
    expect(page.locator("#chance")).to_have_text(chance)
    assert [w["message"] for w in scored["warnings"]] == page.locator("#cautions li").all_inner_texts()


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.locator("#field-1").focus()
    for value in ("21", "612", "4", "6", "420"):
        page.keyboard.type(value)
        for _ in ("slider", "help", "next box"):
            page.keyboard.press("Tab")
    page.keyboard.type("united s")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#field-6")).to_have_value("United States")
    expect(page.locator("#result")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text(YES)


def test_without_scripts_the_form_is_answered_by_a_page(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=NARROW, java_script_enabled=False) as visitor:
        page = visitor.open()
        fill(page, {key: value for key, value in EXAM_TAKER.items() if key != "field-6"})
        page.locator("#field-6").select_option("GB")
        press_predict(page)
        expect(page.locator("#verdict")).to_have_text(YES)
        expect(page.locator("#field-2")).to_have_value("612")
        expect(page.locator("#field-6")).to_have_value("GB")
        assert page.title().startswith("Will Purchase, ")
        page.locator("#field-1").fill("-3")
        page.locator("#field-4").fill("")
        press_predict(page)
        assert page.title().startswith("Error: ")
        assert page.locator("#summary li").all_inner_texts() == [
            "Days on platform must be 0 or more",
            "Enter exams passed",
        ]
        expect(page.locator("#field-1")).to_have_value("-3")
        expect(page.locator("#result")).to_have_count(0)
        page.get_by_role("link", name="Start again").click()
        page.get_by_role("button", name="Gone quiet").click()
        expect(page.locator("#verdict")).to_have_text(NO)
        assert [text for text in visitor.complaints if "422" not in text] == []


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def test_a_page_whose_scripts_do_not_load_is_a_plain_form(
    browser: Browser, site: str, viewport: Any, scheme: Any
) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        visitor.page.route("**/scripts/result.js", lambda route: route.abort())
        page = visitor.open()
        fill(page, {key: value for key, value in EXAM_TAKER.items() if key != "field-6"})
        press_predict(page)
        expect(page).to_have_url(re.compile("/api/predict$"))
        expect(page.locator("#verdict")).to_have_text(YES)
        assert accessibility_faults(page) == []
        assert overflow(page) == 0
        page.locator("#field-1").fill("lots")
        press_predict(page)
        expect(page.locator("#summary")).to_be_focused()
        assert accessibility_faults(page) == []
        assert overflow(page) == 0


def test_another_contract_gives_a_working_page(browser: Browser, site: str, tmp_path: Path) -> None:
    contract = contract_365()
    (tmp_path / "config.json").write_text('{"apiBase": "api"}')
    (tmp_path / "index.html").write_text((Path("static_site") / "index.html").read_text("utf-8"), "utf-8")
    write_site(Model(metadata_for(contract), "0" * 64, session=None), tmp_path)  # type: ignore[arg-type]
    sent: list[dict[str, object]] = []

    def score(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        route.fulfill(json=answer(0.6, 0.41) | {"prediction": contract.words(True)})

    with visit(browser, site) as visitor:
        visitor.page.route(f"{site}/", lambda route: route.fulfill(path=tmp_path / "index.html"))
        visitor.page.route(API, score)
        page = visitor.open()
        page.get_by_role("button", name="Learner").click()
        expect(page.locator("#verdict")).to_have_text("Will Subscribe ✅")
        assert visitor.complaints == []
    assert sent == [dict(zip((f.name for f in contract.features), contract.examples[0].values, strict=True))]


# What is wrong


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


def test_every_message_names_the_field_and_the_rule(page: Page) -> None:
    fill(page, {"field-1": "-3", "field-2": "lots", "field-3": "1,001", "field-4": "1.5", "field-6": "Germny"})
    press_predict(page)
    messages = page.locator("#summary li").all_inner_texts()
    assert re.fullmatch(r"Minutes watched must be a number, like \d+", messages.pop(1))
    assert messages == [
        "Days on platform must be 0 or more",
        "Courses started must be 1,000 or less",
        "Exams passed must be a whole number",
        "Enter steps completed",
        "“Germny” is not in the country list. Choose one from the list",
    ]
    notes = page.locator('.field-note[data-state="error"]').all_text_contents()
    assert [note.removeprefix("Error: ") for note in notes] == page.locator("#summary li").all_inner_texts()


def test_leaving_a_field_checks_it_only_when_it_has_content(page: Page) -> None:
    page.locator("#field-1").focus()
    page.locator("#field-2").fill("12x")
    page.locator("#field-3").fill("999")
    page.locator("#field-4").focus()
    states = [page.locator(f"#field-{n}-note").get_attribute("data-state") for n in (1, 2, 3)]
    assert states == ["hint", "error", "warning"]
    expect(page.locator("#field-3-note")).to_have_text(re.compile("^Outside the .* seen in training. Treat the score"))
    page.locator("#field-2").fill("12")
    expect(page.locator("#field-2-note")).to_have_attribute("data-state", "hint")


@pytest.mark.parametrize("typed", ["1,234", "1 234", "1.234,0", " 1234 "])
def test_numbers_are_read_as_people_type_them(page: Page, typed: str) -> None:
    fill(page, EXAM_TAKER | {"field-2": typed})
    with page.expect_request(API) as request:
        press_predict(page)
    assert request.value.post_data_json["minutes_watched"] == 1234


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


# The country


@pytest.mark.parametrize("typed", ["nl", "NL", "Netherlands", "netherlands ", "holland"])
def test_a_country_is_known_by_name_code_and_synonym(page: Page, typed: str) -> None:
    country = page.locator("#field-6")
    country.fill(typed)
    page.keyboard.press("Tab")
    expect(country).to_have_value("Netherlands")
    expect(page.locator("#field-6-list")).to_be_hidden()


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
    assert request.value.post_data_json["student_country"] == "CI"


# The request loop


def test_changes_are_predicted_after_the_first_answer_and_only_while_wanted(page: Page) -> None:
    requests: list[dict[str, Any]] = []
    page.on(
        "request", lambda request: requests.append(request.post_data_json) if request.url.endswith("/predict") else None
    )
    fill(page, EXAM_TAKER)
    page.wait_for_timeout(250)
    assert requests == []
    press_predict(page)
    expect(page.locator("#result")).to_be_visible()
    with page.expect_response(API):
        page.locator("#field-5").fill("421")
    page.get_by_label("Update as I change values").uncheck()
    page.locator("#field-5").fill("422")
    page.wait_for_timeout(250)
    assert [sent["steps"] for sent in requests] == [420, 421]


def test_one_request_is_in_flight_and_the_last_value_wins(page: Page) -> None:
    # The page itself counts: its fetch is wrapped, so that what is asked and not yet answered is known.
    page.evaluate("""() => {
        const fetch = window.fetch;
        window.inFlight = 0;
        window.most = 0;
        window.asked = 0;
        window.fetch = async (...all) => {
            window.asked += 1;
            window.inFlight += 1;
            window.most = Math.max(window.most, window.inFlight);
            await new Promise((resolve) => setTimeout(resolve, 250));
            try { return await fetch(...all); } finally { window.inFlight -= 1; }
        };
    }""")
    page.route(API, lambda route: route.fulfill(json=answer(json.loads(route.request.post_data or "")["steps"] / 1000)))
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#chance")).to_have_text("42%")
    page.evaluate("""async () => {
        const box = document.getElementById("field-5");
        for (let move = 0; move < 60; move += 1) {
            box.value = String(500 + move);
            box.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((resolve) => setTimeout(resolve, 16));
        }
    }""")
    expect(page.locator("#chance")).to_have_text("56%")
    assert page.evaluate("window.most") == 1
    assert page.evaluate("window.asked") <= 10
    page.wait_for_timeout(300)
    expect(page.locator("#chance")).to_have_text("56%")


def test_an_old_request_gives_way_to_a_newer_input(page: Page) -> None:
    def score(route: Route) -> None:
        steps = json.loads(route.request.post_data or "")["steps"]
        if steps != 999:  # that one is never answered
            route.fulfill(json=answer(steps / 1000))

    page.route(API, score)
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#chance")).to_have_text("42%")
    page.locator("#field-5").fill("999")
    page.locator("#field-5").fill("250")
    expect(page.locator("#chance")).to_have_text("25%")
    expect(page.locator("#verdict")).to_have_text(NO)


def test_clearing_forgets_what_is_in_flight(page: Page) -> None:
    held: list[Route] = []
    page.route(API, lambda route: held.append(route))
    fill(page, EXAM_TAKER)
    press_predict(page)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(100)
    for route in held:
        route.abort()
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#field-6")).to_have_value("")


# When the service does not answer


def test_a_cold_start_is_explained_and_then_answered(page: Page) -> None:
    page.route(API, lambda route: (time.sleep(2.2), route.fulfill(json=answer(0.83)))[1])
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#working")).to_be_visible()
    expect(page.locator("#chance")).to_have_text("83%")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_failure_keeps_the_entries_and_can_be_tried_again(troubled: Page) -> None:
    troubled.route(API, answering(status=500, body=None, X_Request_Id="7f3a"))
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_contain_text(
        "The prediction service had a problem. Your entries are kept. Reference 7f3a."
    )
    assert accessibility_faults(troubled) == []
    expect(troubled.locator("#field-2")).to_have_value("612")
    troubled.unroute(API)
    troubled.get_by_role("button", name="Try again").click()
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#notice")).to_be_hidden()


def test_an_answer_that_is_no_answer_is_a_failure(troubled: Page) -> None:
    troubled.route(API, lambda route: route.fulfill(body="<html>Please sign in</html>", content_type="text/html"))
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_contain_text("The prediction service had a problem.")
    expect(troubled.locator("#result")).to_be_hidden()


def test_a_service_that_is_not_ready_is_asked_again_by_itself(troubled: Page) -> None:
    troubled.route(API, answering(status=503, body={"title": "no model"}, Retry_After="1"), times=1)
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_contain_text("The model is not ready. Trying again in 1 second.")
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#notice")).to_be_hidden()


def test_too_many_requests_count_down_and_stop_the_live_updates(troubled: Page) -> None:
    troubled.route(API, answering(status=429, body={}, Retry_After="30"), times=1)
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    notice = troubled.locator("#notice")
    expect(notice).to_contain_text("Too many requests. Trying again in 30 seconds.")
    expect(notice).to_contain_text("Trying again in 29 seconds.")
    expect(troubled.get_by_label("Update as I change values")).not_to_be_checked()
    troubled.get_by_role("button", name="Try now").click()
    expect(troubled.locator("#verdict")).to_have_text(YES)


def test_a_page_that_is_offline_predicts_when_it_is_back(troubled: Page) -> None:
    fill(troubled, EXAM_TAKER)
    troubled.context.set_offline(True)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_contain_text("You are offline. Your entries are kept.")
    troubled.context.set_offline(False)
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#notice")).to_be_hidden()


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_scene_breaks_a_rule_of_axe(browser: Browser, site: str, viewport: Any, scheme: Any) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        page = visitor.open()
        assert accessibility_faults(page) == []
        press_predict(page)
        assert accessibility_faults(page) == []
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#result")).to_be_visible()
        page.get_by_role("button", name="About days on platform").click()
        expect(page.locator("#field-1-help")).to_be_visible()
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")
        page.locator("#field-6").fill("united")
        page.keyboard.press("ArrowDown")
        assert accessibility_faults(page) == []
        assert visitor.complaints == []


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    page.get_by_role("button", name="Exam-taker").click()
    expect(page.locator("#result")).to_be_visible()
    for width in (320, 390, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) == 0, width


def test_an_address_that_does_not_exist_gets_the_page_that_says_so(browser: Browser, site: str) -> None:
    with visit(browser, site) as visitor:
        response = visitor.page.goto(f"{site}/no/such/page")
        assert response is not None
        assert response.status == 404
        expect(visitor.page.locator("h1")).to_have_text("Page not found")
        assert accessibility_faults(visitor.page) == []
