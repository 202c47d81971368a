"""A real browser and a real service for tests of the pages: visits, the function app, the site before it."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from predict.model.session import Model
from tests.engines import new_context
from tests.servers import ROOT, local_server
from training.pages.site import write_site

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS = pytest.mark.parametrize(
    ("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide-dark", "narrow-light"]
)
"""Each width and each scheme once: colours depend on no width. test_tokens.py holds their contrast in both schemes."""

# The rules that a page keeps would be told of too, every element of them, which takes longer than finding them. Style
# sheets would be fetched again for a rule that is experimental and not run, and media, which no page has.
AXE = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}

FAULTS = """async (options) => (await axe.run(options)).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)"""


@dataclass
class Visit:
    """A page in a fresh context, and everything that the browser complained of in it."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Go to a page of the site; when it has loaded, its scripts have run."""
        self.page.goto(f"{self.site}/{path}")
        return self.page


@contextmanager
def running_site(
    model_file: bytes, folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve the site, rewritten for a model, before the function app with that model; yield its address.

    Arguments and `env` go to `python -m local`.
    """
    path = folder / "model.onnx"
    path.write_bytes(model_file)
    site = folder / "site"
    shutil.copytree(ROOT / "static_site", site)
    write_site(Model.load(path), site)
    with local_server(
        "--site", str(site), *arguments, env={"MODEL_PATH": str(path), **(env or {})}, site=True
    ) as server:
        yield server.site


@contextmanager
def visit(browser: Browser, site: str, **options: Any) -> Iterator[Visit]:
    """Open a fresh context whose console errors, policy violations and uncaught exceptions are kept."""
    with new_context(browser, **options) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        result = Visit(page, site)
        page.on("console", lambda m: result.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: result.complaints.append(str(error)))
        yield result


def accessibility_faults(page: Page) -> list[str]:
    """Return every rule of axe-core that the page breaks as it stands, with the elements that break it."""
    # Half a megabyte, which stays until the page is left.
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    faults: list[str] = page.evaluate(FAULTS, AXE)
    return faults


def overflow(page: Page) -> int:
    """Return how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
