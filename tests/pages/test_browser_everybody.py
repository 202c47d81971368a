"""For everybody: the pages under axe, at every width, in every scheme, on paper and within their budgets."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.browser import LOOKS, WIDE, Visit, accessibility_faults, overflow, visit
from tests.customer import NO, press_predict
from tests.engines import is_chromium, show_as_paper
from tests.list_page import many, scored

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenklasse of the last ninety days"
SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
"""The text spacing that WCAG 2.2 asks pages to stand (1.4.12)."""
KEEP_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: "layout-shift", buffered: true });"""
SIGN_IS_LEFT = """(cells) => cells.map((cell) => {
    const [sign, rest] = [[0, 1], [1, 2]].map(([from, to]) => {
        const range = new Range();
        range.setStart(cell.firstChild, from);
        range.setEnd(cell.firstChild, to);
        return range.getBoundingClientRect();
    });
    return sign.left < rest.left;
})"""


@LOOKS
def test_no_scene_breaks_a_rule_of_axe(browser: Browser, site: str, viewport: Any, scheme: Any) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme, reduced_motion="reduce") as visitor:
        page = visitor.open()
        assert accessibility_faults(page) == []
        press_predict(page)
        expect(page.locator("#summary")).to_be_focused()
        assert accessibility_faults(page) == []
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#changes")).to_be_visible()
        page.get_by_text("Numbers for checking").click()
        page.get_by_role("button", name="Pin to compare").click()
        page.get_by_role("button", name="About days on platform").click()
        expect(page.locator("#field-1-help")).to_be_visible()
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")
        page.locator("#field-6").fill("united")
        page.keyboard.press("ArrowDown")
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Gone quiet").click()
        expect(page.locator("#verdict")).to_have_text(NO)
        page.wait_for_timeout(400)
        assert accessibility_faults(page) == []
        page.locator("#field-2").fill("lots")
        expect(page.locator("#outdated")).to_be_visible()
        assert accessibility_faults(page) == []
        assert visitor.complaints == []


@pytest.mark.firefox
def test_nothing_is_wider_than_the_window(page: Page) -> None:
    page.get_by_role("button", name="Exam-taker").click()
    expect(page.locator("#changes")).to_be_visible()
    page.get_by_text("Numbers for checking").click()
    for width in (320, 390, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) == 0, width


@pytest.mark.parametrize("name", ["", "list.html", "model.html"])
def test_long_names_and_spaced_text_widen_no_page(browser: Browser, site: str, name: str) -> None:
    if not is_chromium(browser):
        pytest.skip("over BiDi the pages' policy holds, which keeps a foreign style sheet out")

    def rename(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Minutes watched", LONG))

    with visit(browser, site, viewport={"width": 320, "height": 640}, bypass_csp=True) as visitor:
        page = visitor.page
        for address in (f"{site}/{name}", "**/api/model"):
            page.route(address, rename)
        visitor.open(name)
        if name == "list.html":
            scored(page, many(120))
            page.locator(".customer").first.click()
            page.get_by_role("button", name="Pin to compare").click()
            page.keyboard.press("Escape")
            page.locator(".customer").last.click()
            expect(page.locator("#compare-table")).to_contain_text(LONG)
        elif not name:
            page.get_by_role("button", name="Exam-taker").click()
            page.get_by_role("button", name="Pin to compare").click()
            page.get_by_role("button", name="Gone quiet").click()
            expect(page.locator("#compare-table")).to_contain_text(LONG)
        page.add_style_tag(content=SPACED)
        assert overflow(page) == 0
        assert visitor.complaints == []


def test_a_page_in_another_language_and_direction_keeps_its_shape(visitor: Visit) -> None:
    def turn(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<html lang="en">', '<html lang="ar-EG" dir="rtl">'))

    page = visitor.page
    for name in ("", "list.html", "model.html"):
        page.route(f"{visitor.site}/{name}", turn)
        visitor.open(name)
        if not name:
            page.get_by_role("button", name="Exam-taker").click()
            expect(page.locator("#changes")).to_be_visible()
            assert (
                page.evaluate("import('./scripts/words.js').then(({ numberText }) => numberText(12345.6))")
                == "١٢٬٣٤٥٫٦"
            )
            fields, results = (page.locator(id_).bounding_box() for id_ in ("#customer", "#result"))
            assert fields
            assert results
            assert fields["x"] > results["x"]
            assert page.locator("#why-rows .why-points").evaluate_all(SIGN_IS_LEFT) == [True] * 6
        assert accessibility_faults(page) == []
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) == 0, (name, width)


def test_the_first_view_stays_within_its_budget(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=WIDE) as visitor:
        asked: list[Response] = []
        visitor.page.on("response", lambda response: asked.append(response))
        page = visitor.open()
        expect(page.locator("#status")).to_have_text("Model ready")
        page.wait_for_timeout(300)
        own = {response.url: response for response in asked if "/api/" not in response.url}
        assert all(url.startswith(site) for url in own)
        # The icon is asked for by browsers with a window, not by every one without.
        assert len({*own, f"{site}/favicon.svg"}) <= 18
        assert sum(len(gzip.compress(response.body())) for response in own.values()) <= 30_000
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#changes")).to_be_visible()
        assert all(response.url.startswith(site) for response in asked)


@pytest.mark.parametrize("name", ["", "list.html", "model.html"])
def test_nothing_moves_while_a_page_loads(browser: Browser, site: str, name: str) -> None:
    with visit(browser, site, viewport=WIDE) as visitor:
        visitor.page.add_init_script(KEEP_SHIFTS)
        page = visitor.open(name)
        expect(page.locator("#status")).to_have_text("Model ready")
        page.wait_for_timeout(300)
        assert page.evaluate("shifts.reduce((sum, shift) => sum + shift, 0)") < 0.01


@pytest.mark.firefox
def test_the_theme_is_the_systems_until_one_is_chosen(browser: Browser, site: str) -> None:
    with visit(browser, site, color_scheme="dark") as visitor:
        page = visitor.open()
        switch = page.get_by_role("button", name="Dark theme")
        background = "getComputedStyle(document.documentElement).backgroundColor"
        expect(switch).to_have_attribute("aria-pressed", "true")
        assert page.evaluate(background) == "rgb(12, 17, 23)"
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "false")
        assert page.evaluate(background) == "rgb(245, 246, 248)"
        assert accessibility_faults(page) == []
        page.reload()
        assert page.evaluate(background) == "rgb(245, 246, 248)"
        expect(switch).to_have_attribute("aria-pressed", "false")


def test_paper_gets_the_result_without_what_cannot_be_pressed(page: Page) -> None:
    page.get_by_role("button", name="Exam-taker").click()
    expect(page.locator("#changes")).to_be_visible()
    show_as_paper(page)
    for shown in ("#chance", "#verdict", "#why-rows .effect", "#field-1"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".site-header", "#predict", ".slider", "#copy", "#recent", ".help", "#result-bar"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_paper_is_white_whatever_was_chosen_for_the_screen(page: Page) -> None:
    page.get_by_role("button", name="Dark theme").click()
    background = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(background) == "rgb(12, 17, 23)"
    show_as_paper(page)
    assert page.evaluate(background) == "rgb(245, 246, 248)"


def test_paper_shows_the_whole_of_a_plot_that_was_drawn_for_a_wide_screen(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=WIDE) as visitor:
        # As a printer does it: the place becomes narrower, and no script runs again.
        visitor.page.add_init_script("window.ResizeObserver = class { observe() {} disconnect() {} }")
        page = visitor.open("model.html")
        expect(page.locator("#chart-gains svg")).to_be_visible()
        widths = """[...document.querySelectorAll("#chart-gains, #chart-gains svg")].map((one) =>
            one.getBoundingClientRect().width)"""
        assert page.evaluate(widths)[1] > 400
        show_as_paper(page)
        page.set_viewport_size({"width": 400, "height": 900})
        place, shown = page.evaluate(widths)
        assert shown <= place < 400


@pytest.mark.parametrize("name", ["list.html", "doing.html"])
def test_without_script_a_page_says_in_one_flow_what_to_do_instead(browser: Browser, site: str, name: str) -> None:
    if not is_chromium(browser):
        pytest.skip("over BiDi scripts come empty, and what stands in noscript is not shown")
    with visit(browser, site, viewport=WIDE, java_script_enabled=False) as visitor:
        page = visitor.open(name)
        sentence = page.locator("noscript .notice > *")
        expect(sentence).to_have_count(1)
        expect(sentence).to_contain_text("takes JavaScript. Without it, ")
        expect(page.locator(".step:visible")).to_have_count(0)


def test_forced_colours_keep_what_colours_say(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=WIDE, forced_colors="active") as visitor:
        page = visitor.open()
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#changes")).to_be_visible()
        colours = page.evaluate(
            """["#gauge-fill", ".gauge-track", "#why-rows rect", ".track-middle"].map((selector) =>
                getComputedStyle(document.querySelector(selector)).fill)"""
        )
        assert len(set(colours)) > 2
        surface = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert colours[2] != surface
        edges = page.evaluate(
            "[...document.querySelectorAll('.site-nav a')].map((link) => getComputedStyle(link).borderBottomColor)"
        )
        assert edges[0] != surface
        assert edges[1:] == [surface] * 2  # only the page that is shown is underlined
        assert accessibility_faults(page) == []


def test_nothing_moves_where_motion_is_not_wanted(browser: Browser, site: str) -> None:
    with visit(browser, site, reduced_motion="reduce") as visitor:
        page = visitor.open()
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#result")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.getElementById('gauge-fill')).transitionDuration") == "0s"
        assert page.evaluate("document.getAnimations().length") == 0


def test_the_pages_lead_to_each_other(page: Page) -> None:
    links = page.get_by_role("navigation").get_by_role("link")
    expect(links).to_have_text(["One customer", "A list", "The model"])
    expect(links.first).to_have_attribute("aria-current", "page")
    for name in ("A list", "The model", "One customer"):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


def test_an_address_that_does_not_exist_gets_the_page_that_says_so(browser: Browser, site: str) -> None:
    with visit(browser, site) as visitor:
        response = visitor.page.goto(f"{site}/no/such/page")
        assert response is not None
        assert response.status == 404
        expect(visitor.page.locator("h1")).to_have_text("Page not found")
        assert accessibility_faults(visitor.page) == []
