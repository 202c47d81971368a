"""Check a deployment: `python -m smoke API_URL --site SITE_URL`.

Exit status: 0 when every check passed, 1 when one failed, 2 when it could not be run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .api_checks import check_api, check_health
from .cors_checks import check_cors
from .exchange import Unreachable
from .model_file import ModelFileError, read_model_file
from .site_checks import check_site, is_pair_of_laptop
from .verdict import Result, failed, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

_MODEL = Path(__file__).resolve().parent.parent / "predict" / "model.onnx"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every check, tell what was found, and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        results = list(_checks(options))
    except ModelFileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{report(results)}\n")
    return int(any(result.verdict == "FAIL" for result in results))


def _checks(options: argparse.Namespace) -> Iterator[Result]:
    model = read_model_file(options.model)
    api, site = _address(options.api), _address(options.site or "")
    try:
        if is_pair_of_laptop(site, api):
            fix = f"Give that address twice: python -m smoke {site} --site {site} --bulk anonymous"
            yield failed("addresses", f"The pages of `make run` call the API at their own address, not at {api}.", fix)
            return
        health = check_health(api, model, options.wait)
        yield health
        # Without a healthy API the other checks would only say so again.
        if health.verdict == "PASS":
            yield from check_api(api, model, options.bulk)
            yield from check_cors(api, site)
        if site:
            yield from check_site(site, api)
    except Unreachable as error:
        yield failed("connection", str(error), "Check the address and the network, and run this again.")


def _address(url: str) -> str:
    """Return an address without its last slash, and an API's without /api."""
    url = url.rstrip("/")
    return url[: -len("/api")] if url.endswith("/api") else url


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.query or parts.fragment or not text.isprintable() or " " in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write it with https://, like https://shop.example")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m smoke", description=__doc__)
    parser.add_argument("api", type=_url, metavar="API_URL", help="where the function app answers")
    parser.add_argument("--site", type=_url, metavar="URL", help="where the pages are")
    parser.add_argument("--model", type=Path, default=_MODEL, metavar="FILE", help="the model that should be deployed")
    parser.add_argument(
        "--bulk",
        choices=("function", "anonymous"),
        default="function",
        help="who may call the bulk endpoints (BULK_AUTH_LEVEL; default function)",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=0,
        metavar="SECONDS",
        help="how long the right model may take to answer (default 0)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
