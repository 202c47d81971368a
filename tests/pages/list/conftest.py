from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import WIDE, Visit, visit


@pytest.fixture
def page(visitor: Visit) -> Page:
    """Open the list."""
    return visitor.open("list.html")


@pytest.fixture
def troubled(browser: Browser, site: str) -> Iterator[Page]:
    """Open the list before a service that may fail: the browser logs every failed request as an error."""
    with visit(browser, site, viewport=WIDE) as opened:
        yield opened.open("list.html")
        assert [text for text in opened.complaints if "Failed to load resource" not in text] == []
