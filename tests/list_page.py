"""What the tests of the list's page share: customers, files of them, and a service that fails as it is told."""

import csv
import io
import time
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route, expect

from predict.contract import Contract
from tests.engines import save, sent_by
from tests.fitted import metadata_of

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
BATCH = "**/api/predict/batch*"
KEY = "open-sesame"


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


def cut_at(page: Page, value: str) -> None:
    page.locator("#cut-box").fill(value)


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
