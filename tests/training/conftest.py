"""A cloud for the tests of the trainer: the emulator's, with an empty container."""

from collections.abc import Iterator

import pytest

from local.emulator import ACCOUNT, KEY
from tests.azurite import emulated
from training.command import cloud


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """Start a blob account."""
    with emulated("shop") as url:
        yield url


@pytest.fixture
def bucket(account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[cloud.Address]:
    """Return the address of an empty container, which this process and those that it starts may use."""
    monkeypatch.setenv("AZURE_STORAGE_USE_EMULATOR", "true")
    monkeypatch.setenv("AZURITE_BLOB_STORAGE_URL", account.removesuffix(f"/{ACCOUNT}"))
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", KEY)
    cloud._open.cache_clear()
    shop = cloud.Address("az://shop", "")
    with cloud._told(shop) as store:
        store.delete([entry["path"] for page in store.list() for entry in page])
    yield shop
    cloud._open.cache_clear()
