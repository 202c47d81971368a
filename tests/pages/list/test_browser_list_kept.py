"""Lists that stay in the browser when the person says so, in a real one: Reload, Back, another model, Delete."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.engines import is_chromium, sent_by
from tests.list_page import BATCH, HEADING, ROWS, download, scored, to_csv

KEEP = "Keep this list in this browser"
BAD = ["C-9", "x", "many", *ROWS[0][3:]]


def shown(page: Page) -> list[list[str]]:
    script = "rows => rows.map(row => [...row.cells].slice(0, 5).map(cell => cell.textContent))"
    return list(page.locator("#ranked-rows tr[data-contact]").evaluate_all(script))


@pytest.mark.firefox
def test_a_list_that_is_kept_is_there_again_after_reload_and_back(page: Page) -> None:
    scored(page, to_csv([HEADING, BAD, *ROWS]))
    page.get_by_role("button", name="Show columns and problems").click()
    box = page.get_by_label("Days on platform, line 2")
    box.press("Control+a")
    box.press_sequentially("21")
    box.press("Enter")
    page.get_by_label(KEEP).check()
    expect(page.locator("#kept-lists li")).to_contain_text("3 customers, 0.01 MB")
    # What is mended and scored later is kept, too.
    page.get_by_role("button", name="Score 1 more customer").click()
    expect(page.locator("#kept-lists li")).to_contain_text("4 customers")
    before, (_, file) = shown(page), download(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    expect(page.locator("#scoring-count")).to_have_text("4 of 4 scored")
    assert shown(page) == before
    expect(page.get_by_label(KEEP)).to_be_checked()
    assert not [url for url in requests if "batch" in url]
    assert download(page)[1] == file
    browser = page.context.browser
    if browser and is_chromium(browser):  # over BiDi, Firefox never says that going back has ended
        page.goto(page.url.replace("list.html", "model.html"))
        page.go_back()
        expect(page.locator("#scoring-count")).to_have_text("4 of 4 scored")
        assert shown(page) == before
    # Nothing to lose: another file is opened without a question.
    scored(page, to_csv([HEADING, ROWS[0]]))
    expect(page.get_by_label(KEEP)).not_to_be_checked()
    page.reload()
    expect(page.locator("#kept-lists li")).to_have_count(1)
    expect(page.locator("#ranked")).to_be_hidden()
    page.get_by_role("button", name="Open customers.csv").click()
    expect(page.locator("#scoring-count")).to_have_text("4 of 4 scored")
    page.get_by_role("button", name="Delete customers.csv").click()
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.get_by_label(KEEP)).not_to_be_checked()
    download(page)
    page.reload()
    expect(page.locator("#choose")).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()


def test_a_list_that_another_model_scored_is_scored_again(page: Page) -> None:
    scored(page, to_csv([HEADING, *ROWS]))
    page.get_by_label(KEEP).check()
    expect(page.locator("#kept-lists li")).to_have_count(1)

    def replaced(route: Route) -> None:
        description: dict[str, Any] = json.loads(route.fetch().text())
        description["model"]["hash"] = "another"
        route.fulfill(json=description)

    page.route("**/api/model", replaced)
    page.reload()
    expect(page.locator("#score")).to_have_text("Score 3 customers")
    expect(page.locator("#ranked")).to_be_hidden()
    with page.expect_request(BATCH) as request:
        page.locator("#score").click()
    assert len(sent_by(request.value)["columns"]["steps"]) == 3


def test_storage_that_is_switched_off_is_said(page: Page) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
    page.reload()
    scored(page, to_csv([HEADING, *ROWS]))
    page.get_by_label(KEEP).click()
    expect(page.locator("#keep-note")).to_contain_text("This browser does not keep lists")
    expect(page.get_by_label(KEEP)).not_to_be_checked()
