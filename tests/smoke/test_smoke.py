"""The smoke test against real servers: it passes on a sound deployment, and says what it could not do."""

import socketserver
import subprocess
import sys
import threading

import pytest

from smoke.__main__ import main
from tests import deployment
from tests.deployment import RIGHT, free_ports
from tests.servers import ROOT, local_server

models, smoke, sound = deployment.models, deployment.smoke, deployment.sound


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


def test_two_ports_of_a_laptop_are_told_apart_from_a_deployment(smoke, models):
    with local_server(env={"MODEL_PATH": str(models[RIGHT])}, site=True) as server:
        status, failures, lines = smoke(server.api, "--site", server.site)
        assert (status, len(failures)) == (1, 1)
        assert "azd" not in "".join(lines)
        arguments = next(line for line in lines if "Fix:" in line).partition("-m smoke ")[2].split()
        status, failures, _ = smoke(*arguments)
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


def test_nothing_there_fails_with_the_reason(smoke):
    status, failures, _ = smoke(f"http://127.0.0.1:{free_ports(1)[0]}")
    assert status == 1
    assert "does not answer" in failures[0]


def test_what_speaks_no_http_fails_with_the_reason(smoke):
    class Greeting(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(1000)
            self.request.sendall(b"SSH-2.0-OpenSSH\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Greeting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        status, failures, _ = smoke(f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join()
    assert status == 1
    assert "does not answer (SSH-2.0-OpenSSH)." in failures[0]


@pytest.mark.parametrize(
    "address",
    ["shop.example", "ftp://shop.example", "https://", "https://[", "https://a b", "https://a:99999", "https://a/?b=c"],
)
def test_what_is_no_address_is_refused(capsys, address):
    for arguments in ([address], ["https://shop.example", "--site", address]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert "write it with https://" in capsys.readouterr().err


def test_missing_model_file_is_told(capsys, tmp_path):
    assert main(["https://shop.example", "--model", str(tmp_path / "none.onnx")]) == 2
    assert "Run this in the checkout that was deployed" in capsys.readouterr().err
