"""Blobs: addresses without a cloud, the rest on the emulator."""

from pathlib import Path

import pytest

from training.command import cloud
from training.command.cloud import Address, details, fetch, find, place, remove, send
from training.errors import CloudError, DataError

ENDS = (".csv", ".parquet")


def put(bucket, name, content):
    with cloud._told(bucket) as store:
        store.put(name, content)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("az://shop/a/*.csv", Address("az://shop", "a/*.csv")),
        ("abfs://shop@there.dfs.core.windows.net/a.csv", Address("abfs://shop@there.dfs.core.windows.net", "a.csv")),
        ("s3://shop", Address("s3://shop", "")),
        ("az:/shop/a.csv", Path("az:/shop/a.csv")),
        ("C:\\a.csv", Path("C:\\a.csv")),
    ],
)
def test_an_address_is_told_from_a_path(text, address):
    assert place(text) == address
    assert str(place(text)).rstrip("/") == text


def test_what_is_rejected_stands_beside():
    shop = Address("az://shop", "")
    assert str(shop.below("a/b.csv").beside("rejected")) == "az://shop/a/b.rejected.csv"
    assert str(shop.below("a/").beside("rejected")) == "az://shop/a.rejected/"
    assert str(shop.beside("rejected")) == "az://shop/rejected/"


def test_a_folder_and_an_asterisk_stand_for_the_files_in_it(bucket):
    for name in ("in/b.csv", "in/a.parquet", "in/.a.csv", "in/_a.csv", "in/a.txt", "in/deep/c.csv", "in.csv"):
        put(bucket, name, b"text")
    assert [blob.address.name for blob in find(bucket.below("in/"), ENDS)] == ["in/a.parquet", "in/b.csv"]
    assert [blob.address.name for blob in find(bucket.below("in/*.csv"), ENDS)] == ["in/b.csv"]
    assert [blob.address.name for blob in find(bucket.below("in/*/*"), ENDS)] == ["in/deep/c.csv"]
    assert [blob.address.name for blob in find(bucket.below("in.csv"), ENDS)] == ["in.csv"]


def test_a_blob_of_several_pieces_comes_back_as_it_was(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(cloud, "_PIECE_BYTES", 1000)
    there, back = tmp_path / "there", tmp_path / "back"
    for content in (b"", bytes(range(256)) * 100):
        there.write_bytes(content)
        send(there, bucket.below("a.csv"), {"asked": "this"})
        fetch(find(bucket.below("a.csv"), ENDS)[0], back)
        assert back.read_bytes() == content
    assert details(bucket.below("a.csv"))["asked"] == "this"
    remove(bucket.below("a.csv"))
    remove(bucket.below("a.csv"))
    assert details(bucket.below("a.csv")) == {}


def test_a_blob_that_changes_while_it_is_read_is_refused(bucket, tmp_path):
    put(bucket, "a.csv", b"one")
    (blob,) = find(bucket.below("a.csv"), ENDS)
    put(bucket, "a.csv", b"two")
    with pytest.raises(DataError, match="was changed while it was read"):
        fetch(blob, tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("az://shop/none.csv", "az://shop/none.csv: there is no such blob"),
        ("az://shop/none/*.csv", "there is no blob of this address whose name ends in .csv or .parquet"),
        ("az://none-such/a.csv", "there is no such blob, or no such container"),
        ("az://none-such/", "there is no such container"),
    ],
)
def test_what_is_not_there_is_named(address, words, bucket):
    with pytest.raises(DataError, match=words):
        find(place(address), ENDS)


def test_who_may_not_is_told_so(bucket, monkeypatch, tmp_path):
    monkeypatch.setenv("AZURE_STORAGE_USE_EMULATOR", "false")
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", f"{cloud.os.environ['AZURITE_BLOB_STORAGE_URL']}/devstoreaccount1")
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "bm90aGluZw==")
    cloud._open.cache_clear()
    (tmp_path / "a.csv").write_text("a")
    with pytest.raises(CloudError, match=r"az://shop/a\.csv: access is refused"):
        send(tmp_path / "a.csv", bucket.below("a.csv"), {})


def test_an_account_must_be_named(bucket, monkeypatch):
    for name in ("AZURE_STORAGE_USE_EMULATOR", "AZURE_STORAGE_ACCOUNT_NAME"):
        monkeypatch.delenv(name)
    cloud._open.cache_clear()
    with pytest.raises(CloudError, match="Set AZURE_STORAGE_ACCOUNT_NAME"):
        find(bucket.below("a.csv"), ENDS)


def test_a_container_to_write_to_must_be_there(bucket, tmp_path):
    (tmp_path / "a.csv").write_text("a")
    with pytest.raises(CloudError, match="no such container"):
        send(tmp_path / "a.csv", place("az://none-such/a.csv"), {})
