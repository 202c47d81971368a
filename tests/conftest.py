"""What holds for every test, and the one browser and site that the tests of the pages share."""

import os
from collections.abc import Iterator

# Before scikit-learn is imported: its threads wait for each other by spinning, and on a busy machine never stop.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from tests.browser import Visit, chromium, running_site, visit
from tests.fitted import model_file

# No deadline: a machine may be busy. In CI the same cases every time: a finding there must be one that can be repeated.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("project")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium. Not for the whole session: its event loop keeps running, and other tests need their own."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site before the function app, with a small model."""
    with running_site(model_file(), tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visit]:
    """Open a visit in which the browser must have nothing to complain of."""
    with visit(browser, site, viewport={"width": 1280, "height": 900}) as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture
def page(visitor: Visit) -> Page:
    """Open the form."""
    return visitor.open()


@pytest.fixture
def troubled(browser: Browser, site: str) -> Iterator[Page]:
    """Open the form before a service that may fail: the browser logs every failed request as an error."""
    with visit(browser, site, viewport={"width": 1280, "height": 900}) as opened:
        yield opened.open()
        assert [text for text in opened.complaints if "Failed to load resource" not in text] == []
