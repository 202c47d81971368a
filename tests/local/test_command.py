"""`python -m local` as a command: ports, signals, broken apps, apps that bring their own packages."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from tests.servers import ECHO_APP, ROOT, local_server


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def make_app(folder: Path, code: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "host.json").write_text('{"version": "2.0"}')
    (folder / "function_app.py").write_text(code)
    return folder


@pytest.mark.parametrize(("option", "variable"), [("--port", "PORT"), ("--site-port", "SITE_PORT")])
def test_a_port_in_use_is_one_line_with_the_fix(option, variable, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = {"--port": "0", "--site-port": "0", option: str(port)}
        listed = [part for pair in arguments.items() for part in pair]
        answer = run("--app", str(ECHO_APP), "--site", str(tmp_path), *listed)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert f"Port {port} " in answer.stderr
    assert f"make run {variable}={port + 1}" in answer.stderr


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(by):
    with local_server("--app", str(ECHO_APP)) as server, httpx.Client(base_url=server.api, timeout=60) as client:
        assert client.get("/api/string").status_code == 200  # and the connection stays open
        assert server.stop(by) == 0
        assert "Traceback" not in server.output
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.api, timeout=60)


def test_a_request_under_way_is_answered_before_it_stops():
    with local_server("--app", str(ECHO_APP)) as server:
        answers: list[bytes] = []

        def ask() -> None:
            answers.append(httpx.post(f"{server.api}/api/wait?seconds=1", content=b"done", timeout=60).content)

        thread = threading.Thread(target=ask)
        thread.start()
        assert server.logged("waiting for 1 seconds")
        assert server.stop() == 0
        thread.join()
        assert answers == [b"done"]


def test_a_function_that_does_not_return_is_left_behind():
    with local_server("--app", str(ECHO_APP)) as server, socket.socket() as sock:
        sock.connect(("127.0.0.1", int(server.api.rsplit(":", 1)[1])))
        sock.sendall(b"POST /api/wait?seconds=60 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert server.logged("waiting for 60 seconds")
        assert server.stop() == 0  # which does not wait so long


def test_both_addresses_answer_once_they_are_printed(tmp_path):
    (tmp_path / "index.html").write_text("<p>home</p>")
    with local_server("--app", str(ECHO_APP), "--site", str(tmp_path), site=True) as server:
        assert httpx.get(f"{server.api}/api/string", timeout=60).text == "just a text"
        assert httpx.get(server.site, timeout=60).text == "<p>home</p>"
        assert f"[GET,POST] {server.api}/api/echo" in server.output


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import a_module_that_is_not_there", "a_module_that_is_not_there"),
        ("def broken(", "SyntaxError"),
        ("x = 1", "Could not find top level function app instances"),
    ],
)
def test_an_app_that_cannot_be_indexed_says_why(tmp_path, code, message):
    answer = run("--port", "0", "--no-site", "--app", str(make_app(tmp_path / "app", code)))
    assert answer.returncode == 1
    assert "function_app.py cannot be indexed" in answer.stderr
    assert message in answer.stderr


def test_a_folder_without_an_app_is_one_line(tmp_path):
    answer = run("--port", "0", "--no-site", "--app", str(tmp_path))
    assert (answer.returncode, len(answer.stderr.splitlines())) == (1, 1)
    assert "function_app.py" in answer.stderr


def test_a_site_that_is_no_folder_is_said_to_be_none(tmp_path):
    answer = run("--port", "0", "--site", str(tmp_path / "pages"))
    assert (answer.returncode, len(answer.stderr.splitlines())) == (1, 1)
    assert "pages is no folder" in answer.stderr


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_refused(port):
    answer = run("--port", port)
    assert answer.returncode == 2
    assert "a port is a whole number from 0 to 65535" in answer.stderr


def test_an_app_elsewhere_does_not_see_this_project(tmp_path):
    code = (ECHO_APP / "function_app.py").read_text() + "\nimport importlib.util\n"
    code += "assert not [name for name in ('predict', 'training') if importlib.util.find_spec(name)]\n"
    with local_server("--app", str(make_app(tmp_path / "app", code))) as server:
        assert httpx.get(f"{server.api}/api/string", timeout=60).status_code == 200


def test_an_app_with_its_own_packages_sees_those_alone(tmp_path):
    code = (ECHO_APP / "function_app.py").read_text() + "\nimport importlib.util\n"
    code += "assert not [name for name in ('predict', 'sklearn', 'pytest') if importlib.util.find_spec(name)]\n"
    code += "assert '.python_packages' in func.__file__\n"
    app = make_app(tmp_path / "app", code)
    packages = app / ".python_packages" / "lib" / "site-packages"
    installed = Path(httpx.__file__).parent.parent
    for name in ("azure", "azure_functions_runtime", "werkzeug", "markupsafe"):
        shutil.copytree(installed / name, packages / name)
    with local_server("--app", str(app)) as server:
        assert httpx.get(f"{server.api}/api/string", timeout=60).status_code == 200
        assert httpx.get(f"{server.api}/admin/host/status", timeout=60).status_code == 200
