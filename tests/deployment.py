"""A deployment on this machine, and what can go wrong with one: what the tests of the smoke test share.

A module takes the fixtures by name: `models, smoke, sound = deployment.models, deployment.smoke, deployment.sound`.
"""

import http.server
import shutil
import socket
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager

import pytest

from infra.site import write_site as write_deployed_site
from predict.model.session import Model
from smoke.__main__ import main
from tests.fitted import model_file
from tests.servers import ROOT, local_server
from training.pages.site import write_site

RIGHT, WRONG = "HistGradientBoostingClassifier", "LogisticRegression"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for estimator in (RIGHT, WRONG):
        (folder / f"{estimator}.onnx").write_bytes(model_file(estimator))
    return {estimator: folder / f"{estimator}.onnx" for estimator in (RIGHT, WRONG)}


def free_ports(count):
    """Return ports that are free, each another."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


@contextmanager
def deployment(tmp_path, model, allowed=None):
    """Serve the app and the site as they are deployed: on two origins, with keys, the site calling the app."""
    api, site = (f"http://127.0.0.1:{port}" for port in free_ports(2))
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
                response = urllib.request.urlopen(request, timeout=60)
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
