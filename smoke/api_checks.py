"""The API: the right model, the right number, open to whom it should be and closed to everybody else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .exchange import Answer, Unreachable, ask, ask_until_ready
from .verdict import Result, failed, passed, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model_file import ModelFacts

__all__ = ["check_api", "check_health"]

_TOLERANCE = 1e-6
_BULK = ("predict/batch", "score")
# Never answered without the master key, which no caller has.
_ADMIN = ("admin/functions", "admin/host/status", "admin/host/keys")
_JSON = {"Content-Type": "application/json"}
_CLOSED = (401, 403)
_PAUSE_SECONDS = 5


def check_health(api: str, model: ModelFacts, wait_seconds: float = 0) -> Result:
    """Ask the health endpoint until it answers with the right model, or the time is up."""
    deadline = time.monotonic() + wait_seconds
    while (result := _health(api, model)).verdict == "FAIL" and time.monotonic() + _PAUSE_SECONDS < deadline:
        time.sleep(_PAUSE_SECONDS)
    return result


def check_api(api: str, model: ModelFacts, bulk: str) -> Iterator[Result]:
    """Check everything of the API but its health and its origins.

    Parameters
    ----------
    api : str
        Its address, without a slash at the end.
    model : ModelFacts
    bulk : {"function", "anonymous"}
        Who should be able to call the bulk endpoints.
    """
    yield _description(api, model)
    yield _known_customer(api, model)
    yield _answer_headers(api, model)
    yield _refusal(api)
    yield _form(api, model)
    doors = [_bulk(api, route, bulk) for route in _BULK]
    yield from doors
    yield _large_body(api, model, is_open=bulk == "anonymous" and all(door.verdict == "PASS" for door in doors))
    yield _admin(api)
    yield _https(api)


def _health(api: str, model: ModelFacts) -> Result:
    check = "health"
    try:
        answer = ask(f"{api}/api/health")
    except Unreachable as error:
        return failed(
            check, str(error), "Check the address and that the deployment finished; a first start takes a minute."
        )
    if answer.status == 404:
        fix = "No function is indexed: see the log for an import error, build with `make package`, deploy again."
        return failed(check, f"{answer.url} answers 404.", fix)
    if answer.status == 503 and (detail := answer.json().get("detail")):
        return failed(check, f"{answer.url} answers 503: {detail}", "The model file is at fault: deploy again.")
    if answer.status != 200:
        fix = "Check the address, and what stands in front of the API; then see the log of the function `health`."
        return failed(check, f"{answer.url} answers {answer.status}.", fix)
    if problem := _other_model(answer, model):
        return failed(check, *problem)
    return passed(check, f"{model.name} {model.version} (hash {model.hash[:12]}) in {answer.milliseconds:.0f} ms.")


def _other_model(answer: Answer, model: ModelFacts) -> tuple[str, str] | None:
    """Return what is wrong with the identity in an answer, and the fix."""
    found = answer.section("model")
    if not found:
        return f"{answer.url} does not say which model it has.", "Check the address: this is another app's answer."
    if found.get("hash") == model.hash and found.get("version") == model.version:
        return None
    finding = (
        f"The wrong model answers: {found.get('version')} (hash {str(found.get('hash'))[:12]}), "
        f"not {model.version} (hash {model.hash[:12]})."
    )
    return finding, "An old package still runs, or another checkout was deployed: deploy again, or give --model."


def _description(api: str, model: ModelFacts) -> Result:
    check = "model"
    answer = ask(f"{api}/api/model")
    if answer.status != 200:
        return failed(check, f"{answer.url} answers {answer.status}.", "See the log of the function `model`.")
    if problem := _other_model(answer, model):
        return failed(check, *problem)
    features = answer.section("contract").get("features")
    listed = features if isinstance(features, list) else []
    names = [feature.get("name") for feature in listed if isinstance(feature, dict)]
    if names != list(model.customer):
        return failed(check, "The contract names other inputs than the model file.", "Deploy again from one checkout.")
    return passed(check, f"The contract has the {len(names)} inputs of the model file.")


def _known_customer(api: str, model: ModelFacts) -> Result:
    check = "known customer"
    answer = _predict(api, model.customer)
    if answer.status != 200:
        return failed(
            check, f"{answer.url} answers {answer.status}, not 200.", "See the log of the function `predict`."
        )
    if answer.media_type != "application/json":
        return failed(
            check, f"The answer is {answer.media_type or 'untyped'}, not JSON.", "Something stands in front of the API."
        )
    probability = answer.json().get("probability")
    if not isinstance(probability, (int, float)) or abs(probability - model.probability) > _TOLERANCE:
        finding = f"The self-test customer gets {probability}, not {model.probability}."
        return failed(
            check, finding, "Do not use these answers: roll back, then compare the package with the model file."
        )
    return passed(check, f"The self-test customer gets {probability:.6f}, as when the model was made.")


def _answer_headers(api: str, model: ModelFacts) -> Result:
    check = "answer headers"
    answer = _predict(api, model.customer)
    if answer.header("x-content-type-options").lower() != "nosniff":
        finding = "The header X-Content-Type-Options: nosniff is missing from the API's answers."
        return failed(check, finding, "Deploy this version of function_app.py; nothing in front may strip headers.")
    if not answer.header("x-request-id"):
        finding = "The header X-Request-Id is missing from the API's answers: no answer can be found in the log."
        return failed(check, finding, "Deploy this version of function_app.py; nothing in front may strip headers.")
    return passed(check, "X-Content-Type-Options and X-Request-Id are set.")


def _refusal(api: str) -> Result:
    check = "empty customer"
    answer = _predict(api, {})
    if answer.status != 422 or answer.media_type != "application/problem+json":
        finding = f"An empty customer is answered {answer.kind}, not 422 application/problem+json."
        return failed(check, finding, "See the log of the function `predict`; a missing value must never be scored.")
    return passed(check, "An empty customer is refused with a problem document.")


def _form(api: str, model: ModelFacts) -> Result:
    """Post the form as a browser without script does; the page that answers must protect itself."""
    check = "plain form"
    fields = urlencode({name: str(value) for name, value in model.customer.items()}).encode()
    answer = ask(
        f"{api}/api/predict", method="POST", body=fields, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    if answer.status != 200 or answer.media_type != "text/html":
        finding = f"A plain form is answered {answer.kind}, not 200 text/html."
        return failed(check, finding, "See the log of the function `predict`.")
    csp = answer.header("content-security-policy")
    missing = [
        name
        for name, present in (
            ("Content-Security-Policy", "default-src 'none'" in csp and "frame-ancestors 'none'" in csp),
            ("X-Content-Type-Options", answer.header("x-content-type-options").lower() == "nosniff"),
            ("Referrer-Policy", bool(answer.header("referrer-policy"))),
        )
        if not present
    ]
    if missing:
        finding = f"The page that answers a plain form lacks a safe {', '.join(missing)} header."
        return failed(
            check, finding, "Deploy predict/pages/page.py of this version; nothing in front may strip headers."
        )
    return passed(check, "A plain form is answered by a page with its security headers.")


def _bulk(api: str, route: str, bulk: str) -> Result:
    check = f"key for {route}"
    answer = ask(f"{api}/api/{route}", method="POST", headers=_JSON, body=b'{"rows": []}')
    if answer.status == 404:
        return failed(
            check,
            f"There is no {route} endpoint.",
            "An older package answers, or a function is disabled: deploy again.",
        )
    is_closed = answer.status in _CLOSED
    if bulk == "function" and not is_closed:
        finding = f"The bulk endpoint {route} is open: it answers {answer.status} without a key, not 401."
        return failed(
            check, finding, "Set the app setting BULK_AUTH_LEVEL to function and restart, or say --bulk anonymous."
        )
    if bulk == "anonymous" and is_closed:
        finding = f"The bulk endpoint {route} answers {answer.status} without a key, but should be open."
        return failed(
            check, finding, "Set the app setting BULK_AUTH_LEVEL to anonymous, or leave out --bulk anonymous."
        )
    return passed(check, "Closed without a key." if is_closed else "Open to everybody, as asked for.")


def _large_body(api: str, model: ModelFacts, *, is_open: bool) -> Result:
    """Send 5 MiB: more than the 4 that some workers of the platform took from their host."""
    check = "large body"
    note = "x" * 1000
    line = ",".join([note, *(str(value) for value in model.customer.values())])
    body = "\n".join([",".join(["note", *model.customer]), *[line] * 5000, ""]).encode()
    if is_open:
        answer = ask_until_ready(f"{api}/api/score", headers={"Content-Type": "text/csv"}, body=body)
        expected, media_type, what = 200, "text/csv", "A CSV of 5 MB is scored."
    else:  # without a key only a refusal shows that it has arrived
        answer = ask(f"{api}/api/predict", method="POST", headers=_JSON, body=body)
        expected, media_type, what = 413, "application/problem+json", "A body of 5 MB arrives, and the app refuses it."
    if answer.status != expected or answer.media_type != media_type:
        finding = f"A body of 5 MB is answered {answer.kind}, not {expected} {media_type}."
        return failed(check, finding, "See FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, and the log for what the worker says.")
    return passed(check, what)


def _admin(api: str) -> Result:
    check = "admin endpoints"
    for path in _ADMIN:
        answer = ask(f"{api}/{path}")
        if answer.status < 400:
            finding = f"/{path} answers {answer.status} without the master key."
            return failed(
                check, finding, "A deployed host never does: check what stands in front; local/ needs --enable-auth."
            )
    return passed(check, "Closed without the master key.")


def _https(api: str) -> Result:
    check = "HTTPS only"
    if not api.startswith("https://"):
        return skipped(check, "The address is not https.")
    plain = "http://" + api[len("https://") :]
    try:
        answer = ask(f"{plain}/api/health")
    except Unreachable:
        return passed(check, "Plain HTTP is not answered.")
    if answer.status in (301, 302, 307, 308) and answer.header("location").startswith("https://"):
        return passed(check, "Plain HTTP is sent on to HTTPS.")
    return failed(
        check, f"Plain HTTP is answered {answer.status}.", "Set httpsOnly on the function app: `azd provision`."
    )


def _predict(api: str, customer: dict[str, Any]) -> Answer:
    return ask(f"{api}/api/predict", method="POST", headers=_JSON, body=json.dumps(customer).encode())
