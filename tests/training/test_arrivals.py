"""Files that arrive: the container job's own command, on the emulator's blobs and queue."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.queue import QueueClient

from local.emulator import ACCOUNT, KEY, service
from tests.made import customers_file, result
from training.__main__ import main
from training.command import arrivals, cloud
from training.command.cloud import fetch, find

LAST = "C0,-5,1,1,0,3,IN,0\n"


class Queue:
    """A queue and the one for what is put aside."""

    def __init__(self, url: str) -> None:
        self.url = url
        access = {"account_name": ACCOUNT, "account_key": KEY}
        self.arrived, self.poison = (QueueClient.from_queue_url(url + more, access) for more in ("", "-poison"))
        for client in (self.arrived, self.poison):
            try:
                client.create_queue()
            except ResourceExistsError:
                client.clear_messages()

    def say(self, name: str, container: str = "shop", as_text: bool = False) -> None:
        """Send what Event Grid sends when a blob was created."""
        event = json.dumps(
            {
                "topic": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
                "subject": f"/blobServices/default/containers/{container}/blobs/{name}",
                "eventType": "Microsoft.Storage.BlobCreated",
                "id": "831e1650-001e-001b-66ab-eeb76e069631",
                "data": {"api": "PutBlockList", "url": f"https://st.blob.core.windows.net/{container}/{name}"},
                "dataVersion": "",
                "metadataVersion": "1",
                "eventTime": "2026-01-02T03:04:05Z",
            }
        )
        self.arrived.send_message(event if as_text else base64.b64encode(event.encode()).decode())

    def counts(self) -> tuple[int, int]:
        """Return how many messages there are, seen or hidden, and how many were put aside."""
        return tuple(client.get_queue_properties().approximate_message_count for client in (self.arrived, self.poison))


@pytest.fixture(scope="session")
def queues(account: str) -> Iterator[str]:
    with service("queue") as port:
        yield f"http://127.0.0.1:{port}/{ACCOUNT}"


@pytest.fixture
def queue(queues: str) -> Queue:
    return Queue(f"{queues}/arrived")


def put(bucket, name, content):
    with cloud._told(bucket) as store:
        store.put(name, content)


def names(bucket):
    with cloud._told(bucket) as store:
        return sorted(entry["path"] for page in store.list() for entry in page)


def run(bucket, queue):
    words = [
        str(bucket.below("in/")),
        "--out",
        str(bucket.below("out/")),
        "--rejects",
        str(bucket.below("out/rejected/")),
    ]
    return main(["score", *words, "--queue", queue.url, "--model", str(result().path)])


@pytest.mark.parametrize("as_text", [False, True])
def test_a_file_that_arrives_is_scored_once_however_often_it_is_announced(bucket, queue, tmp_path, capsys, as_text):
    lines = customers_file().read_text().splitlines(keepends=True)
    (tmp_path / "in.csv").write_text("".join([*lines[:101], LAST]))
    put(bucket, "in/my customers.csv", tmp_path / "in.csv")
    queue.say("in/my customers.csv", as_text=as_text)
    queue.say("in/my customers.csv")
    assert run(bucket, queue) == 0
    assert names(bucket) == ["in/my customers.csv", "out/my customers.csv", "out/rejected/my customers.csv"]
    assert (
        main(["score", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--model", str(result().path)])
        == 0
    )
    fetch(find(bucket.below("out/my customers.csv"), ())[0], tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()
    (before,) = find(bucket.below("out/my customers.csv"), ())
    assert queue.counts() == (1, 0)
    assert run(bucket, queue) == 0
    assert "1 of 1 blobs were scored before" in capsys.readouterr().err
    assert find(bucket.below("out/my customers.csv"), ()) == [before]
    assert queue.counts() == (0, 0)
    assert run(bucket, queue) == 0
    assert "0 customers scored\n" in capsys.readouterr().err


def test_a_file_that_cannot_be_scored_is_answered_and_done_with(bucket, queue, tmp_path, capsys):
    put(bucket, "in/a.csv", b"name\nsecret\n")
    queue.say("in/a.csv")
    assert run(bucket, queue) == 1
    assert queue.counts() == (0, 0)
    assert names(bucket) == ["in/a.csv", "out/a.csv.refused.txt"]
    fetch(find(bucket.below("out/a.csv.refused.txt"), ())[0], tmp_path / "refused.txt")
    said = (tmp_path / "refused.txt").read_text()
    assert said.startswith("az://shop/in/a.csv, heading: these columns are missing: ")
    assert "secret" not in said + capsys.readouterr().err
    put(bucket, "in/a.csv", customers_file().read_bytes())
    queue.say("in/a.csv")
    assert run(bucket, queue) == 0
    assert names(bucket) == ["in/a.csv", "out/a.csv"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "{}",
        "[]",
        '{"subject": 3}',
        "bm9uc2Vuc2U=",
        '{"subject": "/blobServices/default/containers/shop/blobs/in/"}',
    ],
)
def test_a_message_that_cannot_be_understood_is_put_aside(bucket, queue, content, capsys):
    queue.arrived.send_message(content)
    assert run(bucket, queue) == 1
    assert "a message names no file of this folder. It was put aside" in capsys.readouterr().err
    assert queue.counts() == (0, 1)


@pytest.mark.parametrize(
    ("name", "container"), [("out/a.csv", "shop"), ("in/deep/a.csv", "shop"), ("in/a.csv", "other")]
)
def test_a_message_about_another_place_is_put_aside(bucket, queue, name, container):
    queue.say(name, container)
    assert run(bucket, queue) == 1
    assert queue.counts() == (0, 1)


def test_a_file_whose_runs_fail_comes_back_and_is_put_aside_in_the_end(bucket, queue, capsys, monkeypatch):
    monkeypatch.setattr(arrivals, "_SECONDS_HIDDEN", 1)
    monkeypatch.setattr(arrivals, "_ATTEMPTS", 2)
    put(bucket, "in/a.csv", customers_file().read_bytes())
    queue.say("in/a.csv")
    words = [str(bucket.below("in/")), "--out", "az://none-such/", "--queue", queue.url, "--model", str(result().path)]
    for _ in range(2):
        assert main(["score", *words]) == 1
        assert "no such container" in capsys.readouterr().err
        assert queue.counts() == (1, 0)
        while not queue.arrived.peek_messages():
            time.sleep(0.05)
    assert main(["score", *words]) == 1
    assert "a message failed 2 times. It was put aside" in capsys.readouterr().err
    assert queue.counts() == (0, 1)


def test_a_message_stays_hidden_while_the_work_takes_longer(bucket, queue, monkeypatch):
    monkeypatch.setattr(arrivals, "_SECONDS_HIDDEN", 1)
    monkeypatch.setattr(arrivals, "_SECONDS_BETWEEN_RENEWALS", 0.2)
    queue.say("in/a.csv")
    with arrivals.next_arrival(queue.url, bucket.below("in/")) as address:
        assert str(address) == "az://shop/in/a.csv"
        # Twice as long as it was hidden for.
        assert not arrivals.threading.Event().wait(2)
        assert queue.arrived.receive_message() is None
    assert queue.counts() == (0, 0)


def test_a_queue_that_is_not_there_or_is_no_address_is_said(bucket, queue, capsys):
    for url, words in (("nonsense", "a queue's address is needed"), (f"{queue.url}-none", "the queue cannot be used")):
        queue.url = url
        assert run(bucket, queue) == 1
        assert words in capsys.readouterr().err
