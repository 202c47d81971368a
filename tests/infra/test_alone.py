import signal
import subprocess
import sys

import pytest

from infra.alone import Busy, alone
from tests.servers import ROOT


def test_a_second_run_is_refused_and_what_a_killed_one_left_is_removed(tmp_path):
    code = (
        "import pathlib, sys; from infra.alone import alone\n"
        "with alone(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').touch(); print('in', flush=True); input()\n"
    )
    command = [sys.executable, "-c", code, tmp_path / "site"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(Busy, match="written by another run"), alone(tmp_path / "site"):
            pass
        other.send_signal(signal.SIGKILL)
    assert {path.name for path in tmp_path.iterdir()} == {".site.lock", ".site.new"}
    with alone(tmp_path / "site") as folder:
        assert list(folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []
