"""From a file to a list whose columns are checked, in a real browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import accessibility_faults
from tests.engines import body_of, sent_by
from tests.list_page import (
    BATCH,
    COLUMNS,
    CONTRACT,
    HEADING,
    MARKUP,
    NAMES,
    ROWS,
    download,
    score,
    scored,
    to_csv,
    upload,
)


def test_sample_data_goes_all_the_way(page: Page) -> None:
    page.get_by_role("button", name="Use sample data").click()
    expect(page.locator("#check-ready")).to_have_text("600 of 600 rows are ready")
    expect(page.locator("#check-title")).to_be_focused()
    score(page)
    expect(page.locator("#scoring-words")).to_have_text("Scored")
    expect(page.locator("#scoring-count")).to_have_text("600 of 600 scored")
    expect(page.locator("#check-summary")).to_have_text("6 columns matched, every row is ready")
    expect(page.locator("#contact-title")).to_be_focused()
    expect(page.locator("#ranked-rows tr[data-contact]")).to_have_count(25)
    expect(page.locator("#page-words")).to_have_text("1–25 of 600")
    expect(page.locator("#announcer")).to_contain_text("on the contact list")
    expect(page.locator(".tile")).to_have_count(5)


def test_the_template_is_a_file_that_can_be_scored(page: Page) -> None:
    _, rows = download(page, "Download a template")
    assert rows[0] == ["customer_id", *NAMES]
    assert len(rows) == 1 + len(CONTRACT.examples)
    upload(page, to_csv(rows))
    expect(page.locator("#check-ready")).to_have_text("4 of 4 rows are ready")


def test_a_file_is_read_however_it_is_written_and_only_inputs_are_sent(page: Page) -> None:
    # A list that is scored is given up for the next one.
    page.on("dialog", lambda dialog: dialog.accept())
    decimal_commas = ([cell.replace(".", ",") for cell in row] for row in ROWS)
    for name, words, content in (
        ("plain", "comma", to_csv([HEADING, *ROWS])),
        ("crlf", "comma", to_csv([HEADING, *ROWS], end="\r\n")),
        ("cr", "comma", to_csv([HEADING, *ROWS], end="\r")),
        ("bom", "comma", "\ufeff" + to_csv([HEADING, *ROWS])),
        ("semicolons", "semicolon", to_csv([HEADING, *decimal_commas], ";")),
        ("tabs", "tab", to_csv([HEADING, *ROWS], "\t")),
        (
            "quoted newline",
            "comma",
            to_csv([HEADING, *ROWS]).replace("ann@example.com", '"Ann;\t""A"", of\nline two"'),
        ),
        ("bars", "vertical bar", to_csv([HEADING, *ROWS], "|")),
        ("for Excel", "semicolon", "sep=;\n" + to_csv([HEADING, *ROWS], ";")),
        ("blank rows", "comma", to_csv([HEADING, *ROWS[:2], [""] * 8, ROWS[2]]) + "\x1a"),
        ("other heading", "comma", to_csv([[name.upper().replace("_", " ") for name in HEADING], *ROWS])),
        ("odd heading", "comma", to_csv([['a;"b\n', *NAMES], *([row[0], *row[2:]] for row in ROWS)])),
        (
            "aliases",
            "comma",
            to_csv([[(*f.aliases, f.label)[0] for f in CONTRACT.features], *(row[2:] for row in ROWS)]),
        ),
    ):
        upload(page, content, f"{name}.csv")
        expect(page.locator("#file-name")).to_have_text(f"{name}.csv")
        expect(page.locator("#file-facts"), name).to_contain_text(f"{words} separated")
        expect(page.locator("#check-ready"), name).to_have_text("3 of 3 rows are ready")
        with page.expect_request(BATCH) as request:
            score(page)
        assert sent_by(request.value) == {"columns": COLUMNS}, name
        expect(page.locator("#scoring-count"), name).to_have_text("3 of 3 scored")


def test_nothing_but_the_inputs_leaves_the_browser(page: Page) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    scored(page, to_csv([HEADING, *ROWS]))
    page.get_by_role("button", name="C-1", exact=True).click()
    expect(page.locator("#explanation-table")).to_be_visible()
    everything = " ".join(f"{request.url} {body_of(request)}" for request in sent)
    assert "C-1" not in everything
    assert "example.com" not in everything
    assert {urlsplit(request.url).netloc for request in sent if request.url.startswith("http")} == {
        urlsplit(page.url).netloc
    }


def test_countries_are_known_by_code_name_and_other_name(page: Page) -> None:
    rows = [[*ROWS[0][:-1], text] for text in ("gb", "United Kingdom", "uk", "Cote d’ivoire", "NA")]
    upload(page, to_csv([HEADING, *rows]))
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value)["columns"][NAMES[5]] == ["GB", "GB", "GB", "CI", "NA"]


def test_a_file_that_cannot_be_taken_says_why(page: Page) -> None:
    problem = page.locator("#choose-problem")
    for content, words in (
        ("", "The file is empty."),
        ("\n\n  \n", "The file is empty."),
        (to_csv([HEADING]), "There is a heading and no row below it."),
        (to_csv([HEADING]) + "x,1,2,1,0,1,2,US\n" * 100_001, "The file has more than 100,000 customers."),
        (to_csv([HEADING]) + '"x,1,2,1', "The row that starts on line 2 cannot be read: a quotation mark is astray."),
        (b"PK\x03\x04rest", "This is an Excel workbook or a zip archive, not a CSV file in UTF-8."),
        (to_csv(ROWS), "The first line must name the columns."),
        (to_csv([HEADING, *ROWS]).encode("utf-16-le"), "Line 1 holds a NUL, as UTF-16 and binary data do."),
        (to_csv([HEADING, *ROWS]).encode("utf-16"), "This is UTF-16 or UTF-32, not a CSV file in UTF-8."),
        (to_csv([HEADING, *ROWS, ["Zoë"]]).encode("cp1252"), "Line 5 is not UTF-8; it may be Latin-1 or Windows-1252."),
    ):
        upload(page, content)
        expect(problem).to_contain_text(words)
        expect(page.locator("#check"), words).to_be_hidden()
        upload(page, to_csv([HEADING, *ROWS]))
        expect(problem, words).to_be_hidden()
        expect(page.locator("#check-ready"), words).to_have_text("3 of 3 rows are ready")


def test_a_file_that_cannot_be_taken_breaks_no_rule_of_axe(page: Page) -> None:
    upload(page, "")
    expect(page.locator("#choose-problem")).to_be_visible()
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("act", ["file", "sample", "template"])
def test_a_part_of_the_page_that_cannot_be_had_is_said(troubled: Page, act: str) -> None:
    expect(troubled.locator("#status")).to_have_text("Model ready")
    troubled.context.set_offline(True)
    if act == "file":
        upload(troubled, to_csv([HEADING, *ROWS]))
    else:
        troubled.locator(f"#{act}").click()
    expect(troubled.locator("#choose-problem")).to_have_text(
        "A part of this page could not be loaded. Check the connection, and load the page again."
    )


def test_a_file_can_be_dropped(page: Page) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.csv"));
            document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }""",
        to_csv([HEADING, *ROWS]),
    )
    expect(page.locator("#file-name")).to_have_text("dropped.csv")
    expect(page.locator("#check-ready")).to_have_text("3 of 3 rows are ready")


def test_a_missing_column_is_chosen_by_hand(page: Page) -> None:
    upload(page, to_csv([["who", "mail", "signed up", *NAMES[1:]], *ROWS]))
    expect(page.locator("#check-missing")).to_have_text("Choose a column for Days on platform.")
    expect(page.locator("#score")).to_be_hidden()
    page.get_by_label("Days on platform").select_option("signed up")
    expect(page.locator(".column-line").first).to_contain_text("21, 300, 2")
    expect(page.locator(".column-line").first).to_contain_text("✓ Chosen")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value)["columns"] == COLUMNS
    expect(page.locator("#ranked-rows th").first).to_contain_text("Line ")


def test_a_choice_of_columns_holds_for_the_next_file_with_the_same_heading(page: Page) -> None:
    heading = ["who", "mail", "signed up", *NAMES[1:-1], "where"]
    upload(page, to_csv([heading, *ROWS]))
    expect(page.locator("#check-missing")).to_have_text("Choose a column for Days on platform and Country.")
    page.get_by_label("Days on platform").select_option("signed up")
    assert "No column" not in page.get_by_label("Days on platform").inner_text()
    page.get_by_label("Country").select_option("No column")
    expect(page.locator(".column-line", has_text="Country")).to_contain_text("✓ Left out")
    page.get_by_label("Customer id (optional)").select_option("who")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value) == {"columns": COLUMNS | {NAMES[-1]: [""] * 3}}
    expect(page.locator("#check-summary")).to_have_text("5 columns matched, every row is ready")
    download(page)
    page.reload()
    upload(page, to_csv([heading, ROWS[0]]))
    expect(page.locator("#check-ready")).to_have_text("1 of 1 row is ready")
    expect(page.locator(".column-line").first).to_contain_text("✓ As last time")
    expect(page.locator(".column-line", has_text="Country")).to_contain_text("✓ Left out")
    expect(page.get_by_label("Customer id (optional)")).to_have_value("0")
    upload(page, to_csv([["other", *heading[1:]], ROWS[0]]))
    expect(page.locator("#check-missing")).to_have_text("Choose a column for Days on platform and Country.")
    assert "C-1" not in page.evaluate("JSON.stringify({ ...localStorage })")


def test_two_columns_for_one_input_are_not_guessed_at(page: Page) -> None:
    upload(page, to_csv([[*HEADING, "days on platform"], *([*row, "7"] for row in ROWS)]))
    expect(page.locator(".column-line").first).to_contain_text("Two columns fit")
    expect(page.locator("#score")).to_be_hidden()
    page.get_by_label("Days on platform").select_option("days on platform")
    expect(page.locator("#score")).to_be_visible()
    page.get_by_label("Minutes watched").select_option("days on platform")
    expect(page.get_by_text("Chosen twice")).to_have_count(2)
    expect(page.locator("#score")).to_be_hidden()


def test_thousands_or_decimals_is_asked_not_guessed(page: Page) -> None:
    minutes = NAMES.index("minutes_watched")
    rows = [[*row[: minutes + 2], "1.125", *row[minutes + 3 :]] for row in ROWS]
    upload(page, to_csv([HEADING, *rows], ";"))
    expect(page.locator("#check-missing")).to_contain_text("three decimals or are thousands: Minutes watched.")
    expect(page.locator("#check-missing")).to_contain_text("a fourth decimal, like 1.2340")
    expect(page.locator("#score")).to_be_hidden()
    told = [[*row] for row in rows]
    told[0][minutes + 2] = "12,5"
    upload(page, to_csv([HEADING, *told], ";"))
    expect(page.locator("#check-missing")).to_be_hidden()
    expect(page.locator("#score")).to_be_visible()
    # The first that tells may be the last of many.
    plain = [[*row[: minutes + 2], "7", *row[minutes + 3 :]] for row in ROWS]
    telling = [*ROWS[0][: minutes + 2], "0.5", *ROWS[0][minutes + 3 :]]
    upload(page, to_csv([HEADING, *rows, *plain * 2_000, telling], ";"))
    expect(page.locator("#check-ready")).to_have_text("6,004 of 6,004 rows are ready")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value)["columns"]["minutes_watched"][:4] == [1.125, 1.125, 1.125, 7]


@pytest.mark.firefox
def test_markup_in_a_cell_is_text(page: Page) -> None:
    upload(page, to_csv([[MARKUP, *HEADING[1:]], [MARKUP, *ROWS[0][1:]]]), f"{MARKUP}.csv".replace("/", ""))
    page.get_by_label("Customer id (optional)").select_option(MARKUP)
    score(page)
    page.get_by_role("button", name=MARKUP).click()
    expect(page.locator("#explanation-title")).to_contain_text(MARKUP)
    expect(page.locator("#file-name")).to_contain_text("<img")
    assert page.locator("img").count() == 0
