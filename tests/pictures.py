"""Take the pictures of docs/pictures/ from the real pages with the committed model: `python -m tests.pictures`."""

import csv
import io
import random
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import chromium, visit
from tests.servers import ROOT, local_server

FOLDER = ROOT / "docs" / "pictures"
DATA = ROOT / "data" / "customers.csv"
CUSTOMERS = 1_200
WINDOW = {"width": 1280, "height": 1440}


def take_pictures(folder: Path) -> None:
    """Write list.png and model.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with local_server(site=True) as server, chromium() as browser:
        for name, prepare in {"list": _score_a_list, "model": _wait_for_charts}.items():
            with visit(browser, server.site, viewport=WINDOW, color_scheme="light") as visitor:
                page = visitor.open(f"{name}.html")
                prepare(page)
                page.screenshot(path=folder / f"{name}.png")


def _score_a_list(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "customers-september.csv", "mimeType": "text/csv", "buffer": _sample().encode()}
    )
    page.locator("#score").click()
    page.locator(".tile").first.wait_for(timeout=60_000)
    page.locator("#scoring-words").filter(has_text="Scored").wait_for(timeout=60_000)
    page.mouse.move(0, 0)


def _wait_for_charts(page: Page) -> None:
    page.locator(".chart svg").last.wait_for()


def _sample() -> str:
    """Return some customers of the sample, without the answer."""
    with DATA.open(newline="") as file:
        heading, *rows = csv.reader(file)
    text = io.StringIO()
    csv.writer(text).writerows(row[:-1] for row in [heading, *random.Random(9).sample(rows, CUSTOMERS)])
    return text.getvalue()


if __name__ == "__main__":
    take_pictures(FOLDER)
