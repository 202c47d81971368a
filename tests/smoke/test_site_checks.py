"""What is wrong with the pages is named by the check that finds it."""

from contextlib import ExitStack

import pytest

from tests import deployment
from tests.deployment import in_front_of

models, smoke, sound = deployment.models, deployment.smoke, deployment.sound


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("content-security-policy", "content-security-policy is missing"),
        ("x-content-type-options", "x-content-type-options is missing"),
        ("referrer-policy", "referrer-policy is missing"),
        ("cross-origin-opener-policy", "cross-origin-opener-policy is missing"),
        ("permissions-policy", "permissions-policy is missing"),
    ],
)
def test_missing_header_of_the_site_fails_by_name(smoke, sound, header, words):
    def change(method, path, status, headers, body):
        return status, {name: value for name, value in headers.items() if name != header}, body

    failures = _failures_of_a_site(smoke, sound, change)
    assert len(failures) == 1
    assert words in failures[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("script-src 'self'", "script-src 'self' 'unsafe-inline'", "script-src is 'self' 'unsafe-inline', not 'self'"),
        ("frame-ancestors 'none'", "frame-ancestors *", "frame-ancestors is *, not 'none'"),
        ("img-src 'self'", "img-src *", "The policy allows *"),
        ("; require-trusted-types-for 'script'", "", "require-trusted-types-for is missing"),
        ("connect-src 'self'", "connect-src", "connect-src does not name the API"),
    ],
)
def test_loose_policy_fails(smoke, sound, old, new, words):
    def change(method, path, status, headers, body):
        policy = headers.get("content-security-policy", "")
        if "connect-src" in old:
            policy = policy.replace(sound[0], "")
        return status, headers | {"content-security-policy": policy.replace(old, new)}, body

    failures = _failures_of_a_site(smoke, sound, change)
    assert any(words in failure for failure in failures), failures


def test_site_that_calls_another_api_fails(smoke, sound):
    def change(method, path, status, headers, body):
        if path == "/config.json":
            body = b'{"apiBase": "https://old.example/api"}'
        return status, headers, body.replace(sound[0].encode(), b"https://old.example")

    failures = _failures_of_a_site(smoke, sound, change)
    assert any("The pages call https://old.example/api" in failure for failure in failures)
    assert any("The form posts to https://old.example/api/predict" in failure for failure in failures)


def test_missing_script_and_soft_404_fail(smoke, sound):
    def change(method, path, status, headers, body):
        if path.endswith(".css") or path.startswith("/no-such"):
            return 200, {"content-type": "text/html"}, b"<!doctype html>"
        return status, headers, body

    failures = _failures_of_a_site(smoke, sound, change)
    assert any(".css answers 200 text/html" in failure for failure in failures)
    assert any("A page that does not exist is answered 200, not 404" in failure for failure in failures)


def _failures_of_a_site(smoke, sound, change):
    """Return what fails of the site alone when every answer of it is changed."""
    with ExitStack() as stack:
        site = stack.enter_context(in_front_of(sound[1], change))
        _, failures, _ = smoke(sound[0], "--site", site)
    # The stand-in's own origin is not the one the app allows.
    return [failure for failure in failures if "preflight of the site" not in failure]
