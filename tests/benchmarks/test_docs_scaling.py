"""What docs/scaling.md says of an instance is what the benchmark measured, give or take the machine."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def numbers(path, unit):
    text = " ".join((ROOT / path).read_text().split())
    return [int(number.replace(",", "")) for number in re.findall(rf"([\d,]+) {unit}", text)]


def test_requests_a_second_are_those_of_the_benchmark():
    told, measured = numbers("docs/scaling.md", "requests a second"), numbers("benchmarks/results.md", "requests/s")
    assert len(told) == 2
    for number in told:
        assert any(number / 2 <= rate <= 2 * number for rate in measured), number
