"""The list is scored in a real browser: by a real service, or by one that fails."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import WIDE, accessibility_faults, running_site, visit
from tests.fitted import model_file
from tests.list_page import (
    BATCH,
    HEADING,
    KEY,
    MARKUP,
    NAMES,
    ROWS,
    Service,
    download,
    many,
    score,
    scored,
    sent_by,
    to_csv,
    upload,
)


def test_a_failed_chunk_is_tried_again_and_then_taken_up_where_it_stopped(troubled: Page) -> None:
    service = Service(fails_from=1)
    troubled.route(BATCH, service)
    upload(troubled, many(400))
    score(troubled)
    expect(troubled.locator("#scoring-left")).to_contain_text("Trying again.")
    expect(troubled.locator("#scoring-problem")).to_have_text(
        "The prediction service had a problem. Reference 7f3a. What is scored is kept."
    )
    expect(troubled.locator("#carry-on")).to_be_focused()
    expect(troubled.locator("#scoring-count")).to_have_text("100 of 400 scored")
    expect(troubled.locator("#page-words")).to_have_text("1–25 of 100")
    assert len(service.asked) == 5  # the chunk that failed was sent once, and three times again
    assert accessibility_faults(troubled) == []
    service.fails_from = None
    troubled.locator("#carry-on").click()
    expect(troubled.locator("#scoring-count")).to_have_text("400 of 400 scored")
    expect(troubled.locator("#page-words")).to_have_text("1–25 of 400")
    good = [service.asked[0], *service.asked[5:]]
    assert [minutes for chunk in good for minutes in chunk] == [n * 1.5 for n in range(400)]
    expect(troubled.locator("#ranked-rows th").first).to_have_text("C-399")


def test_a_service_that_is_busy_is_asked_again_when_it_says(troubled: Page) -> None:
    service = Service()
    troubled.route(BATCH, service)
    busy = {"status": 503, "body": "{}", "headers": {"Retry-After": "1"}}
    troubled.route(BATCH, lambda route: route.fulfill(**busy), times=1)
    troubled.clock.install()
    upload(troubled, to_csv([HEADING, *ROWS]))
    score(troubled)
    expect(troubled.locator("#scoring-left")).to_have_text("The service is not ready. Trying again.")
    assert service.asked == []
    troubled.clock.run_for(1000)
    expect(troubled.locator("#scoring-count")).to_have_text("3 of 3 scored")
    assert len(service.asked) == 1


def test_a_service_that_says_when_is_asked_as_often_as_other_lists_take(troubled: Page) -> None:
    service = Service(fails_from=0, status=503, headers={"Retry-After": "0.001"})
    troubled.route(BATCH, service)
    troubled.clock.install()
    upload(troubled, to_csv([HEADING, *ROWS]))
    score(troubled)
    for tries in range(6):
        expect(troubled.locator("#scoring-left")).to_contain_text("Trying again.")
        troubled.clock.run_for(500 * 2**tries)
    service.fails_from = None
    troubled.clock.run_for(500 * 2**6)
    expect(troubled.locator("#scoring-count")).to_have_text("3 of 3 scored")


def test_cancelling_keeps_what_is_scored(page: Page) -> None:
    service = Service(slow_from=1)
    page.route(BATCH, service)
    upload(page, many(400))
    with page.expect_response(BATCH):
        score(page)
    page.locator("#cancel").click()
    expect(page.locator("#scoring-words")).to_have_text("Scoring stopped")
    done = int(page.locator("#scoring-count").inner_text().split()[0])
    assert 0 < done < 400
    expect(page.locator("#page-words")).to_have_text(f"1–25 of {done}")
    service.slow_from = None
    page.locator("#carry-on").click()
    expect(page.locator("#page-words")).to_have_text("1–25 of 400")


def test_leaving_while_a_list_is_scored_is_asked_about(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.route(BATCH, Service(slow_from=0))
    upload(page, many(3_000))
    score(page)
    expect(page.locator("#cancel")).to_be_visible()
    with page.expect_event("dialog") as leaving:
        page.close(run_before_unload=True)
    assert leaving.value.type == "beforeunload"
    page.locator("#cancel").click()
    expect(page.locator("#scoring-words")).to_have_text("Scoring stopped")


def test_a_page_that_is_offline_keeps_the_list_and_carries_on(troubled: Page) -> None:
    upload(troubled, to_csv([HEADING, *ROWS]))
    expect(troubled.locator("#score")).to_be_visible()
    troubled.context.set_offline(True)
    score(troubled)
    expect(troubled.locator("#scoring-problem")).to_have_text("You are offline.")
    troubled.context.set_offline(False)
    troubled.locator("#carry-on").click()
    expect(troubled.locator("#scoring-count")).to_have_text("3 of 3 scored")


def test_scores_of_two_models_are_never_ranked_together(page: Page) -> None:
    service = Service(new_from=1)
    page.route(BATCH, service)
    upload(page, many(300))
    score(page)
    expect(page.locator("#scoring-count")).to_have_text("300 of 300 scored")
    sizes = [len(minutes) for minutes in service.asked]
    assert sum(sizes) > 300
    assert sum(minutes[0] == 0 for minutes in service.asked) == 2


def test_a_request_that_is_too_large_is_halved(troubled: Page) -> None:
    service = Service()

    def take(route: Route) -> None:
        if len(sent_by(route.request)["columns"][NAMES[1]]) > 30:
            route.fulfill(status=413, body="{}")
        else:
            service(route)

    troubled.route(BATCH, take)
    upload(troubled, many(60))
    score(troubled)
    expect(troubled.locator("#scoring-count")).to_have_text("60 of 60 scored")
    assert [len(minutes) for minutes in service.asked] == [30, 30]


def test_rows_that_the_service_refuses_are_left_out(page: Page) -> None:
    results = [{"probability": 0.9}, {"errors": [{"message": MARKUP}]}, {"probability": 0.8}]
    page.route(BATCH, lambda route: route.fulfill(json={"results": results, "model": {"version": "1", "hash": "a"}}))
    scored(page, to_csv([HEADING, *ROWS]))
    expect(page.locator("#scoring-count")).to_have_text("2 of 3 scored")
    expect(page.locator("#scoring-left")).to_have_text("1 refused by the service")
    expect(page.locator("#ranked-rows th")).to_have_text(["C-1", "C-3"])


def test_a_refused_list_says_why_as_text(troubled: Page) -> None:
    body = {"detail": "?", "errors": [{"field": "", "code": "x", "message": MARKUP}]}
    troubled.route(BATCH, lambda route: route.fulfill(status=422, json=body))
    upload(troubled, to_csv([HEADING, *ROWS]))
    score(troubled)
    expect(troubled.locator("#scoring-problem")).to_contain_text(MARKUP)
    expect(troubled.locator("#ranked")).to_be_hidden()


@pytest.fixture(scope="module")
def locked_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose service asks for keys, as the deployed one does."""
    folder = tmp_path_factory.mktemp("locked")
    with running_site(model_file(), folder, "--enable-auth", env={"FUNCTIONS_HOST_KEY": KEY}) as address:
        yield address


@pytest.mark.parametrize("storage", ["open", "blocked"])
def test_a_key_is_asked_for_when_the_service_wants_one(browser: Browser, locked_site: str, storage: str) -> None:
    with visit(browser, locked_site, viewport=WIDE) as visitor:
        if storage == "blocked":
            visitor.page.add_init_script(
                "for (const name of ['localStorage', 'sessionStorage'])"
                " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
            )
        page = visitor.open("list.html")
        upload(page, to_csv([HEADING, *ROWS]))
        expect(page.locator("#key-form")).to_be_hidden()
        score(page)
        expect(page.locator("#scoring-words")).to_have_text("An access key is needed")
        expect(page.locator("#key")).to_be_focused()
        assert accessibility_faults(page) == []
        for wrong in ("wrong", "ключ", "quoted”"):
            page.keyboard.type(wrong)
            page.keyboard.press("Enter")
            expect(page.locator("#scoring-problem")).to_have_text("The service does not accept this key.")
            expect(page.locator("#key")).to_be_focused()
        page.keyboard.type(KEY)
        page.keyboard.press("Enter")
        expect(page.locator("#scoring-count")).to_have_text("3 of 3 scored")
        expect(page.locator("#contact-title")).to_be_focused()
        download(page)
        scored(page, to_csv([HEADING, *ROWS[:2]]))
        expect(page.locator("#scoring-count")).to_have_text("2 of 2 scored")
        expect(page.locator("#key-form")).to_be_hidden()
        assert KEY not in page.content()
        assert page.locator("#key").input_value() == ""
        if storage == "open":
            assert page.evaluate("Object.values(sessionStorage)") == [KEY]
            assert KEY not in page.evaluate("JSON.stringify(localStorage)")
        assert [text for text in visitor.complaints if "401" not in text] == []
