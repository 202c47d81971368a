"""Take the pictures of docs/pictures/ from the real pages with the committed model: `python -m tests.pictures`."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import visit
from tests.engines import browsers
from tests.servers import ROOT, local_server

FOLDER = ROOT / "docs" / "pictures"
DATA = ROOT / "data" / "customers.csv"
CUSTOMERS = 1_200
EXAMPLE = "Steady"
COLOURS = 256


@dataclass(frozen=True)
class Picture:
    """One picture: the page, what is done on it first, and the window it is taken in."""

    page: str
    prepare: Callable[[Page], None]
    width: int = 1280
    height: int = 1440
    scheme: Literal["light", "dark"] = "light"
    whole_page: bool = False


def take_pictures(folder: Path) -> None:
    """Write every picture into a folder."""
    pictures = {
        "predict": Picture("", _predict, whole_page=True),
        "predict-dark": Picture("", _predict, scheme="dark", whole_page=True),
        "predict-390": Picture("", _predict, width=390, height=844),
        "list": Picture("list.html", _score_a_list),
        "model": Picture("model.html", _wait_for_charts),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with local_server(site=True) as server, browsers() as start:
        for name, picture in pictures.items():
            window = {"width": picture.width, "height": picture.height}
            with visit(start("chromium"), server.site, viewport=window, color_scheme=picture.scheme) as visitor:
                page = visitor.open(picture.page)
                picture.prepare(page)
                _write(page.screenshot(full_page=picture.whole_page), folder / f"{name}.png")


def _write(png: bytes, path: Path) -> None:
    """Write a PNG of few colours: half the size, and no difference that can be seen."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def _predict(page: Page) -> None:
    page.get_by_role("button", name=EXAMPLE).click()
    expect(page.locator("#changes")).to_be_visible()
    page.mouse.move(0, 0)
    page.locator("#result").evaluate("card => card.scrollIntoView({ block: 'start' })")
    page.wait_for_timeout(400)  # the bar of the result grows


def _score_a_list(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "customers-september.csv", "mimeType": "text/csv", "buffer": _sample().encode()}
    )
    page.locator("#score").click()
    page.locator(".tile").first.wait_for(timeout=60_000)
    page.locator("#scoring-words").filter(has_text="Scored").wait_for(timeout=60_000)
    page.get_by_label("A contact costs").fill("2.50")
    page.get_by_label("A purchase brings").fill("60")
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
