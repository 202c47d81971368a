"""Environments: clean ones with the runtime alone, or with what a peer needs, made by uv in a temporary folder."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.package import find_uv

__all__ = ["Environment", "make_environment"]

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """A virtual environment.

    Attributes
    ----------
    python : Path
    size : int
        Bytes of every file in its site-packages as it was installed, before any bytecode was written.
    """

    python: Path
    size: int

    def importable(self, names: Sequence[str]) -> list[str]:
        """Return which of these packages can be imported."""
        code = "import sys, importlib.util as u; print(*(n for n in sys.argv[1:] if u.find_spec(n)))"
        return _run(self.python, "-I", "-c", code, *names).split()

    def versions(self, packages: Sequence[str]) -> dict[str, str]:
        """Return the versions of installed packages."""
        code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
        return dict(zip(packages, _run(self.python, "-I", "-c", code, *packages).split(), strict=True))


def make_environment(folder: Path, *requirements: str, as_of: str = "") -> Environment:
    """Make an environment of this Python and packages of the versions the project pins.

    Parameters
    ----------
    folder : Path
        Must not exist.
    *requirements : str
        As for `pip install`.
    as_of : str
        A day whose versions are taken in place of the project's.
    """
    uv = find_uv(_ROOT)
    _run(uv, "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    versions = ("--exclude-newer", as_of) if as_of else ("-c", str(_ROOT / "requirements-dev.txt"))
    _install(uv, "pip", "install", "--quiet", "--python", python, *versions, *requirements)
    packages = Path(_run(python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    return Environment(python, sum(path.lstat().st_size for path in packages.rglob("*") if not path.is_dir()))


def _install(*command: str | Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)
    except subprocess.CalledProcessError:
        # Behind a company's proxy the system's certificates are the right ones, as in local/setup.sh.
        _run(*command, environment={"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"})


def _run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    variables = {**os.environ, **(environment or {})}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=variables).stdout
