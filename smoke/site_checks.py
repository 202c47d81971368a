"""The site: its pages are there, call the right API, and carry the headers that protect them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .exchange import Answer, ask, origin
from .verdict import Result, failed, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_site", "is_pair_of_laptop"]

# What every page must be served with; None: any value, but one.
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": None,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": None,
}
_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
_LOOSE = ("'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:")
_REDEPLOY = "Write the site with `python -m infra.site` and deploy it: `azd deploy web`."
_MISSING_PATH = "no-such-page-4f1c"


def check_site(site: str, api: str) -> Iterator[Result]:
    """Check the pages.

    Parameters
    ----------
    site : str
        Address of the site, without a slash at the end.
    api : str
        Address of the API the pages should call.
    """
    home = ask(f"{site}/")
    if home.status != 200 or home.media_type != "text/html":
        finding = f"{home.url} answers {home.kind}, not a page."
        yield failed("pages", finding, "Deploy the site: `azd deploy web`.")
        return
    page = _Page(home)
    yield _pages(site, page)
    yield _not_found(site)
    yield _headers(home)
    yield _policy(home, site, api)
    yield _base(site, api)
    yield _form(page, api)


def is_pair_of_laptop(site: str, api: str) -> bool:
    """Return whether these are the two ports of `make run`, whose pages call neither but their own."""
    is_here = urlsplit(api).hostname in ("127.0.0.1", "localhost", "::1")
    return is_here and site not in ("", api) and _called_by(site) == f"{site}/api"


class _Page(HTMLParser):
    """What a page links to, loads, and posts to; whole addresses."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._url = answer.url
        self.links: set[str] = set()
        self.parts: set[str] = set()
        self.actions: set[str] = set()
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and (href := values.get("href")):
            self.links.add(urljoin(self._url, href).partition("#")[0])
        elif tag == "link" and (href := values.get("href")) and "stylesheet" in (values.get("rel") or ""):
            self.parts.add(urljoin(self._url, href))
        elif tag == "script" and (source := values.get("src")):
            self.parts.add(urljoin(self._url, source))
        elif tag == "form" and (values.get("method") or "").lower() == "post":
            self.actions.add(urljoin(self._url, values.get("action") or "").lower())


def _pages(site: str, page: _Page) -> Result:
    check = "pages"
    links = sorted(
        link for link in page.links if origin(link) == origin(site) and urlsplit(link).path.endswith(".html")
    )
    parts = sorted(page.parts)
    for url in [*links, *parts]:
        answer = ask(url)
        # A static site that answers its front page to everything would hide a missing file.
        wanted = {"text/html"} if url in links else {"text/css", "text/javascript", "application/javascript"}
        if answer.status != 200 or answer.media_type not in wanted:
            return failed(check, f"{url} answers {answer.kind}.", _REDEPLOY)
    return passed(check, f"The front page, {len(links)} linked pages and {len(parts)} scripts and styles are there.")


def _not_found(site: str) -> Result:
    check = "missing page"
    answer = ask(f"{site}/{_MISSING_PATH}")
    if answer.status != 404:
        finding = f"A page that does not exist is answered {answer.status}, not 404."
        return failed(
            check, finding, "Check responseOverrides in staticwebapp.config.json; it must be deployed beside the pages."
        )
    return passed(check, "A page that does not exist is answered 404.")


def _headers(home: Answer) -> Result:
    check = "security headers"
    wanted = dict(_HEADERS)
    if home.url.startswith("https://"):
        wanted["strict-transport-security"] = None
    for name, value in wanted.items():
        found = home.header(name)
        if not found:
            return failed(check, f"The header {name} is missing from the site's pages.", _REDEPLOY)
        if value is not None and found.lower() != value:
            return failed(check, f"The header {name} is {found!r}, not {value!r}.", _REDEPLOY)
    return passed(check, f"{', '.join(wanted)} are set.")


def _policy(home: Answer, site: str, api: str) -> Result:
    check = "content security policy"
    policy = home.header("content-security-policy")
    if not policy:
        return failed(check, "The header content-security-policy is missing from the site's pages.", _REDEPLOY)
    directives = {
        name.lower(): sources.split()
        for name, _, sources in (directive.strip().partition(" ") for directive in policy.split(";"))
        if name
    }
    for name, value in _CSP.items():
        if directives.get(name) != [value]:
            return failed(check, f"{name} is {' '.join(directives.get(name, ['missing']))}, not {value}.", _REDEPLOY)
    if loose := sorted({source for sources in directives.values() for source in sources if source in _LOOSE}):
        return failed(
            check, f"The policy allows {', '.join(loose)}.", "Name exact sources in staticwebapp.config.json."
        )
    needed = "'self'" if origin(site) == origin(api) else origin(api)
    for name in ("connect-src", "form-action"):
        if needed not in directives.get(name, []):
            return failed(check, f"{name} does not name the API ({needed}): browsers block the call.", _REDEPLOY)
    return passed(check, "Scripts of the site alone, and calls to the API alone, are allowed.")


def _base(site: str, api: str) -> Result:
    check = "API address"
    called = _called_by(site)
    if not called:
        return failed(check, f"{site}/config.json has no apiBase.", _REDEPLOY)
    if called.lower() != f"{api}/api".lower():
        return failed(check, f"The pages call {called}, not {api}/api.", _REDEPLOY)
    return passed(check, f"The pages call {called}.")


def _called_by(site: str) -> str:
    """Return the address of the API that the pages call; "" where they name none."""
    base = ask(f"{site}/config.json").json().get("apiBase")
    return urljoin(f"{site}/", base).rstrip("/") if isinstance(base, str) else ""


def _form(page: _Page, api: str) -> Result:
    check = "form without script"
    wanted = f"{api}/api/predict".lower()
    if page.actions != {wanted}:
        found = ", ".join(sorted(page.actions)) or "nothing"
        return failed(check, f"The form posts to {found}, not to {wanted}.", _REDEPLOY)
    return passed(check, "The form posts to the API when scripts are off.")
