"""The two browsers that the pages are tested in: Chromium, and Firefox as people have it, driven by WebDriver BiDi.

Over BiDi, Playwright can neither set what the system prefers nor switch scripts off, and sees neither what a request
sends nor that a page saves a file. So that a test need not know its browser, Firefox is told by its settings, scripts
come empty, the page notes what it sends, and the file is looked for where it is saved.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Request, sync_playwright

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"
)
# Empty where local/browser.sh looked for one and could not install it.
FIREFOX = os.environ.get("FIREFOX", shutil.which("firefox-esr") or shutil.which("firefox") or "")
# No sandbox: tests run as root in containers. Few processes: a page takes a quarter less of a processor. The rest keeps
# Chromium from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--enable-features=NetworkServiceInProcess2",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Few processes here, too: a page takes a seventh less.
FIREFOX_SETTINGS: dict[str, bool | int] = {
    "dom.ipc.processCount": 1,
    "dom.ipc.processPrelaunch.enabled": False,
    "extensions.webextensions.remote": False,
    "fission.autostart": False,
}
SETTINGS: dict[str, tuple[object, str, int]] = {
    "color_scheme": ("dark", "layout.css.prefers-color-scheme.content-override", 0),
    "forced_colors": ("active", "browser.display.document_color_use", 2),
    "reduced_motion": ("reduce", "ui.prefersReducedMotion", 1),
}
"""Options of a context that BiDi has no command for: the value that matters, and the setting of Firefox for it."""
NUMBER = "x-test-body"
NOTE_BODIES = f"""(() => {{
    const {{ fetch }} = window;
    window.sentBodies = [];
    window.fetch = (address, options = {{}}) => {{
        if (!options.body) return fetch(address, options);
        window.sentBodies.push(options.body);
        const headers = {{ ...options.headers, "{NUMBER}": String(window.sentBodies.length - 1) }};
        return fetch(address, {{ ...options, headers }});
    }};
}})()"""


@dataclass(frozen=True)
class Saved:
    """A file that a page has saved."""

    name: str
    content: bytes


@contextmanager
def browsers() -> Iterator[Callable[[str], Browser]]:
    """Yield what returns "chromium" or "firefox", headless and with a new profile: the same one however often asked."""
    with sync_playwright() as playwright, ExitStack() as stack:

        @cache
        def browser(name: str) -> Browser:
            start = _start_firefox if name == "firefox" else _start_chromium
            return stack.enter_context(start(getattr(playwright, name)))

        yield browser


@contextmanager
def new_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a fresh context; what Firefox can only be told as it starts is told to another one."""
    with ExitStack() as stack:
        settings = {} if is_chromium(browser) else _settings_for(options)
        if settings:
            browser = stack.enter_context(_start_firefox(browser.browser_type, settings))
        context = browser.new_context(**options)
        stack.callback(_close, context)
        if not is_chromium(browser):
            context.add_init_script(NOTE_BODIES)
            if not options.get("java_script_enabled", True):
                context.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        yield context


def _close(context: BrowserContext) -> None:
    """Close a context; what a route's handler still fetches would else fail in the test that comes next."""
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.close()


def is_chromium(browser: Browser) -> bool:
    """Return whether it is Chromium, which Playwright can do everything with."""
    return browser.browser_type.name == "chromium"


def body_of(request: Request) -> str:
    """Return what a script's request sends; "" for nothing."""
    number = request.headers.get(NUMBER)
    return request.post_data or "" if number is None else request.frame.evaluate(f"window.sentBodies[{number}]")


def sent_by(request: Request) -> Any:
    """Return what a script's request sends, read as JSON."""
    return json.loads(body_of(request))


def show_as_paper(page: Page) -> None:
    """Let the page look on the screen as it does in print."""
    page.emulate_media(media="print")
    # What Firefox is not told: the rules for paper hold everywhere.
    page.evaluate(
        """() => {
            if (matchMedia("print").matches) return;
            for (const sheet of document.styleSheets) {
                for (const { media } of sheet.cssRules) {
                    if (media?.mediaText === "print") media.mediaText = "all";
                }
            }
        }"""
    )


def save(page: Page, act: Callable[[], object]) -> Saved:
    """Do what makes the page save a file, and return the file."""
    browser = page.context.browser
    assert browser is not None
    if is_chromium(browser):
        with page.expect_download() as event:
            act()
        return Saved(event.value.suggested_filename, Path(event.value.path()).read_bytes())
    folder = _SAVED[browser]
    for old in folder.iterdir():
        old.unlink()
    act()
    deadline = time.monotonic() + 30
    while not (files := list(folder.iterdir())) or any(f.suffix == ".part" or not f.stat().st_size for f in files):
        assert time.monotonic() < deadline, f"no file was saved, only {files}"
        page.wait_for_timeout(20)
    (file,) = files
    return Saved(file.name, file.read_bytes())


_SAVED: dict[Browser, Path] = {}
"""Where each Firefox saves its files."""


def _settings_for(options: dict[str, object]) -> dict[str, int]:
    return {setting: value for name, (wanted, setting, value) in SETTINGS.items() if options.get(name) == wanted}


@contextmanager
def _start_chromium(kind: BrowserType) -> Iterator[Browser]:
    browser = kind.launch(executable_path=CHROMIUM, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def _start_firefox(kind: BrowserType, settings: dict[str, int] | None = None) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory() as folder:
        browser = kind.launch(
            channel="moz-firefox",
            executable_path=FIREFOX,
            downloads_path=folder,
            firefox_user_prefs=FIREFOX_SETTINGS | (settings or {}),
        )
        _SAVED[browser] = Path(folder)
        try:
            yield browser
        finally:
            del _SAVED[browser]
            browser.close()
