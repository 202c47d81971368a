import logging

import pytest

from local.log_lines import _Lines


@pytest.mark.parametrize("created", [0.0, 1_700_000_000.001, 1_700_000_000.999, 1_700_000_001.5])
def test_a_line_has_the_time_as_logging_writes_it(created: float) -> None:
    record = logging.LogRecord("app", logging.INFO, "", 0, "scored %d", (3,), None)
    record.created, record.msecs = created, (created % 1) * 1000
    layout = "[%(asctime)s] %(message)s"
    assert _Lines(layout).format(record) == logging.Formatter(layout).format(record)
