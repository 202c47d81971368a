"""The request loop and every way a service can fail, in a real browser; only the failures are made up."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import accessibility_faults
from tests.customer import (
    API,
    EXAM_TAKER,
    NO,
    YES,
    answer,
    answering,
    fill,
    moves_of_a_second,
    press_predict,
    slow_down,
)
from tests.engines import sent_by


def test_changes_are_predicted_after_the_first_answer_and_only_while_wanted(page: Page) -> None:
    requests: list[dict[str, Any]] = []
    page.on("request", lambda request: requests.append(sent_by(request)) if request.url.endswith("/predict") else None)
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
            if (!String(all[0]).includes("predict")) return fetch(...all);
            window.asked += 1;
            window.inFlight += 1;
            window.most = Math.max(window.most, window.inFlight);
            await new Promise((resolve) => setTimeout(resolve, 250));
            try { return await fetch(...all); } finally { window.inFlight -= 1; }
        };
    }""")
    page.route(API, lambda route: route.fulfill(json=answer(sent_by(route.request)["steps"] / 1000)))
    page.clock.install()
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#chance")).to_have_text("42%")
    for move in moves_of_a_second(page):
        page.evaluate(
            """value => {
                const box = document.getElementById("field-5");
                box.value = value;
                box.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            str(500 + move),
        )
    expect(page.locator("#chance")).to_have_text("56%")
    assert page.evaluate("window.most") == 1
    assert page.evaluate("window.asked") <= 10
    page.wait_for_timeout(300)
    expect(page.locator("#chance")).to_have_text("56%")


def test_an_old_request_gives_way_to_a_newer_input(page: Page) -> None:
    def score(route: Route) -> None:
        steps = sent_by(route.request)["steps"]
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


def test_a_cold_start_is_explained_and_then_answered(page: Page) -> None:
    slow_down(page, 2_200)
    page.route(API, lambda route: route.fulfill(json=answer(0.83)))
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


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)])
def test_what_holds_a_prediction_up_is_said_where_the_person_is(troubled: Page, size: tuple[int, int]) -> None:
    troubled.set_viewport_size({"width": size[0], "height": size[1]})
    troubled.route(API, answering(status=500, body=None))
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_be_in_viewport(ratio=1)
    troubled.unroute(API)
    troubled.get_by_role("button", name="Try again").click()
    expect(troubled.locator("#chance")).to_be_in_viewport(ratio=1)
    expect(troubled.locator("#predict")).to_be_focused()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("<html>Please sign in</html>", "text/html"), ('{"probability": 0.5}', "application/json")],
    ids=["page", "half an answer"],
)
def test_an_answer_that_is_no_answer_is_a_failure(troubled: Page, body: str, content_type: str) -> None:
    troubled.route(API, lambda route: route.fulfill(body=body, content_type=content_type))
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


OFFLINE = "You are offline. Your entries are kept. The prediction follows when you are back."


def test_a_page_that_is_offline_predicts_when_it_is_back(troubled: Page) -> None:
    with troubled.expect_response("**/result.css"):
        troubled.locator("#field-1").focus()
    troubled.wait_for_load_state("networkidle")
    fill(troubled, EXAM_TAKER)
    troubled.context.set_offline(True)
    press_predict(troubled)
    expect(troubled.locator("#notice p")).to_have_text(OFFLINE)
    troubled.context.set_offline(False)
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#notice")).to_be_hidden()


def test_a_page_that_goes_offline_while_it_counts_down_says_so_and_goes_on_counting_when_it_is_back(
    troubled: Page,
) -> None:
    asked: list[str] = []
    troubled.on("request", lambda request: asked.append(request.url) if "/api/predict" in request.url else None)
    troubled.route(API, answering(status=429, body={}, Retry_After="30"), times=1)
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    notice = troubled.locator("#notice")
    expect(notice).to_contain_text("Trying again in 30 seconds.")
    troubled.context.set_offline(True)
    expect(troubled.locator("#notice p")).to_have_text(OFFLINE)
    expect(troubled.locator("#status")).to_have_text("Offline")
    troubled.context.set_offline(False)
    expect(notice).to_contain_text(re.compile(r"Too many requests. Trying again in \d+ seconds?\."))
    assert len(asked) == 1
    troubled.get_by_role("button", name="Try now").click()
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(notice).to_be_hidden()


def test_a_page_that_was_offline_before_it_had_loaded_in_full_is_no_different(troubled: Page) -> None:
    expect(troubled.locator("#status")).to_have_text("Model ready")
    troubled.context.set_offline(True)
    fill(troubled, EXAM_TAKER | {"field-5": "419"})
    press_predict(troubled)
    expect(troubled.locator("#notice p")).to_have_text(OFFLINE)
    expect(troubled.locator("#status")).to_have_text("Offline")
    troubled.locator("#field-5").fill("420")
    troubled.context.set_offline(False)
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#notice")).to_be_hidden()
    expect(troubled.locator("#field-5")).to_have_value("420")
    expect(troubled.locator("#field-6")).to_have_value("United States")


def test_a_form_that_is_cleared_while_it_is_offline_is_not_predicted(troubled: Page) -> None:
    expect(troubled.locator("#status")).to_have_text("Model ready")
    troubled.context.set_offline(True)
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#notice")).to_be_visible()
    troubled.get_by_role("button", name="Clear").click()
    expect(troubled.locator("#notice")).to_be_hidden()
    troubled.context.set_offline(False)
    troubled.wait_for_timeout(300)
    assert "?" not in troubled.url


@pytest.mark.parametrize("place", ["offline", "blocked"])
def test_text_that_is_no_country_is_neither_lost_nor_predicted_without(troubled: Page, place: str) -> None:
    expect(troubled.locator("#status")).to_have_text("Model ready")
    if place == "offline":
        troubled.context.set_offline(True)
    else:
        troubled.route("**/scripts/customer/result.js", lambda route: route.abort())
    fill(troubled, EXAM_TAKER | {"field-6": "Germny"})
    press_predict(troubled)
    expect(troubled.locator("#field-6")).to_be_focused()
    message = troubled.locator("#field-6").evaluate("field => field.validationMessage")
    assert message == "Choose one from the list."
    expect(troubled.locator("#notice")).to_be_hidden()
    expect(troubled.locator("#field-6")).to_have_value("Germny")
    assert "/api/" not in troubled.url


def test_what_was_asked_for_last_is_predicted_when_an_offline_page_is_back(troubled: Page) -> None:
    expect(troubled.locator("#status")).to_have_text("Model ready")
    troubled.context.set_offline(True)
    expect(troubled.locator("#status")).to_have_text("Offline")
    troubled.get_by_role("button", name="New").click()
    expect(troubled.locator("#notice")).to_be_visible()
    expect(troubled.locator("#field-1")).not_to_have_value("")
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    troubled.context.set_offline(False)
    expect(troubled.locator("#verdict")).to_have_text(YES)
    expect(troubled.locator("#field-2")).to_have_value("612")


def test_an_earlier_result_is_dimmed_when_what_follows_cannot_be_had(troubled: Page) -> None:
    fill(troubled, EXAM_TAKER)
    press_predict(troubled)
    expect(troubled.locator("#changes")).to_be_visible()
    troubled.context.set_offline(True)
    troubled.locator("#field-5").fill("0")
    expect(troubled.locator("#outdated")).to_be_visible()
    troubled.context.set_offline(False)
    expect(troubled.locator("#outdated")).to_be_hidden()
    expect(troubled.locator("#notice")).to_be_hidden()
