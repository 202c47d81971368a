"""The models that the tests put on a shelf, and the emulator that holds it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from local.emulator import CONTAINERS
from tests.azurite import emulated
from watch.store import Container, open_container


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """Yield the address of a blob account that has containers to spare."""
    with emulated(*CONTAINERS) as url:
        yield url


def empty(account: str, name: str) -> Container:
    """Return a container without blobs."""
    container = open_container(account, name)
    container.delete(list(container.names()))
    return container


def _emptied(container: str) -> Callable[[str], Container]:
    return pytest.fixture(lambda account: empty(account, container))


models, parts, answers, outcomes, said = map(_emptied, ("models", "counts", "answers", "outcomes", "doing"))


@pytest.fixture
def salts(account: str) -> Container:
    """Return the container of the salt."""
    return open_container(account, "salt")


@pytest.fixture
def name() -> str:
    """Return a blob's name that nothing else has."""
    return uuid4().hex
