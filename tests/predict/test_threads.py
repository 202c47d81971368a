import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import predict, numpy, threadpoolctl
print({one["num_threads"] for one in threadpoolctl.threadpool_info()})
"""


def test_sums_keep_to_one_thread():
    """More of them wait for each other: a sum of microseconds then takes milliseconds on a busy machine."""
    plain = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", ASK]
    told = subprocess.run(command, cwd=PROJECT, env=plain, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "{1}"
