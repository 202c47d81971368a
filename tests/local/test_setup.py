"""local/setup.sh, with an uv that downloads nothing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "local" / "setup.sh"
UV = r"""#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.9.0"; exit; fi
mkdir -p .venv
case "$*" in *--python\ /*) exit;; esac  # a Python that is there needs no network
case " $WORKING " in *" ${UV_SYSTEM_CERTS:-own} "*) exit 0;; esac
echo "error: no trust in ${UV_SYSTEM_CERTS:-own}" >&2
exit 2
"""
AGAIN = "setup: trying again with the system's certificates"


def setup(folder: Path, working: str) -> tuple[int, str]:
    """Return the status and what is said where uv trusts its own certificates ("own"), the system's ("1"), or none."""
    (folder / "local").mkdir()
    shutil.copy(SCRIPT, folder / "local")
    (folder / "requirements-dev.txt").touch()
    uv = folder / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(UV)
    uv.chmod(0o755)
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
