"""`make test` in several processes: which tests share one, and what those that they start find compiled."""

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.servers import ROOT

NOTE = """
import os, pytest
@pytest.mark.parametrize("number", range(6))
def test_note(number):
    with open("processes", "a") as file:
        file.write(f"{__name__} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_a_file_stays_in_one_process_so_that_its_servers_and_browsers_start_once(tmp_path: Path) -> None:
    options = re.search(r"-m pytest (.*) \$\(ARGS\)", (ROOT / "Makefile").read_text())
    assert options is not None
    for name in ("a", "b", "c"):
        (tmp_path / f"test_{name}.py").write_text(NOTE)
    command = [sys.executable, "-m", "pytest", "-p", "no:schemathesis", *options[1].replace("auto", "2").split()]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    processes = defaultdict(set)
    for line in (tmp_path / "processes").read_text().splitlines():
        file, process = line.split()
        processes[file].add(process)
    assert [len(processes[file]) for file in ("test_a", "test_b", "test_c")] == [1, 1, 1]
    assert set.union(*processes.values()) == {"gw0", "gw1"}


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_bytecode_is_written_where_the_machine_writes_none() -> None:
    python = f"{sys.executable} -c 'import sys; print(sys.dont_write_bytecode)' #"
    command = ["make", "--silent", "--old-file", "check", "test", f"PYTHON={python}"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "False\n", done.stderr
