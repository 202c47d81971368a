"""The pages of a model of many inputs, of which nobody could act on one."""

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility_faults, overflow, running_site, visit
from tests.wide import wide_customers, wide_file
from training.export.background import to_rows

N = 20


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    background = tuple(to_rows(wide_customers(N)[0].iloc[100:116]))
    with running_site(wide_file(N, background), tmp_path_factory.mktemp("wide")) as site:
        yield site


@pytest.fixture
def wide(browser, address):
    with visit(browser, address, viewport={"width": 390, "height": 900}) as opened:
        yield opened.open()
        assert opened.complaints == []


def test_strongest_inputs_come_first_and_the_others_fold(wide):
    groups = wide.locator("#customer-form > details")
    expect(groups.locator("summary")).to_have_text(["Strongest inputs 8", "Other inputs 12"])
    assert groups.evaluate_all("all => all.map((one) => one.open)") == [True, False]
    expect(wide.locator(".field-label").first).to_have_text("Plan")
    assert overflow(wide) == 0
    assert accessibility_faults(wide) == []


def test_input_is_found_by_a_part_of_its_name(wide):
    wide.get_by_label("Find an input").fill("x15")
    expect(wide.locator(".field:visible .field-label")).to_have_text(["X15"])
    wide.get_by_label("Find an input").fill("nothing like it")
    expect(wide.get_by_text("No input has this in its name.")).to_be_visible()
    wide.get_by_label("Find an input").fill("")
    expect(wide.locator(".field:visible")).to_have_count(8)


def test_what_is_wrong_is_seen_in_a_folded_group(wide):
    wide.get_by_role("button", name="Predict").click()
    wide.locator("#summary-list a").last.click()
    expect(wide.locator(".field-label", has_text="X18")).to_be_visible()
    expect(wide.locator(".field", has_text="X18").locator(".control")).to_be_focused()


def test_weaker_inputs_are_one_line_of_the_reasons_and_there_is_no_card_of_changes(wide):
    with wide.expect_response("**/predict?include=none,curves,changes") as answer:
        wide.get_by_role("button", name="First").click()
    assert "could act on" in answer.value.json()["changes_note"]
    rows = wide.locator("#why-rows th")
    expect(rows).to_have_count(9)
    expect(rows.last).to_have_text("12 others together")
    expect(wide.locator("#changes")).to_be_hidden()
    expect(wide.locator("#recent th[data-input]")).to_have_count(8)
    expect(wide.locator("#recent-rows tr:first-child > *")).to_have_count(12)
    assert overflow(wide) == 0
    assert accessibility_faults(wide) == []


def test_recent_predictions_of_many_inputs_are_seen_whole_on_a_wide_screen(wide):
    wide.set_viewport_size({"width": 1280, "height": 900})
    wide.get_by_role("button", name="First").click()
    expect(wide.locator("#recent")).to_be_visible()
    headings = wide.locator("#recent th[data-input]")
    headings.evaluate_all("all => all.forEach((one) => { one.textContent = 'Number of visits so far'; })")
    assert wide.locator("#recent .scroll").evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_list_folds_the_columns_it_found_and_shows_the_strongest(wide, tmp_path):
    X, _ = wide_customers(N)
    X.head(30).rename(columns={"x3": "third"}).to_csv(tmp_path / "list.csv", index=False)
    page = wide
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(page.url + "list.html")
    page.locator("input[type=file]").set_input_files(tmp_path / "list.csv")
    expect(page.get_by_text("19 columns found")).to_be_visible()
    expect(page.locator("#columns > .column-line .column-label")).to_have_text(
        ["X3", "Customer id (optional)", "Known outcome (optional)"]
    )
    page.get_by_label("X3", exact=True).select_option("third")
    page.get_by_role("button", name="Score 30 customers").click()
    expect(page.locator("#ranked-head th")).to_have_count(5 + 8, timeout=20_000)
    page.locator("#ranked-rows .customer").first.click()
    expect(page.locator("#explanation-rows th").last).to_have_text("12 others together")
    assert overflow(page) == 0
