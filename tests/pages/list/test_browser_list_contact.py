"""Who is contacted, in a real browser: the cut, and what it costs and brings."""

import re

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser import NARROW
from tests.fitted import metadata_of
from tests.list_page import (
    BATCH,
    HEADING,
    ROWS,
    Service,
    cut_at,
    download,
    many,
    scored,
    to_csv,
)


def tile(page: Page, place: int) -> str:
    return page.locator(".tile-value").nth(place).inner_text()


def test_the_list_is_cut_by_score_or_by_size_and_both_agree(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(400))  # chances from 0 to 0.5985
    expect(page.locator(".tile-value").first).to_have_text("199")  # at the model's threshold
    cut_at(page, "45")
    expect(page.locator(".tile-value").first).to_have_text("100")
    page.get_by_label("By list size").check()
    expect(page.locator("#cut-box")).to_have_value("100")
    expect(page.locator(".tile-value").first).to_have_text("100")
    expect(page.locator("#cut-note")).to_have_text("The last one scores 45%.")
    cut_at(page, "50")
    expect(page.locator(".tile-value").first).to_have_text("50")
    page.get_by_role("radio", name="By score").check()
    expect(page.locator("#cut-box")).to_have_value("52.5")
    expect(page.locator(".tile-value").first).to_have_text("50")
    chances = [n * 1.5 / 1000 for n in range(400)]
    assert tile(page, 1) == f"{sum(chances[350:]):.1f}"
    assert tile(page, 2) == f"{sum(chances[350:]) / 50:.0%}"
    assert tile(page, 3) == f"{sum(chances[350:]) / sum(chances):.0%}"
    assert tile(page, 4) == f"{sum(chances[350:]) / 50 / (sum(chances) / 400):.1f}×"
    held = min(metadata_of("HistGradientBoostingClassifier").evaluation.curve, key=lambda p: abs(p.threshold - 0.525))
    expect(page.locator(".tile-note").nth(2)).to_have_text(f"In tests: {held.tp / (held.tp + held.fp):.0%}")
    expect(page.locator(".tile-note").nth(3)).to_have_text(f"In tests: {held.tp / (held.tp + held.fn):.0%}")


def test_profit_is_what_numpy_makes_of_the_same_file(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(400))
    cost, value = 1.25, 20.5
    page.get_by_label("A contact costs").fill("1,25")
    page.get_by_label("A purchase brings").fill("20.50")
    chances = np.sort([n * 1.5 / 1000 for n in range(400)])[::-1]
    words = f"Use the best cut (6.1%, {np.sum(chances >= cost / value)} customers)"
    expect(page.locator("#cut-best")).to_have_text(words)
    profits = np.concatenate([[0.0], value * np.cumsum(chances) - cost * np.arange(1, 401)])
    profit = page.locator(".tile", has_text="Expected profit")
    page.get_by_label("By list size").check()
    for size in (0, 1, 137, 400):
        cut_at(page, str(size))
        expect(profit.locator(".tile-value")).to_have_text(f"{profits[size]:,.2f}".replace("-", "−"))
        bought = value * chances[:size].sum()
        expect(profit.locator(".tile-note")).to_have_text(f"Brings {bought:,.2f}, costs {cost * size:,.2f}")
    page.locator("#cut-best").click()
    expect(page.locator("#cut-box")).to_have_value(str(profits.argmax()))
    expect(profit.locator(".tile-value")).to_have_text(f"{profits.max():,.2f}")
    _, out = download(page)
    assert [row[2] for row in out[1:]].count("yes") == profits.argmax()


def test_where_no_contact_pays_the_best_cut_is_to_contact_nobody(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(40))
    page.get_by_label("A contact costs").fill("5")
    page.get_by_label("A purchase brings").fill("3")
    page.get_by_role("button", name="Use the best cut (contact nobody)").click()
    expect(page.locator(".tile-value").first).to_have_text("0")
    expect(page.locator(".tile-value").last).to_have_text("0.00")


def test_an_amount_stands_in_one_line_on_a_phone_and_a_huge_one_is_not_cut_off(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.route(BATCH, Service())
    scored(page, many(400))
    page.get_by_label("A contact costs").fill("2.50")
    amounts, heights = page.locator(".tile-value"), []
    for value in ("60", "7000", "99999999999999"):
        page.get_by_label("A purchase brings").fill(value)
        expect(page.locator("#profit")).to_be_visible()
        expect(amounts.last).to_have_text(re.compile(rf"[\d,]{{{len(value) + 3},}}\.\d\d"))
        heights.append(amounts.last.evaluate("value => value.getClientRects()[0].height"))
        wide = "tiles => tiles.filter(tile => tile.scrollWidth > tile.clientWidth).length"
        assert page.locator(".tile").evaluate_all(wide) == 0
    assert heights[0] == heights[1] < heights[2]


def test_a_list_reaches_a_share_of_the_expected_buyers(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(400))
    chances = np.cumsum(np.sort([n * 1.5 / 1000 for n in range(400)])[::-1])
    page.get_by_label("By buyers").check()
    for percent in (80, 12.5, 0):
        cut_at(page, str(percent))
        size = int(np.searchsorted(np.concatenate([[0.0], chances]), percent / 100 * chances[-1]))
        expect(page.locator(".tile-value").first).to_have_text(str(size))


def test_amounts_are_kept_in_this_browser_and_checked(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(40))
    expect(page.locator("#profit")).to_be_hidden()
    cost, value = page.get_by_label("A contact costs"), page.get_by_label("A purchase brings")
    for wrong in ("-1", "lots", "1,500"):
        cost.fill(wrong)
        expect(cost).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#money-note")).to_contain_text("Enter amounts of 0 or more, such as 2.50, and")
    cost.fill("2")
    value.fill("30")
    expect(page.locator("#profit")).to_be_visible()
    download(page)  # nothing to lose
    page.goto(page.url.replace("list.html", "model.html"))
    expect(page.get_by_label("A contact costs")).to_have_value("2")
    expect(page.get_by_label("A purchase brings")).to_have_value("30")


def test_a_cut_inside_of_a_tie_keeps_the_size_and_says_so(page: Page) -> None:
    results = [{"probability": 0.4}] * 5
    page.route(BATCH, lambda route: route.fulfill(json={"results": results, "model": {"version": "1", "hash": "a"}}))
    scored(page, to_csv([HEADING, *[ROWS[0]] * 5]))
    page.get_by_label("By list size").check()
    cut_at(page, "2")
    expect(page.locator("#cut-note")).to_have_text("The last one scores 40%. 3 more customers have the same score.")
    expect(page.locator('#ranked-rows [data-contact="true"]')).to_have_count(2)


def test_the_slider_the_box_and_the_model_threshold_go_together(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(400))
    slider = page.locator("#cut-slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#cut-box")).to_have_value("31")
    expect(slider).to_have_attribute("aria-valuetext", "31%")
    page.keyboard.press("End")
    expect(page.locator(".tile-value").first).to_have_text("0")
    expect(page.locator(".tile-value").nth(2)).to_have_text("–")
    page.get_by_role("button", name="Use the model threshold (30%)").click()
    expect(page.locator("#cut-box")).to_have_value("30")
    for wrong in ("lots", "101", "-1", ""):
        cut_at(page, wrong)
        expect(page.locator("#cut-box")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#cut-note")).to_have_text("Enter a percentage from 0 to 100")
        expect(page.locator(".tile-value").first).to_have_text("199")
    page.locator("#cut-slider").focus()
    expect(page.locator("#cut-box")).to_have_value("30")
