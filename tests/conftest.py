"""What holds for every test, and the one browser and site that the tests of the pages share."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import compress
from typing import TYPE_CHECKING

# Before scikit-learn is imported: its threads wait for each other by spinning, and on a busy machine never stop.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect

from tests import engines

if TYPE_CHECKING:
    from tests.browser import Visit

_BROWSERS = pytest.StashKey[Callable[[str], Browser]]()
_OPEN = pytest.StashKey[ExitStack]()

# No deadline: a machine may be busy. The same cases every time: what fails, a change has broken.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
# Six times Playwright's own five seconds, which a machine that does much else beside may need.
expect.set_options(timeout=30_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --engine."""
    parser.addoption("--engine", choices=("chromium", "firefox"), help="run the tests of the pages, in this browser")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to skip every test when Firefox is asked for by name; make the folder that all processes share."""
    if config.getoption("engine") == "firefox" and not engines.FIREFOX:
        raise pytest.UsageError("--engine firefox: there is no Firefox; sh local/browser.sh firefox installs one")
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory()
        config.add_cleanup(folder.cleanup)
        os.environ["TESTS_FOLDER"] = folder.name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run three processes on two cores: a third of the time one only waits, for a page, a pause or a server."""
    return max(1, 3 * (os.process_cpu_count() or 1) // 2)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of the pages in Chromium, and in Firefox too where it is marked so; or as --engine says."""
    if "browser" not in metafunc.fixturenames:
        return
    engine = metafunc.config.getoption("engine")
    both = ["chromium", "firefox"] if metafunc.definition.get_closest_marker("firefox") else ["chromium"]
    metafunc.parametrize("browser", [engine] if engine else both, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not asked for."""
    engine = config.getoption("engine")
    wanted = [bool(engine_of(item)) if engine else not is_left_to_chromium(item) for item in items]
    config.hook.pytest_deselected(items=[item for item, is_wanted in zip(items, wanted, strict=True) if not is_wanted])
    items[:] = compress(items, wanted)


def engine_of(item: pytest.Item) -> str:
    """Return the browser that a test runs in; "" where it needs none."""
    return item.callspec.params.get("browser", "") if hasattr(item, "callspec") else ""


def is_left_to_chromium(item: pytest.Item) -> bool:
    """Return whether the marker leaves this one of a test's cases out of Firefox."""
    marker = item.get_closest_marker("firefox")
    return marker is not None and engine_of(item) == "firefox" and marker.kwargs.get("only", "") not in item.name


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return a browser, the same for one module after the other: to start Firefox takes seconds."""
    if request.param == "firefox" and not engines.FIREFOX:
        pytest.skip("there is no Firefox, and none could be installed")
    stash = request.config.stash
    if _BROWSERS not in stash:
        stash[_OPEN] = ExitStack()
        stash[_BROWSERS] = stash[_OPEN].enter_context(engines.browsers())
    return stash[_BROWSERS](request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close the browsers before a module that begins without: their event loop runs on, and it may need its own."""
    try:
        return (yield)
    finally:
        stash = item.config.stash
        # Within a module a page may be open until its end.
        if _BROWSERS in stash and not (nextitem and (nextitem.path == item.path or engine_of(nextitem))):
            del stash[_BROWSERS]
            stash[_OPEN].close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site before the function app, with a small model."""
    # Imported here, and not by every process that only looks at what there is to test.
    from tests.browser import running_site
    from tests.fitted import model_file

    with running_site(model_file(), tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator["Visit"]:
    """Open a visit in which the browser must have nothing to complain of."""
    from tests.browser import visit

    with visit(browser, site, viewport={"width": 1280, "height": 900}) as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture
def page(visitor: "Visit") -> Page:
    """Open the form."""
    return visitor.open()


@pytest.fixture
def troubled(browser: Browser, site: str) -> Iterator[Page]:
    """Open the form before a service that may fail: the browser logs every failed request as an error."""
    from tests.browser import visit

    with visit(browser, site, viewport={"width": 1280, "height": 900}) as opened:
        yield opened.open()
        assert [text for text in opened.complaints if "Failed to load resource" not in text] == []
