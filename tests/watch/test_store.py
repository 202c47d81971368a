import subprocess
import sys

import pytest

from tests.servers import ROOT
from watch.errors import Conflict, NotThere, StoreError
from watch.store import open_container


def test_blob_is_read_as_it_was_written(models, name):
    models.create(name, b"\x00\xff")
    assert models.read(name).body == b"\x00\xff"
    assert list(models.names()) == [name]
    assert list(models.names("no")) == []


def test_blob_with_the_same_tag_is_not_read_again(models, name):
    models.create(name, b"1")
    tag = models.read(name).tag
    assert models.read_if_new(name, tag) is None
    models.replace(name, b"2", tag)
    assert models.read_if_new(name, tag).body == b"2"


def test_second_of_two_who_write_is_told(models, name):
    models.create(name, b"1")
    tag = models.read(name).tag
    models.replace(name, b"2", tag)
    with pytest.raises(Conflict, match="Somebody else wrote"):
        models.replace(name, b"3", tag)
    with pytest.raises(Conflict):
        models.create(name, b"4")
    assert models.read(name).body == b"2"


def test_missing_blob_and_missing_container_are_told_apart(account, models, name):
    with pytest.raises(NotThere):
        models.read(name)
    with pytest.raises(StoreError, match="its container is not there"):
        open_container(account, "no-such-container").create(name, b"")


def test_unreachable_account_is_given_up_within_its_time():
    # Port 9 of this machine: nothing listens there.
    container = open_container("http://127.0.0.1:9/devstoreaccount1", "models", seconds=0.5)
    with pytest.raises(StoreError, match="cannot be read"):
        container.read("serving.json")
    with pytest.raises(StoreError, match="cannot be listed"):
        list(container.names())


@pytest.mark.parametrize("url", ["", "account", "http://example.org/x", "https://example.org", "ftp://127.0.0.1/x"])
def test_address_of_something_else_is_refused(url):
    with pytest.raises(StoreError, match=r"must be a blob account's"):
        open_container(url, "models")


def test_obstore_is_imported_only_when_a_container_is_opened():
    code = (
        "import sys, watch.serving, watch.store\n"
        "assert 'obstore' not in sys.modules\n"
        "watch.store.open_container('http://127.0.0.1:9/devstoreaccount1', 'models')\n"
        "assert 'obstore' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
