import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from benchmarks import machine
from benchmarks.processes import cpu_seconds, end, resident_memory

# A parent that has started a child of 60 MB, used CPU time in it, and tells the child's id.
_CHILD = "x = bytearray(60_000_000); x[::4096] = x[::4096]; sum(range(5_000_000)); print(flush=True); input()"
_PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_children_count_and_are_ended_with_their_parent():
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        child = psutil.Process(int(parent.stdout.readline()))
        process = psutil.Process(parent.pid)
        assert resident_memory(process) > process.memory_info().rss + 60e6
        assert cpu_seconds(process) > sum(process.cpu_times()[:2]) + 0.01
        end(parent)
    assert parent.returncode is not None
    for _ in range(100):
        if not child.is_running() or child.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the child is still there")


def test_the_time_of_a_child_that_has_ended_still_counts():
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_CHILD.removesuffix('; input()')!r}]);"
    parent = subprocess.Popen([sys.executable, "-c", code + " print(flush=True); input()"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)  # fmt: skip
    with parent:
        parent.stdout.readline()
        parent.stdout.readline()
        process = psutil.Process(parent.pid)
        assert cpu_seconds(process) > sum(process.cpu_times()[:2]) + 0.01
        end(parent)


def test_a_process_that_is_gone_has_neither():
    done = subprocess.Popen([sys.executable, "-c", ""])
    process = psutil.Process(done.pid)
    done.wait()
    assert resident_memory(process) == cpu_seconds(process) == 0
    end(done)


def test_other_work_is_a_share_of_the_machine_and_leaves_its_own_out(monkeypatch):
    clock, all_cpu, own_cpu = [100.0], [50.0], [3.0]
    monkeypatch.setattr(machine.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(machine.psutil, "cpu_times", lambda: SimpleNamespace(user=all_cpu[0], system=1.0, nice=0.5))
    monkeypatch.setattr(machine, "cpu_seconds", lambda process: own_cpu[0])
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 2)
    other = machine.OtherWork()
    clock[0] += 10
    all_cpu[0] += 9
    own_cpu[0] += 4
    assert other.share == pytest.approx((9 - 4) / (10 * 2))
    own_cpu[0] += 100
    assert other.share == 0
