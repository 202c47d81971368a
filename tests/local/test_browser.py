"""local/browser.sh: which browser it takes, and what it says where there is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT

TOOLS = ("dirname", "env", "grep", "id", "sh")
without_applications = pytest.mark.skipif(sys.platform == "darwin", reason="Firefox is looked for in /Applications too")
VERSION = "echo Mozilla Firefox 153.7.0esr"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that holds all the programs of a machine: the tools that the script needs, and no browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def add(programs: Path, name: str, script: str) -> Path:
    path = programs / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def look(programs: Path, browser: str = "firefox", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs / "sh"), str(ROOT / "local" / "browser.sh"), browser],
        env={"PATH": str(programs), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_firefox_that_is_there_is_taken(programs: Path) -> None:
    path = add(programs, "firefox", VERSION)
    assert look(programs).stdout == f"{path}\n"


def test_firefox_that_is_named_comes_first(programs: Path, tmp_path: Path) -> None:
    add(programs, "firefox", VERSION)
    named = add(tmp_path, "nightly", VERSION)
    assert look(programs, FIREFOX=str(named)).stdout == f"{named}\n"


def test_the_quicker_of_two_chromiums_is_taken(programs: Path) -> None:
    add(programs, "chromium", "echo Chromium 156")
    shell = add(programs, "chromium-headless-shell", "echo Chromium 156")
    assert look(programs, "chromium").stdout == f"{shell}\n"


@without_applications
def test_missing_chromium_is_installed_as_the_distribution_has_it(programs: Path) -> None:
    path = programs / "chromium"
    add(programs, "sudo", 'shift; "$@"')
    add(programs, "apt-get", f'case "$*" in *headless*) exit 100;; *install*) ln {programs}/new {path};; esac')
    (programs / "ln").symlink_to(str(shutil.which("ln")))
    add(programs, "new", "echo Chromium 156")
    done = look(programs, "chromium")
    assert done.stdout == f"{path}\n", done.stderr


@without_applications
def test_snap_is_not_taken(programs: Path) -> None:
    add(programs, "firefox", f"{VERSION}; exit; exec /snap/bin/firefox")
    assert look(programs).returncode == 1


@without_applications
def test_missing_firefox_is_installed(programs: Path) -> None:
    path = programs / "firefox-esr"
    add(programs, "sudo", 'shift; "$@"')
    add(programs, "apt-get", f'case "$*" in *install*) ln {programs}/new {path};; esac')
    (programs / "ln").symlink_to(str(shutil.which("ln")))
    add(programs, "new", VERSION)
    done = look(programs)
    assert done.stdout == f"{path}\n", done.stderr
    assert "installing firefox-esr with apt-get" in done.stderr


@without_applications
def test_machine_that_cannot_have_firefox_is_told_what_follows(programs: Path) -> None:
    add(programs, "apt-get", "exit 100")
    add(programs, "sudo", "exit 1")
    done = look(programs)
    assert (done.returncode, done.stdout) == (1, "")
    assert "its tests are skipped" in done.stderr
