"""The smoke test against real servers: it passes on a sound deployment and names what is wrong on others."""

import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from infra.site import write_site as write_deployed_site
from predict.model import Model
from smoke.__main__ import main
from smoke.model_file import ModelFileError, read_model_file
from tests.fitted import model_file
from tests.servers import ROOT, local_server
from training.site import write_site

RIGHT, WRONG = "HistGradientBoostingClassifier", "LogisticRegression"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for estimator in (RIGHT, WRONG):
        (folder / f"{estimator}.onnx").write_bytes(model_file(estimator))
    return {estimator: folder / f"{estimator}.onnx" for estimator in (RIGHT, WRONG)}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def deployment(tmp_path, model, allowed=None):
    """Serve the app and the site as they are deployed: on two origins, with keys, the site calling the app."""
    api, site = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    source, pages = tmp_path / "source", tmp_path / "pages"
    shutil.copytree(ROOT / "static_site", source)
    write_site(Model.load(model), source)
    write_deployed_site(source, pages, api)
    arguments = ["--site", str(pages), "--enable-auth", "--cors", allowed or site]
    ports = ["--port", api.rpartition(":")[2], "--site-port", site.rpartition(":")[2]]
    with local_server(*arguments, *ports, env={"MODEL_PATH": str(model)}, site=True):
        yield api, site


@pytest.fixture(scope="module")
def sound(models, tmp_path_factory):
    with deployment(tmp_path_factory.mktemp("sound"), models[RIGHT]) as addresses:
        yield addresses


@contextmanager
def in_front_of(upstream, change):
    """Stand between the smoke test and a server; `change(method, path, status, headers, body)` makes each answer."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0))) or None
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
            }
            request = urllib.request.Request(upstream + self.path, data=body, headers=headers, method=self.command)
            try:
                response = urllib.request.urlopen(request, timeout=20)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                kept = {name.lower(): value for name, value in response.headers.items()}
                status, kept, content = change(self.command, self.path, response.status, kept, response.read())
            self.send_response(status)
            for name, value in kept.items():
                if name not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_OPTIONS = answer  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def smoke(capsys, models):
    """Run it, and return the exit status and the failures by check."""

    def run(api, *arguments, model=RIGHT):
        status = main([api, "--model", str(models[model]), *arguments])
        lines = capsys.readouterr().out.splitlines()
        return status, [line for line in lines if line.startswith("FAIL")], lines

    return run


def test_sound_deployment_passes_every_check(smoke, sound):
    api, site = sound
    status, failures, lines = smoke(api, "--site", site)
    assert (status, failures) == (0, [])
    assert lines[-1].startswith("The deployment works: ")
    for check in (
        "health",
        "known customer",
        "preflight of the site",
        "content security policy",
        "form without script",
    ):
        assert any(line.startswith(f"PASS  {check}") for line in lines), check


def test_api_alone_can_be_checked_and_its_address_may_end_in_api(smoke, sound):
    status, failures, _ = smoke(f"{sound[0]}/api/")
    assert (status, failures) == (0, [])


def test_command_runs_without_the_project_s_packages(sound, models):
    """Isolated and without site-packages: the deployer's Python has nothing but itself."""
    code = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('smoke', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT), sound[0], "--model", str(models[RIGHT])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The deployment works" in done.stdout


def test_wrong_model_fails_and_both_hashes_are_told(smoke, sound, models):
    status, failures, lines = smoke(sound[0], model=WRONG)
    assert status == 1
    (failure,) = failures
    right, wrong = (Model.load(models[name]).hash[:12] for name in (RIGHT, WRONG))
    assert "The wrong model answers" in failure
    assert right in failure
    assert wrong in failure
    assert lines[-1] == "The deployment does not work: 0 passed, 1 failed, 0 skipped."


def test_wrong_probability_fails(smoke, sound):
    def change(method, path, status, headers, body):
        if path == "/api/predict" and status == 200 and headers["content-type"] == "application/json":
            body = json.dumps(json.loads(body) | {"probability": 0.5}).encode()
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert "known customer" in failure
    assert "gets 0.5, not" in failure


def test_missing_cors_fails_and_names_the_origin(smoke, models, tmp_path):
    with deployment(tmp_path, models[RIGHT], allowed="https://other.example") as (api, site):
        status, failures, lines = smoke(api, "--site", site)
    assert status == 1
    (failure,) = failures
    assert f"CORS: the preflight from {site}" in failure
    assert any("cors.allowedOrigins" in line for line in lines)


@pytest.mark.parametrize("allowed", ["*", "https://stranger.example"])
def test_cors_for_strangers_fails(smoke, sound, allowed):
    def change(method, path, status, headers, body):
        return status, headers | {"access-control-allow-origin": allowed}, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert f"any site may call the API ({allowed} is allowed)" in failure


BULK = ["predict/batch", "score"]


def test_open_bulk_endpoints_fail_unless_they_are_meant_to_be_open(smoke, models):
    environment = {"MODEL_PATH": str(models[RIGHT]), "BULK_AUTH_LEVEL": "anonymous"}
    with local_server("--enable-auth", env=environment) as server:
        status, failures, lines = smoke(server.api)
        assert smoke(server.api, "--bulk", "anonymous")[:2] == (0, [])
    assert status == 1
    assert len(failures) == len(BULK)
    for route, failure in zip(BULK, failures, strict=True):
        assert f"The bulk endpoint {route} is open: it answers " in failure
    assert any("Set the app setting BULK_AUTH_LEVEL to function" in line for line in lines)


def test_closed_bulk_endpoints_pass_and_fail_where_they_should_be_open(smoke, sound):
    status, failures, lines = smoke(sound[0], "--bulk", "anonymous")
    assert status == 1
    assert len(failures) == len(BULK)
    assert all("answers 401 without a key, but should be open" in failure for failure in failures)
    assert any("leave out --bulk anonymous" in line for line in lines)


@pytest.mark.parametrize("route", BULK)
def test_missing_bulk_endpoint_fails(smoke, sound, route):
    def change(method, path, status, headers, body):
        return (404, {}, b"") if path == f"/api/{route}" else (status, headers, body)

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert f"There is no {route} endpoint" in failure


@pytest.mark.parametrize("header", ["x-content-type-options", "x-request-id"])
def test_missing_header_of_an_answer_fails_by_name(smoke, sound, header):
    def change(method, path, status, headers, body):
        if headers.get("content-type") == "application/json":
            headers.pop(header, None)
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert header in failure.lower()
    assert "is missing from the API's answers" in failure


def test_open_admin_endpoints_fail(smoke, models):
    with local_server(env={"MODEL_PATH": str(models[RIGHT])}) as server:
        status, failures, _ = smoke(server.api, "--bulk", "anonymous")
    assert status == 1
    (failure,) = failures
    assert "without the master key" in failure


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


def _failures_of_a_site(smoke, sound, change):
    """Return what fails of the site alone when every answer of it is changed."""
    with ExitStack() as stack:
        site = stack.enter_context(in_front_of(sound[1], change))
        _, failures, _ = smoke(sound[0], "--site", site)
    # The stand-in's own origin is not the one the app allows.
    return [failure for failure in failures if "preflight of the site" not in failure]


def test_page_without_headers_for_a_plain_form_fails(smoke, sound):
    def change(method, path, status, headers, body):
        if headers.get("content-type", "").startswith("text/html"):
            headers.pop("content-security-policy", None)
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert "lacks a safe Content-Security-Policy header" in failure


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


def test_nothing_there_fails_with_the_reason(smoke):
    status, failures, _ = smoke(f"http://127.0.0.1:{free_port()}")
    assert status == 1
    assert "does not answer" in failures[0]


def test_no_functions_fails_with_the_usual_cause(smoke, sound):
    with in_front_of(sound[0], lambda *_: (404, {}, b"")) as api:
        status, failures, lines = smoke(api)
    assert status == 1
    assert "answers 404" in failures[0]
    assert any("No function is indexed" in line for line in lines)


def test_broken_model_fails_with_the_app_s_own_words(smoke, models, tmp_path):
    broken = tmp_path / "model.onnx"
    broken.write_bytes(models[RIGHT].read_bytes()[:-1])
    with local_server("--enable-auth", env={"MODEL_PATH": str(broken)}) as server:
        status, failures, _ = smoke(server.api)
    assert status == 1
    assert "answers 503: The model file" in failures[0]


def test_waiting_ends_when_the_right_model_answers(smoke, sound, monkeypatch):
    monkeypatch.setattr("smoke.api_checks._PAUSE_SECONDS", 0.05)
    calls = []

    def change(method, path, status, headers, body):
        calls.append(path)
        return (503, {}, b"{}") if len(calls) < 4 else (status, headers, body)

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api, "--wait", "20")
    assert (status, failures) == (0, [])
    assert calls[:4] == ["/api/health"] * 4


def test_address_without_scheme_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["shop.example"])
    assert stopped.value.code == 2
    assert "write it with https://" in capsys.readouterr().err


def test_missing_model_file_is_told(capsys, tmp_path):
    assert main(["https://shop.example", "--model", str(tmp_path / "none.onnx")]) == 2
    assert "Run this in the checkout that was deployed" in capsys.readouterr().err


@pytest.mark.parametrize("estimator", [RIGHT, WRONG])
def test_facts_of_a_model_file_are_those_onnxruntime_reads(models, estimator):
    facts, model = read_model_file(models[estimator]), Model.load(models[estimator])
    test = model.metadata.self_test[0]
    assert (facts.name, facts.version, facts.hash) == (model.contract.name, model.contract.version, model.hash)
    assert list(facts.customer) == [feature.name for feature in model.contract.features]
    assert tuple(facts.customer.values()) == test.values
    assert facts.probability == test.probability


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x72\xff", Path(__file__).read_bytes()])
def test_other_files_are_no_model_files(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is not a model file"):
        read_model_file(path)
