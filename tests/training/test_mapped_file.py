"""A mapped file gives its bytes as they are, and what was read of it does not stay in memory."""

import sys
from pathlib import Path

import psutil
import pytest

from training.customers.mapped_file import give_back, map_file

STEP = 32 << 20


def resident() -> int:
    return psutil.Process().memory_info().rss


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """Return a file of five steps, with one quotation mark at its end; it takes no room on the disk."""
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.truncate(5 * STEP - 1)
        stream.seek(0, 2)
        stream.write(b'"')
    return path


def test_a_byte_is_found_in_any_step(long_file):
    data = map_file(long_file)
    assert data.find(b'"') == 5 * STEP - 1
    assert data.find(b'"', 0, 5 * STEP - 1) == -1
    assert data.find(b'"', 5 * STEP - 1) == 5 * STEP - 1
    assert data.find(b"\0", 3 * STEP + 5) == 3 * STEP + 5
    assert data.find(b'"', 5 * STEP) == -1
    assert data[-2:] == b'\0"'


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes memory back by itself")
def test_what_was_read_is_given_back(long_file):
    data = map_file(long_file)
    before = resident()
    data.find(b'"')
    for start in range(0, len(data), 1 << 20):
        data[start : start + (1 << 20)]
    assert resident() - before < 2.5 * STEP
    give_back(data)
    assert resident() - before < STEP / 2


def test_an_empty_file_has_no_bytes(tmp_path):
    (tmp_path / "empty.csv").touch()
    assert map_file(tmp_path / "empty.csv") == b""
