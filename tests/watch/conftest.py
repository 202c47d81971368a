"""The models that the tests put on a shelf, and the emulator that holds it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.emulator import blob_account
from watch.store import Container, open_container


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """Yield the address of a blob account that has containers to spare."""
    with blob_account("models", "counts", "doing") as url:
        yield url


@pytest.fixture
def models(account: str) -> Container:
    """Return the container of models, empty."""
    container = open_container(account, "models")
    for name in list(container.names()):
        container._store.delete(name)
    return container


@pytest.fixture
def name() -> str:
    """Return a blob's name that nothing else has."""
    return uuid4().hex


@pytest.fixture
def parts(account: str) -> Container:
    """Return the container of counts, empty."""
    container = open_container(account, "counts")
    for blob in list(container.names()):
        container._store.delete(blob)
    return container
