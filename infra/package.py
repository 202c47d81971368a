"""The deployment package: one zip that runs as it is, and is the same bytes whenever it is built from the same files.

`python -m infra.package` writes dist/api.zip: function_app.py, host.json, handlers/, predict/, watch/ and the pinned
Linux wheels, with bytecode, and nothing else. Azure builds nothing: what is tested here is what runs there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .alone import Busy, alone
from .package_content import PACKAGES, faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Package", "PackageError", "build", "find_uv", "main"]

_PROJECT = Path(__file__).resolve().parent.parent
# Where Azure unpacks it: tracebacks then name the real files.
_REMOTE_ROOT = "/home/site/wwwroot"
_PLATFORM = "x86_64-manylinux_2_28"
# The earliest date a zip can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16

# Never imported when the function runs. Nothing else of a wheel is touched.
_PRUNED_FOLDERS = {"tests", "__pycache__"}
_PRUNED_SUFFIXES = {".a", ".c", ".f", ".f90", ".h", ".lib", ".pxd", ".pyf", ".pyi", ".pyx"}
_PRUNED = (
    # What the installer notes for itself. RECORD holds hashes of programs in bin, which name this machine's Python.
    ".lock",
    "*.dist-info/RECORD",
    "bin",
    # For programs in C; the Python module holds all of it once more. A third of the zip.
    "onnxruntime/capi/libonnxruntime.so.*",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
)


class PackageError(Exception):
    """The package cannot be built, or must not be deployed."""


@dataclass(frozen=True)
class Package:
    """A package that was built and checked.

    Attributes
    ----------
    path : Path
    n_bytes, n_files : int
    sha256 : str
        Of the zip; equal files give an equal zip.
    """

    path: Path
    n_bytes: int
    n_files: int
    sha256: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Build dist/api.zip and say what is in it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--out", type=Path, default=_PROJECT / "dist" / "api.zip", metavar="ZIP")
    options = parser.parse_args(arguments)
    try:
        package = build(_PROJECT, options.out)
    except (PackageError, Busy) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.out} cannot be written ({error.strerror or error}).\n")
        return 1
    sys.stdout.write(
        f"{package.path}: {package.n_bytes / 1e6:.1f} MB, {package.n_files} files, sha256 {package.sha256}\n"
    )
    return 0


def build(project: Path, out: Path) -> Package:
    """Build the package of a project.

    Parameters
    ----------
    project : Path
        Folder of function_app.py, predict/ and requirements.txt.
    out : Path
        The zip; replaced only by one that passed every check.

    Raises
    ------
    PackageError
        If something is missing, a step fails, or the package must not be deployed.
    """
    # Beside the zip: a move within one file system replaces the old one at once.
    with alone(out) as folder:
        root, built = folder / "root", folder / "api.zip"
        _copy_app(project, root)
        _install_wheels(project, root / PACKAGES)
        _prune(root / PACKAGES)
        _compile(project, root)
        n_files = _write(root, built)
        if found := faults(built):
            raise PackageError("The package must not be deployed:\n" + "\n".join(f"- {fault}" for fault in found))
        body = built.read_bytes()
        built.replace(out)
    return Package(out, len(body), n_files, hashlib.sha256(body).hexdigest())


def _copy_app(project: Path, root: Path) -> None:
    sources = [project / name for name in ("function_app.py", "host.json", "predict/model.onnx")]
    if missing := [source.relative_to(project).as_posix() for source in sources if not source.is_file()]:
        raise PackageError(
            f"Missing: {', '.join(missing)}. `make train` writes the model; the rest is in the repository."
        )
    modules = [path for folder in ("handlers", "predict", "watch") for path in sorted((project / folder).rglob("*.py"))]
    for source in [*sources, *modules]:
        target = root / source.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _install_wheels(project: Path, target: Path) -> None:
    """Install what requirements.txt pins, by hash and as wheels only, for the machine in Azure, not for this one."""
    command = (
        find_uv(project), "pip", "install", "--quiet", "--target", target, "--python-version", _version(project),
        "--python-platform", _PLATFORM, "--only-binary", ":all:", "--require-hashes", "--no-deps",
        "--link-mode", "copy", "-r", project / "requirements.txt",
    )  # fmt: skip
    try:
        _run(*command)
    except PackageError:
        # Behind a company's proxy the system's certificates are the right ones.
        _run(*command, environment={"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"})


def _prune(packages: Path) -> None:
    folders = [path for name in _PRUNED_FOLDERS for path in packages.rglob(name)]
    files = [path for path in packages.rglob("*") if path.suffix in _PRUNED_SUFFIXES]
    for path in [*folders, *files, *(path for pattern in _PRUNED for path in packages.glob(pattern))]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _compile(project: Path, root: Path) -> None:
    """Write bytecode that is valid whatever the files' dates: nothing is compiled at a cold start."""
    _run(
        _python(project), "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash",
        "-s", root, "-p", _REMOTE_ROOT, root,
        # Sets of constants are written in the order of their hashes. With a prefix, bytecode would lie elsewhere, and
        # optimised it would have another name.
        environment={"PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": "", "PYTHONOPTIMIZE": ""},
    )  # fmt: skip


def _write(root: Path, out: Path) -> int:
    files = sorted(_files(root), key=str)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in files:
            entry = zipfile.ZipInfo(str(name), _EPOCH)
            entry.create_system = 3
            entry.external_attr = _FILE_MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (root / name).read_bytes())
    return len(files)


def _files(root: Path) -> Iterator[PurePosixPath]:
    for path in root.rglob("*"):
        if path.is_file():
            yield PurePosixPath(path.relative_to(root).as_posix())


def _version(project: Path) -> str:
    return (project / ".python-version").read_text(encoding="utf-8").strip()


def find_uv(project: Path) -> str:
    """Return the uv that UV names, or that setup took.

    Raises
    ------
    PackageError
        If there is none.
    """
    own = project / ".uv" / "bin" / "uv"
    found = os.environ.get("UV") or (str(own) if own.is_file() else shutil.which("uv"))
    if not found:
        raise PackageError("uv is needed: `make setup` brings it, or install it yourself.")
    return found


def _python(project: Path) -> str:
    """Return an interpreter of the version that runs in Azure: bytecode is of one version."""
    version = _version(project)
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return sys.executable
    find = (find_uv(project), "python", "find", "--directory", project, version)
    try:
        return _run(*find).strip()
    except PackageError:
        _run(find_uv(project), "python", "install", "--quiet", version)
        return _run(*find).strip()


def _run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    arguments = [str(part) for part in command]
    try:
        done = subprocess.run(  # noqa: S603
            arguments, check=True, capture_output=True, text=True, env={**os.environ, **(environment or {})}
        )
    except OSError as error:
        raise PackageError(f"{arguments[0]} cannot be run ({error.strerror}).") from error
    except subprocess.CalledProcessError as error:
        raise PackageError(f"`{' '.join(arguments[:3])} ...` failed:\n{error.stdout}{error.stderr}") from error
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
