"""What holds for every test, and the one browser and site that the tests of the pages share."""

import os
from collections.abc import Iterator

# Before scikit-learn is imported: its threads wait for each other by spinning, and on a busy machine never stop.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser import chromium, running_site
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
