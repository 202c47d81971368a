"""Real servers for tests: `python -m local` in a process of its own, on free ports."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ECHO_APP = Path(__file__).resolve().parent / "apps" / "echo"


@dataclass(frozen=True)
class LocalServer:
    """A running `python -m local`.

    `api` is the host's address without the prefix, `site` the site's or "" without one.
    """

    process: subprocess.Popen[bytes]
    output_path: Path
    api: str
    site: str

    @property
    def output(self) -> str:
        """What it has printed and logged so far."""
        return self.output_path.read_text()

    def logged(self, text: str, seconds: float = 60) -> bool:
        """Whether a text comes up in the output within a time."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Stop it, and return the exit status."""
        self.process.send_signal(by)
        return self.process.wait(50)


@contextmanager
def local_server(*arguments: str, env: Mapping[str, str] | None = None, site: bool = False) -> Iterator[LocalServer]:
    """Start `python -m local` on free ports, wait until it listens, stop it in the end."""
    command = [sys.executable, "-W", "error", "-m", "local", "--port", "0", "--site-port", "0", *arguments]
    if not site:
        command.append("--no-site")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output.txt"
        with path.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | dict(env or {}), stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield _wait(process, path)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def _wait(process: subprocess.Popen[bytes], path: Path) -> LocalServer:
    deadline = time.monotonic() + 120
    while "Press Ctrl-C to stop." not in (text := path.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"python -m local did not start:\n{text}")
        time.sleep(0.02)
    api = re.search(r"^API: +(http://[\d.]+:\d+)", text, re.MULTILINE)
    site = re.search(r"^Site: +(http://[\d.]+:\d+)", text, re.MULTILINE)
    assert api is not None
    return LocalServer(process, path, api[1], site[1] if site else "")
