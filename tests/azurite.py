"""The emulator of a cloud's blobs and queues, started for the tests that need one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from filelock import FileLock

from local.emulator import blob_account, installed
from local.errors import LocalError
from tests.servers import ROOT


@contextmanager
def emulated(*containers: str) -> Iterator[str]:
    """Yield the address of a blob account with these containers."""
    # Tests run in several processes at once, of which one installs.
    lock = ROOT / ".cache" / "azurite.lock"
    lock.parent.mkdir(exist_ok=True)
    try:
        with FileLock(lock):
            installed()
    except LocalError as error:
        pytest.skip(str(error))
    with blob_account(containers) as url:
        yield url
