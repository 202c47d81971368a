"""Origins: pages of the site may read the API's answers, pages of nobody else may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exchange import Answer, ask, origin
from .verdict import Result, failed, passed, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_cors"]

_STRANGER = "https://stranger.example"


def check_cors(api: str, site: str) -> Iterator[Result]:
    """Check that pages of the site may read answers, and those of nobody else."""
    if site and origin(site) == origin(api):
        yield skipped("preflight of the site", "The site and the API share one origin: no preflight is sent.")
    elif site:
        yield _preflight(api, origin(site))
    else:
        yield skipped("preflight of the site", "No --site was given.")
    yield _stranger(api)


def _preflight(api: str, site: str) -> Result:
    check = "preflight of the site"
    fix = f"Add {site} to cors.allowedOrigins of the function app: `azd provision`, or EXTRA_ORIGINS for another site."
    answer = _ask_preflight(api, site)
    allowed = answer.header("access-control-allow-origin")
    if allowed == "*":
        return failed(
            check, "CORS allows every origin (*).", "List exact origins in cors.allowedOrigins: `azd provision`."
        )
    if answer.status >= 300 or allowed.lower() != site:
        finding = f"CORS: the preflight from {site} is answered {answer.status} without allowing it."
        return failed(check, finding, fix)
    if "content-type" not in answer.header("access-control-allow-headers").lower().replace("*", "content-type"):
        return failed(check, f"CORS: {site} may not send the header Content-Type.", fix)
    headers = {"Content-Type": "application/json", "Origin": site}
    answer = ask(f"{api}/api/predict", method="POST", headers=headers, body=b"{}")
    if answer.header("access-control-allow-origin").lower() != site:
        return failed(check, f"CORS: the answer to {site} does not name it once, so that no page may read it.", fix)
    return passed(check, f"Pages of {site} may call and read.")


def _stranger(api: str) -> Result:
    check = "preflight of a stranger"
    allowed = _ask_preflight(api, _STRANGER).header("access-control-allow-origin")
    if allowed in ("*", _STRANGER):
        finding = f"CORS: any site may call the API ({allowed} is allowed)."
        return failed(check, finding, "List exact origins in cors.allowedOrigins, never *: `azd provision`.")
    return passed(check, "Pages of other sites may not read answers.")


def _ask_preflight(api: str, from_origin: str) -> Answer:
    headers = {
        "Origin": from_origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    return ask(f"{api}/api/predict", method="OPTIONS", headers=headers)
