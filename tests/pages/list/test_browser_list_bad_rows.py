"""Rows that cannot be scored, in a real browser: shown, mended, downloaded."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.engines import sent_by
from tests.list_page import (
    BATCH,
    COLUMNS,
    HEADING,
    MARKUP,
    ROWS,
    download,
    score,
    to_csv,
    upload,
)


def faults_of(page: Page) -> list[list[str]]:
    """Return the lines of the table of bad rows: the line in the file, the column, the value, what is wrong."""
    script = """rows => rows.map(row => {
        const line = row.querySelector("th")?.textContent ?? "";
        const [column, value, fault] = row.querySelectorAll("td");
        return [line, column.textContent, value.querySelector("input")?.value ?? "", fault.textContent];
    })"""
    return list(page.locator("#bad-table tbody tr").evaluate_all(script))


def type_over(box: Locator, text: str, key: str) -> None:
    """Type in place of what a box holds, and press a key; over BiDi a filled box does not tell that it has changed."""
    box.press("ControlOrMeta+a")
    box.press_sequentially(text)
    box.press(key)


def test_rows_are_mended_where_they_stand_and_scored_beside_the_others(page: Page) -> None:
    bad = [["C-7", "x", "21", "n/a", "4", "6.5", *ROWS[0][6:]], ["C-8", "x", "many", *ROWS[1][3:]]]
    upload(page, to_csv([HEADING, *ROWS, *bad]))
    minutes, exams = page.get_by_label("Minutes watched, line 5"), page.get_by_label("Exams passed, line 5")
    type_over(minutes, "612.5", "Tab")
    expect(exams).to_be_focused()
    faults = [fault[3] for fault in faults_of(page)[:2]]
    assert faults == ["✓ Minutes watched mended", "Exams passed must be a whole number"]
    expect(page.locator("#check-ready")).to_have_text("3 of 5 rows are ready")
    type_over(exams, "-6", "Enter")
    expect(page.locator("#bad-table tbody").first).to_contain_text("Exams passed must be 0 or more")
    type_over(exams, "66", "Enter")
    expect(page.locator("#check-ready")).to_have_text("4 of 5 rows are ready")
    type_over(exams, "6", "Enter")  # thought better of
    expect(page.locator("#bad-title")).to_have_text("1 row cannot be scored")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value) == {"columns": {name: [*v, v[0]] for name, v in COLUMNS.items()}}
    expect(page.locator("#page-words")).to_have_text("1–4 of 4")
    page.get_by_role("button", name="Show columns and problems").click()
    type_over(page.get_by_label("Days on platform, line 6"), "300", "Enter")
    expect(page.locator("#bad-title")).to_have_text("Every row can be scored now")
    with page.expect_request(BATCH) as request:
        page.get_by_role("button", name="Score 1 more customer").click()
    assert sent_by(request.value) == {"columns": {name: [values[1]] for name, values in COLUMNS.items()}}
    expect(page.locator("#check-summary")).to_have_text("6 columns matched, every row is ready")
    expect(page.locator("#page-words")).to_have_text("1–5 of 5")
    _, out = download(page)
    chances = {row[7]: row[1] for row in out[1:]}
    assert chances["C-7"] == chances["C-1"]
    assert chances["C-8"] == chances["C-2"]
    assert [row[10] for row in out if row[7] == "C-7"] == ["612.5"]


@pytest.mark.firefox
def test_bad_rows_are_shown_with_their_lines_and_can_be_downloaded(page: Page) -> None:
    good = ROWS[0]
    bad = [
        ["two\nlines", "x", "-3", *good[3:]],
        ["=1+1", "x", "21", "n/a", *good[4:]],
        ["C-9", "x", "21", "1", "1.5", "0", "0", MARKUP],
        ["short", "x"],
        ["C-10", "x", "", *good[3:]],
        ["C-11", "x", "99999", *good[3:]],
    ]
    upload(page, to_csv([HEADING, good, *bad, good]))
    expect(page.locator("#bad-title")).to_have_text("6 rows cannot be scored")
    assert faults_of(page)[:5] == [
        ["3", "Days on platform", "-3", "Days on platform must be 0 or more"],
        ["5", "Minutes watched", "n/a", faults_of(page)[1][3]],
        ["6", "Courses started", "1.5", "Courses started must be a whole number"],
        ["", "Country", MARKUP, "Country is not in the list that the model knows"],
        ["7", "Row length", "", "The row has 2 cells, the heading has 8"],
    ]
    assert re.match(r"Minutes watched must be a number, like \d+: digits 0–9, no unit", faults_of(page)[1][3])
    page.get_by_role("button", name="Show 1 more").click()
    assert [fault[0] for fault in faults_of(page)] == ["3", "5", "6", "", "7", "8", "9"]
    expect(page.locator("#bad-filter option").first).to_have_text(re.compile(r"Any fault \(\d+\)"))
    page.get_by_label("Show rows with").select_option("Days on platform (3)")
    assert [fault[0] for fault in faults_of(page)] == ["3", "8", "9"]
    expect(page.locator("#bad-show")).to_be_hidden()
    expect(page.locator("#bad-note")).to_contain_text("Correct a value here")
    page.get_by_label("Show rows with").select_option("Row length (1)")
    expect(page.locator("#bad-note")).to_be_hidden()
    expect(page.locator("#score")).to_have_text("Score 2 customers")
    name, rows = download(page, "Download these rows")
    assert name == "customers-problems.csv"
    assert rows[0] == [*HEADING, "problem"]
    assert [row[0] for row in rows[1:]] == ["two\nlines", "'=1+1", "C-9", "short", "C-10", "C-11"]
    assert rows[3][-2:] == [
        MARKUP,
        "Courses started must be a whole number. Country is not in the list that the model knows",
    ]
    assert rows[4] == ["short", "x", *[""] * 6, "The row has 2 cells, the heading has 8"]
    assert page.locator("img").count() == 0
