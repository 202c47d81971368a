"""The ranked customers in a real browser: sorted, explained, downloaded."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import NARROW, overflow, visit
from tests.engines import save, show_as_paper
from tests.list_page import (
    BATCH,
    COLUMNS,
    CONTRACT,
    HEADING,
    NAMES,
    ROWS,
    Service,
    cut_at,
    download,
    many,
    score,
    scored,
    to_csv,
    upload,
)

BROKEN_WORDS = """cells => cells.flatMap(({ firstChild, textContent }) => [...textContent.matchAll(/\\S+/g)]
    .filter(({ 0: word, index }) => {
        const range = new Range();
        range.setStart(firstChild, index);
        range.setEnd(firstChild, index + word.length);
        return range.getClientRects().length > 1;
    })
    .map(([word]) => word))"""


def test_what_is_the_files_own_is_left_alone_by_a_browser_that_translates(page: Page) -> None:
    upload(page, to_csv([HEADING, *ROWS]))
    page.get_by_label("Customer id (optional)").select_option("email")
    score(page)
    page.get_by_text("Columns to show").click()
    page.get_by_label("customer_id").check()
    page.locator("#ranked-rows button").first.click()
    expect(page.locator("#explanation-title")).to_contain_text("example.com")
    leaves = r"""leaves => leaves
        .filter(leaf => leaf.children.length === 0 && /C-\d|@|_|customers.csv/.test(leaf.textContent))
        .map(leaf => [leaf.textContent, leaf.translate])"""
    own = dict(page.locator("main :not(.shown-columns label)").evaluate_all(leaves))
    assert {"C-1", "ann@example.com", "customers.csv", "minutes_watched"} <= own.keys()
    assert not any(own.values())


def test_bars_of_scores_begin_at_one_line(page: Page) -> None:
    results = [{"probability": chance} for chance in (0.02, 0.018, 0.995)]
    page.route(BATCH, lambda route: route.fulfill(json={"results": results, "model": {"version": "1", "hash": "a"}}))
    scored(page, to_csv([HEADING, *ROWS]))
    expect(page.locator("#ranked-rows .score")).to_have_text(["99.5%", "2%", "1.8%"])
    places = page.locator(".score-bar").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().left)")
    assert len(places) == 3
    assert len(set(places)) == 1


def test_the_table_is_sorted_paged_and_cut(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(60))  # chances from 0 to 0.0885
    cut_at(page, "6")
    expect(page.locator(".cut-row")).to_have_text("20 on the contact list, cut at 6%")
    ids = page.locator("#ranked-rows th")
    expect(ids.first).to_have_text("C-59")
    assert page.locator("[aria-sort]").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Score", exact=True).click()
    expect(ids.first).to_have_text("C-0")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(ids.first).to_have_text("C-59")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#page-words")).to_have_text("51–60 of 60")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    expect(page.get_by_role("button", name="Previous")).to_be_focused()
    page.get_by_role("button", name="Days on platform").click()
    expect(page.locator("[aria-sort]")).to_have_text(re.compile("Days on platform"))
    expect(page.locator("#page-words")).to_have_text("1–25 of 60")
    page.get_by_role("button", name="Customer", exact=True).click()
    expect(ids.first).to_have_text("C-0")
    page.get_by_role("button", name="Customer", exact=True).click()
    expect(page.locator("[aria-sort]")).to_have_attribute("aria-sort", "descending")
    expect(ids.first).to_have_text("C-9")
    expect(page.locator(".cut-row")).to_have_count(0)
    page.get_by_label("Only the contact list").check()
    expect(page.locator("#page-words")).to_have_text("1–20 of 20")


def test_columns_are_chosen_and_on_a_phone_the_reasons_are_in_sight(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=NARROW) as visitor:
        page = visitor.open("list.html")
        scored(page, to_csv([HEADING, *ROWS]))
        heads = page.locator("#ranked-head th")
        narrow = ["Customer", "Score", "Main reason for", "Main reason against"]
        assert [text.rstrip("↓↕") for text in heads.all_text_contents()] == narrow
        # On the narrowest only a long word is broken, rather than that the table moves.
        bar = page.evaluate("innerWidth - document.documentElement.clientWidth")  # of the browser, and none on a phone
        for width, long in ((320, {"completed:", "watched:"}), (NARROW["width"], set())):
            page.set_viewport_size(NARROW | {"width": width + bar})
            assert page.locator("#ranked .scroll").evaluate("area => area.scrollWidth - area.clientWidth") == 0
            assert set(page.locator("#ranked-rows .reason").evaluate_all(BROKEN_WORDS)) <= long
        page.get_by_text("Columns to show").click()
        page.get_by_label("email").check()
        # With more columns the table is moved sideways; no word is broken for them.
        widths = page.locator("#ranked-rows .reason").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
        assert min(widths) >= 69
        page.get_by_label("Main reason against", exact=True).uncheck()
        expect(page.locator("#ranked-rows")).to_contain_text(ROWS[0][1])
        page.get_by_role("button", name="email").click()
        expect(page.locator("#ranked-rows .customer")).to_have_text(["C-1", "C-2", "C-3"])
        download(page)
        page.reload()
        scored(page, to_csv([HEADING, *ROWS]))
        assert [text.rstrip("↓↕") for text in heads.all_text_contents()] == [*narrow[:-1], "email"]
        assert visitor.complaints == []


def test_a_customer_is_explained_in_a_dialog(page: Page) -> None:
    scored(page, to_csv([HEADING, *ROWS]))
    opener = page.get_by_role("button", name="C-2", exact=True)
    with page.expect_response("**/api/predict") as response:
        opener.click()
    answer = response.value.json()
    expect(page.locator("#explanation-rows tr")).to_have_count(len(NAMES))
    expect(page.locator("#explanation-title")).to_contain_text("C-2: ")
    expect(page.locator("#explanation-sentence")).to_contain_text(f"{answer['prediction']}. Below the average")
    shown = [float(text.replace("−", "-")) for text in page.locator("#explanation-rows .why-points").all_inner_texts()]
    assert abs(sum(shown) / 100 - (answer["probability"] - answer["base_value"])) < 0.001 * len(NAMES) / 2
    assert [abs(points) for points in shown] == sorted((abs(points) for points in shown), reverse=True)
    inputs = parse_qs(urlsplit(page.locator("#explanation-try").get_attribute("href") or "").fragment)
    assert inputs == {name: [str(values[1])] for name, values in COLUMNS.items()}
    page.keyboard.press("Escape")
    expect(page.locator("#explanation")).to_be_hidden()
    expect(opener).to_be_focused()


def test_customers_unlike_the_training_data_are_marked_counted_and_downloaded(page: Page) -> None:
    counts = CONTRACT.features[-1].seen.counts
    usual = max(counts, key=lambda code: counts[code])
    rows = [[*ROWS[2][:-1], usual], [*ROWS[1][:-1], usual]]
    rows[1][2:4] = ["20", "123456"]  # days, minutes
    scored(page, to_csv([HEADING, *rows]))
    expect(page.locator("#warned")).to_contain_text(
        "1 customer has a value rare in the training data, outside of it or not known."
    )
    expect(page.locator(".unseen")).to_have_count(1)
    expect(page.locator("#ranked-rows tr", has=page.locator(".unseen"))).to_contain_text("C-2")
    page.get_by_role("button", name="C-2", exact=True).click()
    expect(page.locator("#explanation-rows tr")).to_have_count(len(NAMES))
    words = page.locator("#explanation-warnings").inner_text()
    assert re.fullmatch("Minutes watched is outside the .* seen in training. Treat the score with care.", words)
    page.keyboard.press("Escape")
    _, out = download(page)
    assert {row[7]: row[5] for row in out[1:]} == {"C-2": words, "C-3": ""}


@pytest.mark.firefox
def test_the_download_has_everything_that_came_and_no_formula(page: Page) -> None:
    rows = [
        ["=1+1", '@a "quoted", cell', *ROWS[0][2:]],
        ["-5", "+44 20", *ROWS[1][2:]],
        ["two\nlines", "＝1", *ROWS[2][2:]],
    ]
    scored(page, to_csv([HEADING, *rows]))
    name, out = download(page)
    assert name == "customers-scored.csv"
    assert out[0] == ["rank", "score", "contact", "model_decision", "reasons", "warnings", "model_version", *HEADING]
    assert sorted(row[7:] for row in out[1:]) == sorted(
        [
            ["'=1+1", '\'@a "quoted", cell', *ROWS[0][2:]],
            ["-5", "+44 20", *ROWS[1][2:]],
            ["two\nlines", "'＝1", *ROWS[2][2:]],
        ]
    )
    assert [row[0] for row in out[1:]] == ["1", "2", "3"]
    scores = [float(row[1]) for row in out[1:]]
    assert scores == sorted(scores, reverse=True)
    for row, chance in zip(out[1:], scores, strict=True):
        assert row[2] == ("yes" if chance >= CONTRACT.threshold else "no")
        assert row[3] == CONTRACT.words(chance >= CONTRACT.threshold)
        assert re.search(r"[A-Z].*: .* \([+-]\d+\.\d points\)", row[4])
        assert row[6] == CONTRACT.version
    upload(page, to_csv(out))
    expect(page.locator("#check-ready")).to_have_text("3 of 3 rows are ready")
    score(page)
    expect(page.locator("#ranked")).to_be_visible()
    _, again = download(page)
    assert again[0][:8] == [*(f"{name}_2" for name in out[0][:7]), "rank"]
    assert [row[1] for row in again[1:]] == [row[1] for row in out[1:]]


def test_only_the_contact_list_in_the_dialect_of_the_file(page: Page) -> None:
    page.route(BATCH, Service())
    rows = [[cell.replace(".", ",") for cell in row] for row in ROWS]
    scored(page, to_csv([HEADING, *rows], ";"))
    page.get_by_label("Only the contact list").check()
    file = save(page, page.get_by_role("button", name="Download CSV").click)
    assert file.name == "customers-contact-list.csv"
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("1;0,6125;yes;Will Purchase;")
    assert lines[1].endswith(";".join(rows[0]))


def test_leaving_with_scores_that_are_not_downloaded_is_asked_about(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    scored(page, to_csv([HEADING, *ROWS]))
    with page.expect_event("dialog") as replacing:
        upload(page, many(5))
    assert replacing.value.type == "confirm"
    page.get_by_role("button", name="Show columns and problems").click()
    chosen = page.get_by_label("Customer id (optional)").input_value()
    with page.expect_event("dialog") as choosing:
        page.get_by_label("Customer id (optional)").select_option("email")
    assert choosing.value.type == "confirm"
    expect(page.get_by_label("Customer id (optional)")).to_have_value(chosen)
    expect(page.locator("#ranked")).to_be_visible()
    with page.expect_event("dialog") as leaving:
        page.close(run_before_unload=True)
    assert leaving.value.type == "beforeunload"
    expect(page.locator("#scoring-count")).to_have_text("3 of 3 scored")
    download(page)
    upload(page, many(5))
    expect(page.locator("#check-ready")).to_have_text("5 of 5 rows are ready")


def test_paper_gets_every_column_and_nothing_to_press(page: Page) -> None:
    scored(page, many(30))
    page.set_viewport_size({"width": 1000, "height": 700})  # a sheet of A4 on its side
    show_as_paper(page)
    expect(page.locator("#ranked .check, #ranked details").locator("visible=true")).to_have_count(0)
    for hidden in ("#choose", ".sort-mark", "#cut-slider", ".switch", ".paging"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert overflow(page) == 0
    assert page.locator("#ranked .scroll").evaluate("area => area.scrollWidth - area.clientWidth") == 0
