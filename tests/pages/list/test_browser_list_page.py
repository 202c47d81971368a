"""The list's page as a whole, in a real browser: large files, small screens, the keyboard alone, another model."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from predict.answers import describe
from predict.model.session import Model
from tests.browser import LOOKS, NARROW, WIDE, Visit, accessibility_faults, overflow, visit
from tests.engines import save, sent_by
from tests.factories import contract_365, metadata_for
from tests.list_page import (
    BATCH,
    HEADING,
    NAMES,
    ROWS,
    Service,
    many,
    score,
    scored,
    to_csv,
    upload,
)
from tests.servers import ROOT
from training.pages.site import write_site

# Each look at the clock finds that a slice of work is over, so that how often the page rests is a count and no time.
COUNT_RESTS = """(() => {
    let now = 0;
    performance.now = () => now += 31;
    window.rests = 0;
    window.MessageChannel = class extends MessageChannel { constructor() { super(); window.rests += 1; } };
})()"""
ROWS_BETWEEN_RESTS = 512


def test_a_hundred_thousand_rows_never_block_the_page(visitor: Visit) -> None:
    page = visitor.page
    page.add_init_script(COUNT_RESTS)
    visitor.open("list.html")
    page.route(BATCH, Service())
    count = 100_000
    page.evaluate("import('/scripts/list/flow.js')")
    page.evaluate(
        """async ([heading, row, count]) => {
            const rows = Array.from({ length: count }, (_, n) => row
                .replace("C-1", `C-${n}`).replace("612.5", n / 101));
            const { openFile } = await import("/scripts/list/flow.js");
            window.opened = openFile(new File([heading, ...rows], "large.csv"));
        }""",
        [to_csv([HEADING]), to_csv([ROWS[0]]), count],
    )
    expect(page.locator("#check-ready")).to_have_text("100,000 of 100,000 rows are ready", timeout=60_000)
    # Read and checked.
    assert rests(page) >= 2 * count // ROWS_BETWEEN_RESTS
    score(page)
    page.locator("#scoring-count").filter(has_text="100,000 of 100,000").wait_for(timeout=60_000)
    expect(page.locator(".tile")).to_have_count(5, timeout=60_000)
    # Ranked.
    assert rests(page) >= count // ROWS_BETWEEN_RESTS
    page.get_by_role("button", name="Customer", exact=True).click()
    expect(page.locator("[aria-sort]")).to_contain_text("Customer", timeout=60_000)
    assert rests(page) >= count // ROWS_BETWEEN_RESTS
    assert save(page, page.get_by_role("button", name="Download CSV").click).content.count(b"\n") == count + 1
    assert rests(page) >= count // ROWS_BETWEEN_RESTS
    page.set_default_timeout(60_000)
    assert save(page, page.get_by_role("button", name="Download Excel").click).name == "large-scored.xlsx"
    # The two columns that are no input are looked through for numbers, then the rows are written.
    assert rests(page) >= 3 * count // ROWS_BETWEEN_RESTS
    assert page.evaluate("performance.memory?.usedJSHeapSize ?? 0") < 300e6  # only Chromium tells


def rests(page: Page) -> int:
    """Return how often the page has rested since this was asked last."""
    return int(page.evaluate("() => { const { rests } = window; window.rests = 0; return rests; }"))


# Every page but the first, whose budget test_browser_everybody.py holds.
@pytest.mark.parametrize(("name", "most"), [("list.html", 16), ("model.html", 21), ("doing.html", 23)])
def test_the_first_view_is_small(visitor: Visit, name: str, most: int) -> None:
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.open(name).wait_for_load_state("networkidle")
    # Firefox asks again for what is used twice, and hears that it is still the same: an answer without a body.
    bodies = {answer.url: answer.body() for answer in answers if answer.status == 200 and "/api/" not in answer.url}
    # The icon is asked for by browsers with a window, not by every one without.
    assert len({*bodies, f"{visitor.site}/favicon.svg"}) <= most, sorted(bodies)
    assert sum(len(gzip.compress(body)) for body in bodies.values()) <= 30_000


@pytest.mark.firefox(only="narrow-light")
@LOOKS
def test_no_scene_breaks_a_rule_of_axe(browser: Browser, site: str, viewport: Any, scheme: Any) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        page = visitor.open("list.html")
        assert accessibility_faults(page) == []
        upload(page, to_csv([[*HEADING[:2], "what", *HEADING[3:]], *ROWS]))
        expect(page.locator("#check-missing")).to_be_visible()
        assert accessibility_faults(page) == []
        upload(page, to_csv([HEADING, *ROWS, ["C-4", "x", "many", *ROWS[0][3:]]]))
        expect(page.locator("#bad")).to_be_visible()
        assert accessibility_faults(page) == []
        score(page)
        expect(page.locator(".tile")).to_have_count(5)
        assert accessibility_faults(page) == []
        page.get_by_role("button", name="C-1", exact=True).click()
        expect(page.locator("#explanation-table")).to_be_visible()
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")
        for width in (320, 390, 768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) == 0, width
        assert visitor.complaints == []


@pytest.mark.firefox
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_each_step_is_in_view_when_its_turn_comes(browser: Browser, site: str, viewport: Any) -> None:
    hours = [[f"C-{n}", "x", "12", f"{0.1 + n / 800:.3f}", "12", "14", "9", ""] for n in range(120)]
    with visit(browser, site, viewport=viewport) as visitor:
        page = visitor.open("list.html")
        upload(page, to_csv([HEADING, *hours]))
        expect(page.locator("#shifts-list")).to_contain_text("hours rather than minutes")
        for seen in ("#check-title", "#shifts-list", "#score"):
            expect(page.locator(seen)).to_be_in_viewport(ratio=1)
        score(page)
        for seen in ("#contact-title", "#cut-slider", "#tiles > :first-child"):
            expect(page.locator(seen)).to_be_in_viewport(ratio=1)
        assert visitor.complaints == []


def test_tiles_beside_each_other_have_their_numbers_in_line(page: Page) -> None:
    scored(page, many(120))
    places = page.locator(".tile-value").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect()).map(({ x, y }) => [Math.round(x), Math.round(y)])"
    )
    assert len({x for x, _ in places}) == len(places)
    assert len({y for _, y in places}) == 1


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#sample").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#score")).to_be_visible()
    expect(page.locator("#check-title")).to_be_focused()
    for _ in range(len(NAMES) + 3):
        page.keyboard.press("Tab")
    expect(page.locator("#score")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contact-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("By list size")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    expect(page.locator(".tile-value").first).to_have_text("7")
    for _ in range(12):
        page.keyboard.press("Tab")
        if "Download CSV" in page.evaluate("document.activeElement.textContent"):
            break
    assert save(page, lambda: page.keyboard.press("Enter")).name == "sample-customers-scored.csv"


def test_another_contract_gives_a_working_list(browser: Browser, site: str, tmp_path: Path) -> None:
    contract = contract_365()
    model = Model(metadata_for(contract), "5" * 64, session=None)
    for name in ("list.html", "config.json"):
        (tmp_path / name).write_bytes((ROOT / "static_site" / name).read_bytes())
    write_site(model, tmp_path)
    names = [feature.name for feature in contract.features]
    sent: list[dict[str, list[Any]]] = []

    def answer(route: Route) -> None:
        sent.append(sent_by(route.request)["columns"])
        results = [{"probability": 0.7 - n / 1000} for n in range(len(sent[-1][names[0]]))]
        route.fulfill(json={"results": results, "model": {"version": "1", "hash": "5"}})

    with visit(browser, site) as visitor:
        visitor.page.route(f"{site}/list.html", lambda route: route.fulfill(path=tmp_path / "list.html"))
        visitor.page.route("**/api/model", lambda route: route.fulfill(json=describe(model)))
        visitor.page.route(BATCH, answer)
        page = visitor.open("list.html")
        expect(page.locator(".lead")).to_contain_text("only the seven model inputs")
        page.get_by_role("button", name="Use sample data").click()
        expect(page.locator("#check-ready")).to_have_text("600 of 600 rows are ready")
        score(page)
        expect(page.locator("#ranked-rows th").first).to_have_text("C-10001")
        expect(page.get_by_role("button", name="Use the model threshold (41%)")).to_be_visible()
        assert {tuple(columns) for columns in sent} == {tuple(names)}
        assert visitor.complaints == []
