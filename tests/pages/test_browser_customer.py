"""One customer, a prediction: the page in a real browser, before the real service."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from predict.contract import OTHER, Contract
from predict.model.session import Model
from tests.browser import LOOKS, NARROW, WIDE, accessibility_faults, overflow, visit
from tests.customer import API, EXAM_TAKER, NO, YES, answer, fill, press_predict
from tests.engines import sent_by
from tests.factories import contract_365, metadata_for, sample_contract
from tests.servers import ROOT
from training.pages.site import write_site


def test_a_filled_form_is_answered(page: Page) -> None:
    expect(page.locator("#empty")).to_contain_text("Fill in the six fields, or start from an example.")
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#verdict")).to_have_text(YES)
    assert re.fullmatch(r"\d+%", page.locator("#chance").inner_text())
    expect(page.locator("#sentence")).to_have_text(re.compile(r" .* Raised most by minutes watched \(612\sminutes\)"))
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


@pytest.mark.firefox
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


def test_other_names_that_come_late_leave_the_option_that_was_gone_to(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/model.json", lambda route: waiting.append(route))
    page.locator("#field-6").focus()
    page.keyboard.type("united s")
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/model.json"):
        waiting[0].continue_()
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    expect(page.locator("#field-6")).to_have_value("United States")


@pytest.mark.firefox
def test_without_scripts_the_form_is_answered_by_a_page(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=NARROW, java_script_enabled=False) as visitor:
        page = visitor.open()
        fill(page, {key: value for key, value in EXAM_TAKER.items() if key != "field-6"})
        page.locator("#field-6").select_option("GB")
        press_predict(page)
        expect(page.locator("#verdict")).to_have_text(YES)
        expect(page.locator("#field-2")).to_have_value("612")
        expect(page.locator("#field-6")).to_have_value("GB")
        expect(page.locator("#why-rows tr")).to_have_count(6)
        expect(page).to_have_title(re.compile("^Will Purchase, "))
        page.locator("#field-1").fill("-3")
        page.locator("#field-4").fill("")
        press_predict(page)
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator("#summary li")).to_have_text(["Days on platform must be 0 or more", "Enter exams passed"])
        expect(page.locator("#field-1")).to_have_value("-3")
        expect(page.locator("#result")).to_have_count(0)
        page.get_by_role("link", name="Start again").click()
        page.get_by_role("button", name="Gone quiet").click()
        expect(page.locator("#verdict")).to_have_text(NO)
        assert [text for text in visitor.complaints if "422" not in text] == []


def test_scripts_and_service_show_the_same(browser: Browser, site: str) -> None:
    shown = []
    for has_scripts in (True, False):
        with visit(browser, site, viewport=WIDE, java_script_enabled=has_scripts) as visitor:
            page = visitor.open()
            page.get_by_role("button", name="Gone quiet").click()
            expect(page.locator("#verdict")).to_have_text(NO)
            shown.append(
                [
                    *(page.locator(f"#{id_}").inner_text() for id_ in ("chance", "verdict", "sentence", "why-sum")),
                    *page.locator("#why-rows tr").all_inner_texts(),
                    *(
                        rect.get_attribute(name)
                        for rect in page.locator("#why-rows rect, #gauge-fill").all()
                        for name in ("x", "width", "class")
                    ),
                    *page.locator("#why-scale text").all_inner_texts(),
                ]
            )
    assert shown[0] == shown[1]


@LOOKS
def test_a_page_whose_scripts_do_not_load_is_a_plain_form(
    browser: Browser, site: str, viewport: Any, scheme: Any
) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        visitor.page.route("**/scripts/customer/result.js", lambda route: route.abort())
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
    index = index_of(contract, tmp_path)
    sent: list[dict[str, object]] = []

    def score(route: Route) -> None:
        sent.append(sent_by(route.request))
        route.fulfill(json=answer(0.6, 0.41) | {"prediction": contract.words(True)})

    with visit(browser, site) as visitor:
        visitor.page.route(f"{site}/", lambda route: route.fulfill(path=index))
        visitor.page.route(API, score)
        page = visitor.open()
        page.get_by_role("button", name="Learner").click()
        expect(page.locator("#verdict")).to_have_text("Will Subscribe")
        assert visitor.complaints == []
    assert sent == [dict(zip((f.name for f in contract.features), contract.examples[0].values, strict=True))]


def test_nobody_is_told_to_type_a_code_that_stands_for_all_others(browser: Browser, site: str, tmp_path: Path) -> None:
    contract = sample_contract()
    towns = {f"Town {number}": f"Town {number}" for number in range(40)} | {OTHER: "Other"}
    country = replace(contract.features[-1], values=towns, names={}, optional=False, other=True)
    index = index_of(replace(contract, features=(*contract.features[:-1], country)), tmp_path)
    with visit(browser, site) as visitor:
        visitor.page.route(f"{site}/", lambda route: route.fulfill(path=index))
        expect(visitor.open().locator("#field-6-note")).to_have_text("Type a name, or choose one")


def index_of(contract: Contract, folder: Path) -> Path:
    """Return the page of a customer as it is written for a contract."""
    (folder / "config.json").write_text('{"apiBase": "api"}')
    (folder / "index.html").write_text((ROOT / "static_site" / "index.html").read_text("utf-8"), "utf-8")
    write_site(Model(metadata_for(contract), "0" * 64, session=None), folder)  # type: ignore[arg-type]
    return folder / "index.html"
