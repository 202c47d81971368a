"""The list in a real browser, before the real service; only its failures are made up."""

import csv
import gzip
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Response, Route, expect

from predict.answers import describe
from predict.contract import Contract
from predict.model import Model
from tests.browser import Visit, accessibility_faults, overflow, running_site, visit
from tests.engines import body_of, save, sent_by
from tests.factories import contract_365, metadata_for
from tests.fitted import metadata_of, model_file
from training.site import write_site

CONTRACT: Contract = metadata_of("HistGradientBoostingClassifier").contract
NAMES = [feature.name for feature in CONTRACT.features]
HEADING = ["customer_id", "email", *NAMES]
ROWS = [
    ["C-1", "ann@example.com", "21", "612.5", "4", "6", "420", "US"],
    ["C-2", "bob@example.com", "300", "40", "2", "0", "5", "GB"],
    ["C-3", "cem@example.com", "2", "14.25", "1", "0", "1", ""],
]
COLUMNS: dict[str, list[float | str]] = {
    NAMES[0]: [21, 300, 2],
    NAMES[1]: [612.5, 40, 14.25],
    NAMES[2]: [4, 2, 1],
    NAMES[3]: [6, 0, 0],
    NAMES[4]: [420, 5, 1],
    NAMES[5]: ["US", "GB", ""],
}
MARKUP = "<img src=x onerror=alert(1)>"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
BATCH = "**/api/predict/batch*"
KEY = "open-sesame"


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visit]:
    """A visit in which the browser must have nothing to complain of."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture
def page(visitor: Visit) -> Page:
    return visitor.open("list.html")


@pytest.fixture
def troubled(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose service may fail: the browser logs every failed request as an error."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened.open("list.html")
        assert [text for text in opened.complaints if "Failed to load resource" not in text] == []


def to_csv(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def upload(page: Page, content: str | bytes, name: str = "customers.csv") -> None:
    data = content.encode() if isinstance(content, str) else content
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def many(count: int) -> str:
    """Return a list in which every customer has another number of minutes, and so mostly another score."""
    rows = [[f"C-{n}", "x", str(n % 300), str(n * 1.5), "2", str(n % 4), str(n % 90), "US"] for n in range(count)]
    return to_csv([HEADING, *rows])


def score(page: Page) -> None:
    page.locator("#score").click()


def scored(page: Page, content: str | bytes) -> None:
    upload(page, content)
    score(page)
    expect(page.locator("#ranked")).to_be_visible()


def download(page: Page, button: str = "Download CSV") -> tuple[str, list[list[str]]]:
    """Return the name of the file that a button saves, and its rows."""
    file = save(page, page.get_by_role("button", name=button, exact=True).click)
    text = file.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return file.name, list(csv.reader(io.StringIO(text[1:], newline="")))


@dataclass
class Service:
    """Answers batches without a model: the chance is a thousandth of the minutes watched."""

    fails_from: int | None = None
    slow_from: int | None = None
    new_from: int | None = None
    status: int = 500
    headers: dict[str, str] = field(default_factory=lambda: {"X-Request-Id": "7f3a"})
    asked: list[list[float]] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        minutes = sent_by(route.request)["columns"][NAMES[1]]
        self.asked.append(minutes)
        if self._is_past(self.slow_from):
            time.sleep(0.5)
        if self._is_past(self.fails_from):
            route.fulfill(status=self.status, body="{}", headers=self.headers)
        else:
            results = [{"probability": number / 1000} for number in minutes]
            route.fulfill(
                json={
                    "results": results,
                    "model": {"version": "1", "hash": "b" if self._is_past(self.new_from) else "a"},
                }
            )

    def _is_past(self, first: int | None) -> bool:
        return first is not None and len(self.asked) > first


# From a file to a list


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (to_csv([HEADING, *ROWS]), "comma"),
        (to_csv([HEADING, *ROWS], end="\r\n"), "comma"),
        (to_csv([HEADING, *ROWS], end="\r"), "comma"),
        ("\ufeff" + to_csv([HEADING, *ROWS]), "comma"),
        (to_csv([HEADING, *([cell.replace(".", ",") for cell in row] for row in ROWS)], ";"), "semicolon"),
        (to_csv([HEADING, *ROWS], "\t"), "tab"),
        (to_csv([HEADING, *ROWS]).replace("ann@example.com", '"Ann;\t""A"", of\nline two"'), "comma"),
        ("\ufeff".encode("utf-16-le") + to_csv([HEADING, *ROWS]).encode("utf-16-le"), "comma"),
        (to_csv([['a;"b\n', *NAMES], *([row[0], *row[2:]] for row in ROWS)]), "comma"),
        (to_csv([[(*f.aliases, f.label)[0] for f in CONTRACT.features], *(row[2:] for row in ROWS)]), "comma"),
    ],
    ids=["comma", "crlf", "cr", "bom", "semicolon", "tab", "quoted newline", "utf-16", "odd heading", "aliases"],
)
def test_a_file_is_read_however_it_is_written_and_only_inputs_are_sent(
    page: Page, content: str | bytes, words: str
) -> None:
    upload(page, content)
    expect(page.locator("#file-facts")).to_contain_text(f"{words} separated")
    expect(page.locator("#check-ready")).to_have_text("3 of 3 rows are ready")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value) == {"columns": COLUMNS}
    expect(page.locator("#scoring-count")).to_have_text("3 of 3 scored")


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


def test_countries_are_known_by_code_name_and_synonym(page: Page) -> None:
    rows = [[*ROWS[0][:-1], text] for text in ("gb", "United Kingdom", "uk", "Cote d’ivoire", "NA")]
    upload(page, to_csv([HEADING, *rows]))
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value)["columns"][NAMES[5]] == ["GB", "GB", "GB", "CI", "NA"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty."),
        ("\n\n  \n", "The file is empty."),
        (to_csv([HEADING]), "There is a heading and no row below it."),
        (to_csv([HEADING]) + "x,1,2,1,0,1,2,US\n" * 100_001, "The file has more than 100,000 customers."),
        (to_csv([HEADING]) + '"x,1,2,1', "The row that starts on line 2 cannot be read: a quotation mark is astray."),
        (b"PK\x03\x04rest", "This is an Excel workbook or a zip archive, not a CSV file."),
    ],
    ids=["empty", "blank", "heading only", "over the limit", "astray", "workbook"],
)
def test_a_file_that_cannot_be_taken_says_why(page: Page, content: str | bytes, words: str) -> None:
    upload(page, content)
    expect(page.locator("#choose-problem")).to_contain_text(words)
    expect(page.locator("#check")).to_be_hidden()
    assert accessibility_faults(page) == []
    upload(page, to_csv([HEADING, *ROWS]))
    expect(page.locator("#choose-problem")).to_be_hidden()
    expect(page.locator("#check-ready")).to_have_text("3 of 3 rows are ready")


def test_a_file_that_is_not_utf_8_is_read_and_says_so(page: Page) -> None:
    upload(page, to_csv([HEADING, ["Zoë", *ROWS[0][1:]]]).encode("cp1252"))
    expect(page.locator("#file-facts")).to_contain_text("not UTF-8, read as Windows-1252")
    score(page)
    expect(page.get_by_role("button", name="Zoë")).to_be_visible()


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


# The columns and the rows


def test_a_missing_column_is_chosen_by_hand(page: Page) -> None:
    upload(page, to_csv([["who", "mail", "signed up", *NAMES[1:]], *ROWS]))
    expect(page.locator("#check-missing")).to_have_text("Still to choose, each once: days on platform.")
    expect(page.locator("#score")).to_be_hidden()
    page.get_by_label("Days on platform").select_option("signed up")
    expect(page.locator(".column-line").first).to_contain_text("21, 300, 2")
    expect(page.locator(".column-line").first).to_contain_text("✓ Chosen")
    with page.expect_request(BATCH) as request:
        score(page)
    assert sent_by(request.value)["columns"] == COLUMNS
    expect(page.locator("#ranked-rows th").first).to_contain_text("Line ")


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
    expect(page.locator("#check-missing")).to_contain_text("Write decimals with a comma")
    expect(page.locator("#score")).to_be_hidden()
    rows[0][minutes + 2] = "12,5"
    upload(page, to_csv([HEADING, *rows], ";"))
    expect(page.locator("#check-missing")).to_be_hidden()
    expect(page.locator("#score")).to_be_visible()


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
    shown = [row.split("\t") for row in page.locator("#bad-rows tr").all_inner_texts()]
    assert shown == [
        ["3", "Days on platform", "-3", "Days on platform must be 0 or more"],
        ["5", "Minutes watched", "n/a", shown[1][3]],
        ["6", "Courses started", "1.5", "Courses started must be a whole number"],
        ["7", "", "", "The row has 2 cells, the heading has 8"],
        ["8", "Days on platform", "", "Days on platform is missing"],
    ]
    assert re.fullmatch(r"Minutes watched must be a number, like \d+", shown[1][3])
    expect(page.locator("#bad-more")).to_have_text("And 1 more in the download.")
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


@pytest.mark.firefox
def test_markup_in_a_cell_is_text(page: Page) -> None:
    upload(page, to_csv([[MARKUP, *HEADING[1:]], [MARKUP, *ROWS[0][1:]]]), f"{MARKUP}.csv".replace("/", ""))
    page.get_by_label("Customer id (optional)").select_option(MARKUP)
    score(page)
    page.get_by_role("button", name=MARKUP).click()
    expect(page.locator("#explanation-title")).to_contain_text(MARKUP)
    expect(page.locator("#file-name")).to_contain_text("<img")
    assert page.locator("img").count() == 0


# Scoring


def test_a_failed_chunk_is_tried_again_and_then_taken_up_where_it_stopped(troubled: Page) -> None:
    service = Service(fails_from=1)
    troubled.route(BATCH, service)
    upload(troubled, many(400))
    score(troubled)
    expect(troubled.locator("#scoring-left")).to_contain_text("Trying again.")
    expect(troubled.locator("#scoring-problem")).to_have_text(
        "The prediction service had a problem. Reference 7f3a. What is scored is kept."
    )
    expect(troubled.locator("#carry-on")).to_be_focused()
    expect(troubled.locator("#scoring-count")).to_have_text("100 of 400 scored")
    expect(troubled.locator("#page-words")).to_have_text("1–25 of 100")
    assert len(service.asked) == 5  # the chunk that failed was sent once, and three times again
    assert accessibility_faults(troubled) == []
    service.fails_from = None
    troubled.locator("#carry-on").click()
    expect(troubled.locator("#scoring-count")).to_have_text("400 of 400 scored")
    expect(troubled.locator("#page-words")).to_have_text("1–25 of 400")
    good = [service.asked[0], *service.asked[5:]]
    assert [minutes for chunk in good for minutes in chunk] == [n * 1.5 for n in range(400)]
    expect(troubled.locator("#ranked-rows th").first).to_have_text("C-399")


def test_a_service_that_is_busy_is_asked_again_when_it_says(troubled: Page) -> None:
    service = Service(fails_from=0, status=503, headers={"Retry-After": "1"})
    troubled.route(BATCH, service)
    upload(troubled, to_csv([HEADING, *ROWS]))
    score(troubled)
    expect(troubled.locator("#scoring-left")).to_have_text("The model is not ready. Trying again.")
    service.fails_from = None
    expect(troubled.locator("#scoring-count")).to_have_text("3 of 3 scored")
    assert len(service.asked) == 2


def test_cancelling_keeps_what_is_scored(page: Page) -> None:
    service = Service(slow_from=1)
    page.route(BATCH, service)
    upload(page, many(400))
    with page.expect_response(BATCH):
        score(page)
    page.locator("#cancel").click()
    expect(page.locator("#scoring-words")).to_have_text("Scoring stopped")
    done = int(page.locator("#scoring-count").inner_text().split()[0])
    assert 0 < done < 400
    expect(page.locator("#page-words")).to_have_text(f"1–25 of {done}")
    service.slow_from = None
    page.locator("#carry-on").click()
    expect(page.locator("#page-words")).to_have_text("1–25 of 400")


def test_a_page_that_is_offline_keeps_the_list_and_carries_on(troubled: Page) -> None:
    upload(troubled, to_csv([HEADING, *ROWS]))
    expect(troubled.locator("#score")).to_be_visible()
    troubled.context.set_offline(True)
    score(troubled)
    expect(troubled.locator("#scoring-problem")).to_have_text("You are offline. What is scored is kept.")
    troubled.context.set_offline(False)
    troubled.locator("#carry-on").click()
    expect(troubled.locator("#scoring-count")).to_have_text("3 of 3 scored")


def test_scores_of_two_models_are_never_ranked_together(page: Page) -> None:
    service = Service(new_from=1)
    page.route(BATCH, service)
    upload(page, many(300))
    score(page)
    expect(page.locator("#scoring-count")).to_have_text("300 of 300 scored")
    sizes = [len(minutes) for minutes in service.asked]
    assert sum(sizes) > 300
    assert sum(minutes[0] == 0 for minutes in service.asked) == 2


def test_a_request_that_is_too_large_is_halved(troubled: Page) -> None:
    service = Service(fails_from=0, status=413)
    troubled.route(BATCH, service)
    upload(troubled, many(60))
    with troubled.expect_response(BATCH):
        score(troubled)
        service.fails_from = None
    expect(troubled.locator("#scoring-count")).to_have_text("60 of 60 scored")
    assert len(service.asked[1]) <= 30


def test_rows_that_the_service_refuses_are_left_out(page: Page) -> None:
    results = [{"probability": 0.9}, {"errors": [{"message": MARKUP}]}, {"probability": 0.8}]
    page.route(BATCH, lambda route: route.fulfill(json={"results": results, "model": {"version": "1", "hash": "a"}}))
    scored(page, to_csv([HEADING, *ROWS]))
    expect(page.locator("#scoring-count")).to_have_text("2 of 3 scored")
    expect(page.locator("#scoring-left")).to_have_text("1 refused by the service")
    expect(page.locator("#ranked-rows th")).to_have_text(["C-1", "C-3"])


def test_a_refused_list_says_why_as_text(troubled: Page) -> None:
    body = {"detail": "?", "errors": [{"field": "", "code": "x", "message": MARKUP}]}
    troubled.route(BATCH, lambda route: route.fulfill(status=422, json=body))
    upload(troubled, to_csv([HEADING, *ROWS]))
    score(troubled)
    expect(troubled.locator("#scoring-problem")).to_contain_text(MARKUP)
    expect(troubled.locator("#ranked")).to_be_hidden()


# The access key


@pytest.fixture(scope="module")
def locked_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose service asks for keys, as the deployed one does."""
    folder = tmp_path_factory.mktemp("locked")
    with running_site(model_file(), folder, "--enable-auth", env={"FUNCTIONS_HOST_KEY": KEY}) as address:
        yield address


@pytest.mark.parametrize("storage", ["open", "blocked"])
def test_a_key_is_asked_for_when_the_service_wants_one(browser: Browser, locked_site: str, storage: str) -> None:
    with visit(browser, locked_site, viewport=WIDE) as visitor:
        if storage == "blocked":
            visitor.page.add_init_script(
                "for (const name of ['localStorage', 'sessionStorage'])"
                " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
            )
        page = visitor.open("list.html")
        upload(page, to_csv([HEADING, *ROWS]))
        expect(page.locator("#key-form")).to_be_hidden()
        score(page)
        expect(page.locator("#scoring-words")).to_have_text("An access key is needed")
        expect(page.locator("#key")).to_be_focused()
        assert accessibility_faults(page) == []
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#scoring-problem")).to_have_text("The service does not accept this key.")
        page.keyboard.type(KEY)
        page.keyboard.press("Enter")
        expect(page.locator("#scoring-count")).to_have_text("3 of 3 scored")
        download(page)
        scored(page, to_csv([HEADING, *ROWS[:2]]))
        expect(page.locator("#scoring-count")).to_have_text("2 of 2 scored")
        expect(page.locator("#key-form")).to_be_hidden()
        assert KEY not in page.content()
        assert page.locator("#key").input_value() == ""
        if storage == "open":
            assert page.evaluate("Object.values(sessionStorage)") == [KEY]
            assert page.evaluate("Object.values(localStorage)") == []
        assert [text for text in visitor.complaints if "401" not in text] == []


# Whom to contact


def cut_at(page: Page, value: str) -> None:
    page.locator("#cut-box").fill(value)


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
    expect(page.locator(".tile-note").nth(2)).to_have_text(
        f"Held-out precision here: {held.tp / (held.tp + held.fp):.0%}"
    )
    expect(page.locator(".tile-note").nth(3)).to_have_text(f"Held-out recall here: {held.tp / (held.tp + held.fn):.0%}")


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


def test_the_table_is_sorted_paged_and_cut(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(60))  # chances from 0 to 0.0885
    cut_at(page, "6")
    expect(page.locator(".cut-row")).to_have_text("20 on the contact list, cut at 6%")
    ids = page.locator("#ranked-rows th")
    expect(ids.first).to_have_text("C-59")
    assert page.locator("[aria-sort]").get_attribute("aria-sort") == "descending"
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


def test_a_customer_is_explained_in_a_dialog(page: Page) -> None:
    scored(page, to_csv([HEADING, *ROWS]))
    opener = page.get_by_role("button", name="C-2", exact=True)
    with page.expect_response("**/api/predict") as response:
        opener.click()
    answer = response.value.json()
    expect(page.locator("#explanation-rows tr")).to_have_count(len(NAMES))
    expect(page.locator("#explanation-title")).to_contain_text("C-2: ")
    shown = [float(text.replace("−", "-")) for text in page.locator("#explanation-rows .number").all_inner_texts()]
    assert abs(sum(shown) / 100 - (answer["probability"] - answer["base_value"])) < 0.001 * len(NAMES) / 2
    assert [abs(points) for points in shown] == sorted((abs(points) for points in shown), reverse=True)
    inputs = parse_qs(urlsplit(page.locator("#explanation-try").get_attribute("href") or "").query)
    assert inputs == {name: [str(values[1])] for name, values in COLUMNS.items()}
    page.keyboard.press("Escape")
    expect(page.locator("#explanation")).to_be_hidden()
    expect(opener).to_be_focused()


# The file that goes out


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
    assert out[0] == ["rank", "score", "contact", "model_decision", "reasons", "model_version", *HEADING]
    assert sorted(row[6:] for row in out[1:]) == sorted(
        [
            ["'=1+1", '\'@a "quoted", cell', *ROWS[0][2:]],
            ["-5", "'+44 20", *ROWS[1][2:]],
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
        assert row[5] == CONTRACT.version
    upload(page, to_csv(out))
    expect(page.locator("#check-ready")).to_have_text("3 of 3 rows are ready")
    score(page)
    expect(page.locator("#ranked")).to_be_visible()
    _, again = download(page)
    assert again[0][:7] == [*(f"{name}_2" for name in out[0][:6]), "rank"]
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
    with page.expect_event("dialog") as leaving:
        page.close(run_before_unload=True)
    assert leaving.value.type == "beforeunload"
    expect(page.locator("#scoring-count")).to_have_text("3 of 3 scored")
    download(page)
    upload(page, many(5))
    expect(page.locator("#check-ready")).to_have_text("5 of 5 rows are ready")


# Size, speed, and everybody


def test_a_hundred_thousand_rows_never_block_the_page(page: Page) -> None:
    page.route(BATCH, Service())
    page.evaluate("""() => {
        window.longest = 0;
        let last = performance.now();
        const beat = () => {
            window.longest = Math.max(window.longest, performance.now() - last);
            last = performance.now();
            setTimeout(beat);
        };
        beat();
    }""")
    page.evaluate("import('/scripts/list/flow.js')")
    took = page.evaluate(
        """async text => {
            const rows = Array.from({ length: 100_000 }, (_, n) => text
                .replace("C-1", `C-${n}`).replace("612.5", n / 101));
            const file = new File([document.heading, rows.join("")], "large.csv");
            const [{ readText }, { readTable }] = await Promise.all(
                [import("/scripts/list/source.js"), import("/scripts/list/table.js")]);
            const started = performance.now();
            const table = await readTable("large.csv", await readText(file), [], 100_000);
            const took = performance.now() - started;
            window.longest = 0;
            const { openFile } = await import("/scripts/list/flow.js");
            window.opened = openFile(file);
            return [took, table.rows.length];
        }""".replace("document.heading", json.dumps(to_csv([HEADING]))),
        to_csv([ROWS[0]]),
    )
    assert took[1] == 100_000
    assert took[0] < 1000
    expect(page.locator("#check-ready")).to_have_text("100,000 of 100,000 rows are ready")
    score(page)
    expect(page.locator("#scoring-left")).to_contain_text("left")
    page.locator("#scoring-count").filter(has_text="100,000 of 100,000").wait_for(timeout=60_000)
    page.get_by_role("button", name="Customer", exact=True).click()
    expect(page.locator("[aria-sort]")).to_contain_text("Customer")
    assert save(page, page.get_by_role("button", name="Download CSV").click).content.count(b"\n") == 100_001
    assert page.evaluate("window.longest") < 200
    assert page.evaluate("performance.memory?.usedJSHeapSize ?? 0") < 300e6  # only Chromium tells


@pytest.mark.parametrize("name", ["list.html", "model.html"])
def test_the_first_view_is_small(visitor: Visit, name: str) -> None:
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.open(name).wait_for_load_state("networkidle")
    bodies = {answer.url: answer.body() for answer in answers if "/api/" not in answer.url}
    assert len(bodies) <= 14, sorted(bodies)
    assert sum(len(gzip.compress(body)) for body in bodies.values()) <= 40 * 1024


@pytest.mark.firefox(only="narrow-light")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
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


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#sample").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#score")).to_be_visible()
    expect(page.locator("#check-title")).to_be_focused()
    for _ in range(len(NAMES) + 2):
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
    for _ in range(4):
        page.keyboard.press("Tab")
    assert save(page, lambda: page.keyboard.press("Enter")).name == "sample-customers-scored.csv"


def test_another_contract_gives_a_working_list(browser: Browser, site: str, tmp_path: Path) -> None:
    contract = contract_365()
    model = Model(metadata_for(contract), "5" * 64, session=None)
    for name in ("list.html", "config.json"):
        (tmp_path / name).write_bytes((Path(__file__).parent.parent / "static_site" / name).read_bytes())
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
