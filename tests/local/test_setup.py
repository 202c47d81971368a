"""local/setup.sh, with an uv that downloads nothing, and local/apt.sh, with an apt-get that installs nothing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "local"
UV = r"""#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.9.0"; exit; fi
mkdir -p .venv
case "$*" in *--python\ /*) exit;; esac  # a Python that is there needs no network
case " $WORKING " in *" ${UV_SYSTEM_CERTS:-own} "*) exit 0;; esac
echo "error: no trust in ${UV_SYSTEM_CERTS:-own}" >&2
exit 2
"""
BROKEN = {
    "silent": "exit 1",
    "failing": "echo uv 0.9.0; exit 1",
    "old": "echo uv 0.7.22",
    "another": "echo x 1",
}
AGAIN = "setup: trying again with the system's certificates"


def program(folder: Path, name: str, script: str) -> Path:
    """Write a program of a machine."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(script if script.startswith("#!") else f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def setup(folder: Path, working: str, uv_script: str = UV) -> tuple[int, str]:
    """Return the status and what is said where uv trusts its own certificates ("own"), the system's ("1"), or none."""
    (folder / "local").mkdir()
    for name in ("setup.sh", "apt.sh"):
        shutil.copy(SCRIPTS / name, folder / "local")
    (folder / "requirements-dev.txt").touch()
    uv = program(folder / "bin", "uv", uv_script)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    variables |= {"PATH": f"{uv.parent}:{os.environ['PATH']}", "WORKING": working}
    done = subprocess.run(["sh", folder / "local" / "setup.sh"], env=variables, capture_output=True, text=True)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("working", "tried_again"), [("own 1", False), ("1", True)])
def test_what_the_first_attempt_says_is_kept_where_an_attempt_succeeds(
    tmp_path: Path, working: str, tried_again: bool
) -> None:
    status, said = setup(tmp_path, working)
    assert status == 0
    assert (AGAIN in said) == tried_again
    assert "own" not in said


def test_both_attempts_are_shown_where_both_fail(tmp_path: Path) -> None:
    status, said = setup(tmp_path, "")
    assert status == 1
    assert "no trust in own" in said
    assert "no trust in 1" in said


def test_an_uv_that_fails_is_what_is_said_to_have_failed(tmp_path: Path) -> None:
    status, said = setup(tmp_path, "", '[ "$1" = --version ] && echo uv 0.9.0 || { echo no luck >&2; exit 2; }')
    assert status == 1
    *_, cause, fix = said.splitlines()
    assert cause == "no luck"
    assert fix.startswith("setup: uv made no .venv, as the lines above say; install Python 3.13, or another uv")


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_an_uv_that_does_not_work_is_passed_over(tmp_path: Path, script: str) -> None:
    program(tmp_path / "bin", "python3", "exit 1")
    program(tmp_path / "bin", "apt-get", "exit 1")
    program(tmp_path / "bin", "sudo", "exit 1")
    status, said = setup(tmp_path, "own 1", script)
    assert status == 1
    assert "setup: installing uv into .uv" in said
    assert "uv could not be installed; install uv, or python3-venv" in said


def test_an_uv_that_cannot_be_fetched_is_no_fault_of_venv(tmp_path: Path) -> None:
    fetching = "case $* in *pip\\ install*) echo no network >&2; exit 1;; esac"
    venv = f"mkdir -p $3/bin; printf '#!/bin/sh\n%s' '{fetching}' >$3/bin/python; chmod +x $3/bin/python"
    program(tmp_path / "bin", "python3", f'{fetching}\n[ "$2" != venv ] || {{ {venv}; }}')
    status, said = setup(tmp_path, "", BROKEN["silent"])
    assert status == 1
    assert "neither venv nor pip" not in said
    *_, cause, fix = said.splitlines()
    assert cause == "no network"
    assert fix.startswith("setup: uv could not be fetched, as the lines above say; mend the network")
    assert not (tmp_path / ".uv").exists()


def test_no_home_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "PYENV_ROOT"):
        monkeypatch.delenv(name, raising=False)
    status, said = setup(tmp_path, "own")
    assert status == 0, said


def test_another_apt_get_is_waited_for(tmp_path: Path) -> None:
    """`install` waits by an option of apt-get; `update` has none."""
    calls = tmp_path / "calls"
    program(tmp_path, "sudo", 'shift; exec "$@"')
    program(tmp_path, "sleep", f"touch {tmp_path}/released")
    locked = f"[ -e {tmp_path}/released ] || {{ echo E: Could not get lock /var/lib/apt/lists/lock. >&2; exit 100; }}"
    program(tmp_path, "apt-get", f'echo "$*" >>{calls}\ncase $* in *update) {locked};; esac')
    done = apt_install(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("waiting for another apt-get") == 1
    update, again, install = calls.read_text().splitlines()
    assert update == again
    assert "-o DPkg::Lock::Timeout=" in install
    assert install.endswith("install -y --no-install-recommends firefox-esr")


def test_lists_that_cannot_be_had_are_no_reason_to_wait(tmp_path: Path) -> None:
    program(tmp_path, "sudo", 'shift; exec "$@"')
    program(tmp_path, "sleep", "exit 1")
    program(tmp_path, "apt-get", "echo E: no network >&2; exit 100")
    done = apt_install(tmp_path)
    assert done.returncode != 0
    assert "E: no network" in done.stderr
    assert "waiting" not in done.stderr


def test_a_clone_by_a_git_that_writes_windows_line_ends_has_unixs(tmp_path: Path) -> None:
    """sh stops at the others, and the package would not be the same bytes."""
    git = shutil.which("git") or ""
    source, clone = tmp_path / "source", tmp_path / "clone"
    source.mkdir()
    shutil.copy(SCRIPTS.parent / ".gitattributes", source)
    shutil.copy(SCRIPTS / "setup.sh", source)
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (
        (git, "init", "--quiet", str(source)),
        (git, "-C", str(source), "add", "."),
        (git, "-C", str(source), *author, "commit", "--quiet", "--message", "Clone"),
        (git, "clone", "--quiet", "--config", "core.autocrlf=true", str(source), str(clone)),
    ):
        subprocess.run(command, check=True)
    assert (clone / "setup.sh").read_bytes() == (SCRIPTS / "setup.sh").read_bytes()


def apt_install(programs: Path) -> subprocess.CompletedProcess[str]:
    """Install Firefox with the programs of a folder before all others."""
    script = f'set -eu; say() {{ echo "$*" >&2; }}; . {SCRIPTS}/apt.sh; apt_install firefox-esr'
    path = f"{programs}:{os.environ['PATH']}"
    return subprocess.run(["sh", "-c", script], env={"PATH": path}, capture_output=True, text=True, check=False)
