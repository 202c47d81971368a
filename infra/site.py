"""The site as it is deployed: static_site with the address of the API written in. The committed files stay as they are.

`python -m infra.site --api https://api.example` writes dist/site. Without an address, or with the site's own, the pages
call `api` beside themselves, as they do on a laptop and behind a linked backend.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .alone import Busy, alone

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SiteError", "main", "write_site"]

_PROJECT = Path(__file__).resolve().parent.parent
_CONFIG, _RULES = "config.json", "staticwebapp.config.json"
_POLICY = "Content-Security-Policy"
# The API's answer to a plain form is a page of another origin; it uses the site's style sheets.
_RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


class SiteError(Exception):
    """The site cannot be written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the site; return the exit status. azd hands the addresses over as API_URL and SITE_URL."""
    parser = argparse.ArgumentParser(prog="python -m infra.site", description=__doc__)
    parser.add_argument("--api", default=os.environ.get("API_URL", ""), metavar="URL", help="default: $API_URL")
    parser.add_argument("--site", default=os.environ.get("SITE_URL", ""), metavar="URL", help="default: $SITE_URL")
    parser.add_argument("--source", type=Path, default=_PROJECT / "static_site", metavar="DIR")
    parser.add_argument("--out", type=Path, default=_PROJECT / "dist" / "site", metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        is_own = not options.api or _origin(options.api) == (_origin(options.site) if options.site else "")
        write_site(options.source, options.out, "" if is_own else _origin(options.api))
    except SiteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{options.out}: calls {'its own address' if is_own else _origin(options.api)}\n")
    return 0


def write_site(source: Path, out: Path, api_origin: str) -> None:
    """Copy a site and write the API's origin into it.

    Parameters
    ----------
    source : Path
    out : Path
        Replaced whole, by pages that are complete.
    api_origin : str
        Such as "https://api.example"; "" for the site's own.

    Raises
    ------
    SiteError
        If a file that names the API is missing or has another form than expected, or `out` is no place for a site.
    """
    _check_folders(source, out)
    try:
        with alone(out) as folder:
            old = out.with_name(f".{out.name}.old")
            if old.exists() and not out.exists():
                # The last run ended between its two renames.
                old.rename(out)
            shutil.copytree(source, site := folder / "site")
            if api_origin:
                _write_base(site, f"{api_origin}/api")
                _write_rules(site / _RULES, api_origin)
            shutil.rmtree(old, ignore_errors=True)
            if out.exists():
                out.rename(old)
            site.rename(out)
            shutil.rmtree(old, ignore_errors=True)
    except Busy as error:
        raise SiteError(str(error)) from None
    except OSError as error:
        raise SiteError(f"{out} cannot be written ({error.strerror or error}).") from error


def _check_folders(source: Path, out: Path) -> None:
    """Refuse to copy what is no site, and to replace what is none."""
    if not any(source.glob("*.html")):
        raise SiteError(f"{source} is no folder of pages.")
    inner, outer = sorted((source.resolve(), out.resolve()), key=lambda path: -len(path.parts))
    if inner.is_relative_to(outer):
        raise SiteError(f"{out} would replace the pages themselves: name another folder.")
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not any(out.glob("*.html")))):
        raise SiteError(f"{out} holds something else than pages, and would be replaced: name another.")


def _write_base(out: Path, base: str) -> None:
    """Put the API's address where scripts read it, and where forms post to without them."""
    config = _read(out / _CONFIG)
    old = str(config.get("apiBase", "")).rstrip("/")
    if not old:
        raise SiteError(f"{_CONFIG} has no apiBase.")
    _dump(out / _CONFIG, config | {"apiBase": base})
    action = re.compile(rf'(\b(?:form)?action="){re.escape(old)}/')
    for page in sorted(out.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(action.sub(lambda match: f"{match[1]}{base}/", text), encoding="utf-8", newline="\n")


def _write_rules(path: Path, api_origin: str) -> None:
    rules = _read(path)
    headers = rules.get("globalHeaders", {})
    if _POLICY not in headers:
        raise SiteError(f"{_RULES} has no {_POLICY} among its globalHeaders.")
    policy, count = re.subn(r"\b(connect-src|form-action) 'self'", rf"\1 'self' {api_origin}", headers[_POLICY])
    if count != 2:
        raise SiteError(f"{_POLICY} in {_RULES} must have connect-src 'self' and form-action 'self'.")
    rules["globalHeaders"] = headers | {_POLICY: policy, _RESOURCE_POLICY: "cross-origin"}
    _dump(path, rules)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SiteError(f"{url!r} is no address such as https://api.example.") from error
    if parts.scheme not in ("https", "http") or not parts.netloc or not re.fullmatch(r"[A-Za-z0-9.:-]+", parts.netloc):
        raise SiteError(f"{url!r} is no address such as https://api.example.")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SiteError(f"{path.name} is missing or no JSON.") from error
    if not isinstance(document, dict):
        raise SiteError(f"{path.name} is no JSON object.")
    return document


def _dump(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
