"""The model's page in a real browser, with and without its scripts."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from predict.model.session import Model
from predict.words import percent_text
from tests.browser import LOOKS, NARROW, WIDE, Visit, accessibility_faults, overflow, visit
from tests.engines import save
from tests.factories import contract_365, metadata_for
from tests.fitted import metadata_of
from training.pages.model_quality import points_of, threshold_sentence
from training.pages.site import write_site

METADATA = metadata_of("HistGradientBoostingClassifier")
SITE = Path(__file__).parents[2] / "static_site"


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visit]:
    """A visit in which the browser must have nothing to complain of."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture
def page(visitor: Visit) -> Page:
    return visitor.open("model.html")


def test_the_threshold_moves_the_sentence_the_matrix_and_the_markers(page: Page) -> None:
    points = points_of(METADATA)
    slider = page.locator("#threshold-slider")
    expect(page.locator(".marker")).to_have_count(3)
    markers = places(page)
    slider.focus()
    page.keyboard.press("Home")
    for point in points:
        label = percent_text(point.threshold)
        expect(page.locator("#threshold-title")).to_have_text(f"At a threshold of {label}")
        expect(slider).to_have_attribute("aria-valuetext", label)
        # The page is made with these words, and the script goes on with the same ones.
        expect(page.locator("#threshold-sentence")).to_have_text(threshold_sentence(point, METADATA.contract.target))
        for name in ("tp", "fp", "fn", "tn"):
            expect(page.locator(f"#{name}")).to_have_text(f"{getattr(point, name):,}")
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    assert places(page) != markers
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#threshold-title")).to_have_text("At a threshold of 30%")
    assert places(page) == markers


def places(page: Page) -> list[list[float]]:
    """Return where the markers stand in their charts, wherever the page is scrolled to."""
    js = "markers => markers.map(({ cx, cy }) => [cx.baseVal.value, cy.baseVal.value])"
    found: list[list[float]] = page.locator(".marker").evaluate_all(js)
    return found


def test_markers_stand_on_their_curves(page: Page) -> None:
    tp, fp, fn, tn = 198, 127, 162, 3513
    recall = tp / (tp + fn)
    for chart, x, y in (
        ("precision-recall", recall, tp / (tp + fp)),
        ("roc", fp / (fp + tn), recall),
        ("gains", (tp + fp) / (tp + fp + fn + tn), recall),
    ):
        place = page.evaluate(
            """id => {
                const svg = document.querySelector(`#chart-${id} svg`);
                const marker = svg.querySelector(".marker");
                const lines = [...svg.querySelectorAll(".grid-line")];
                const at = (name, line) => Number(line.getAttribute(name));
                const [left, right] = [at("x1", lines[0]), at("x2", lines[0])];
                const [bottom, top] = [at("y1", lines[0]), at("y1", lines.at(-1))];
                const [x, y] = [marker.cx.baseVal.value, marker.cy.baseVal.value];
                return [(x - left) / (right - left), (bottom - y) / (bottom - top)];
            }""",
            chart,
        )
        assert place == pytest.approx([x, y], abs=0.002)


def test_the_best_threshold_has_the_highest_profit(page: Page) -> None:
    points = points_of(METADATA)
    cost, value = 2.0, 30.0
    profits = [1000 * (value * p.tp - cost * (p.tp + p.fp)) / METADATA.evaluation.n_rows for p in points]
    expect(page.locator("#threshold-best")).to_be_hidden()
    page.get_by_label("A contact costs").fill("2")
    page.get_by_label("A purchase brings").fill("30")
    start = min(points, key=lambda point: abs(point.threshold - METADATA.contract.threshold))
    words = "Profit of 1,000 customers like these: {:,.2f}"
    expect(page.locator("#profit-sentence")).to_have_text(words.format(profits[points.index(start)]))
    page.locator("#threshold-best").click()
    expect(page.locator("#profit-sentence")).to_have_text(words.format(max(profits)))
    best = points[profits.index(max(profits))]
    expect(page.locator("#threshold-title")).to_have_text(f"At a threshold of {percent_text(best.threshold)}")
    expect(page.locator("#profit svg").first).to_be_visible()


def test_charts_are_as_wide_as_their_place(page: Page) -> None:
    for width in (1280, 390, 768, 320, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        widths = page.evaluate(
            """async () => {
                await new Promise((resolve) => setTimeout(resolve, 100));  // for the observers of size
                return [...document.querySelectorAll(".chart")]
                    .map(({ firstChild, parentElement }) => firstChild.width.baseVal.value - parentElement.clientWidth);
            }"""
        )
        assert widths == [0, 0, 0, 0]
        assert overflow(page) == 0, width


def test_a_long_word_stays_whole_beside_its_bar_on_a_phone(page: Page) -> None:
    page.set_viewport_size(NARROW)
    long, short = (page.locator(".importance tbody th").nth(place) for place in (0, 1))
    long.evaluate("heading => { heading.textContent = 'Administrative'; }")
    short.evaluate("heading => { heading.textContent = 'A'; }")
    assert long.evaluate("heading => heading.offsetHeight") == short.evaluate("heading => heading.offsetHeight")
    assert overflow(page) == 0


@pytest.mark.firefox
def test_the_slider_is_dark_in_the_dark(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=WIDE) as visitor:
        page = visitor.open("model.html")
        page.get_by_role("button", name="Dark theme").click()
        page.locator("#threshold-slider").press("Home")
        picture = Image.open(io.BytesIO(page.locator("#threshold-slider").screenshot())).convert("RGB")
        assert max(picture.getpixel((picture.width - 20, picture.height // 2))) < 100


def test_numbers_are_there_without_scripts(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=NARROW, java_script_enabled=False) as visitor:
        page = visitor.open("model.html")
        expect(page.get_by_text("Ranks a buyer above a non-buyer")).to_be_visible()
        expect(page.locator("#threshold-sentence")).to_have_text(
            threshold_sentence(METADATA.evaluation.curve[1], METADATA.contract.target)
        )
        expect(page.locator("#threshold-slider")).to_be_hidden()
        page.get_by_text("Show the numbers").last.click()
        expect(page.get_by_role("cell", name="3,200")).to_be_visible()
        assert visitor.complaints == []


def test_the_description_can_be_downloaded(page: Page) -> None:
    file = save(page, page.get_by_role("link", name="Download as JSON").click)
    assert file.name == "model.json"
    assert json.loads(file.content)


@pytest.mark.firefox(only="narrow-light")
@LOOKS
def test_no_scene_breaks_a_rule_of_axe(browser: Browser, site: str, viewport: Any, scheme: Any) -> None:
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        page = visitor.open("model.html")
        expect(page.locator(".chart svg")).to_have_count(4)
        assert accessibility_faults(page) == []
        for summary in page.get_by_text("Show the numbers").all():
            summary.click()
        assert accessibility_faults(page) == []
        assert overflow(page) == 0
        assert visitor.complaints == []


def test_another_contract_gives_a_working_page(browser: Browser, site: str, tmp_path: Path) -> None:
    for name in ("model.html", "config.json"):
        (tmp_path / name).write_bytes((SITE / name).read_bytes())
    metadata = metadata_for(contract_365())
    write_site(Model(metadata, "5" * 64, session=None), tmp_path)
    with visit(browser, site) as visitor:
        visitor.page.route(f"{site}/model.html", lambda route: route.fulfill(path=tmp_path / "model.html"))
        page = visitor.open("model.html")
        expect(page.locator(".chart svg")).to_have_count(4)
        for feature in metadata.contract.features:
            expect(page.get_by_role("cell", name=feature.name, exact=True)).to_be_visible()
        expect(page.get_by_text("Logistic regression")).to_be_visible()
        assert visitor.complaints == []
