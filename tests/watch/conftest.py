"""The models that the tests put on a shelf, and the emulator that holds it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from filelock import FileLock

from local.emulator import blob_account, installed
from local.errors import LocalError
from tests.servers import ROOT
from watch.store import Container, open_container


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """Yield the address of a blob account that has containers to spare."""
    # Tests run in several processes at once, of which one installs.
    lock = ROOT / ".cache" / "azurite.lock"
    lock.parent.mkdir(exist_ok=True)
    try:
        with FileLock(lock):
            installed()
    except LocalError as error:
        pytest.skip(str(error))
    with blob_account() as url:
        yield url


def empty(account: str, name: str) -> Container:
    """Return a container without blobs."""
    container = open_container(account, name)
    for blob in list(container.names()):
        container._store.delete(blob)
    return container


@pytest.fixture
def models(account: str) -> Container:
    """Return the container of models, empty."""
    return empty(account, "models")


@pytest.fixture
def answers(account: str) -> Container:
    """Return the container of answers, empty."""
    return empty(account, "answers")


@pytest.fixture
def salts(account: str) -> Container:
    """Return the container of the salt."""
    return open_container(account, "salt")


@pytest.fixture
def outcomes(account: str) -> Container:
    """Return the container of outcomes, empty."""
    return empty(account, "outcomes")


@pytest.fixture
def said(account: str) -> Container:
    """Return the container of what the page shows, empty."""
    return empty(account, "doing")


@pytest.fixture
def name() -> str:
    """Return a blob's name that nothing else has."""
    return uuid4().hex


@pytest.fixture
def parts(account: str) -> Container:
    """Return the container of counts, empty."""
    return empty(account, "counts")
