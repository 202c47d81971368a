"""A queue of files that have arrived, fed by Event Grid: each run takes one.

While a run works on a file nobody else sees its message. The message of a run that dies comes back, and after some
attempts is put aside in the queue NAME-poison, as one is that cannot be understood.
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import CloudError, TrainingError
from .cloud import Address

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient, QueueMessage

__all__ = ["next_arrival"]

_SECONDS_HIDDEN = 300
_SECONDS_BETWEEN_RENEWALS = 60.0
_ATTEMPTS = 5
_SUBJECT = "/blobServices/default/containers/"


@contextmanager
def next_arrival(queue: str, folder: Address) -> Iterator[Address | None]:
    """Yield the next file that has arrived in a folder, or None where there is none.

    Its message is deleted if there is no error.

    Parameters
    ----------
    queue : str
        Address of the queue, such as "https://ACCOUNT.queue.core.windows.net/arrived".
    folder : Address
        Messages about anything else are put aside.

    Raises
    ------
    TrainingError
        If the message was put aside.
    CloudError
    """
    from azure.core.exceptions import AzureError

    try:
        client = _open(queue, queue)
        message = client.receive_message(visibility_timeout=_SECONDS_HIDDEN)
        if message is None:
            yield None
            return
        address = _address(message.content, folder)
        if address is None or (message.dequeue_count or 0) > _ATTEMPTS:
            _open(queue, f"{queue}-poison").send_message(message.content)
            client.delete_message(message)
            why = "names no file of this folder" if address is None else f"failed {_ATTEMPTS} times"
            raise TrainingError(f"{queue}: a message {why}. It was put aside in the queue with -poison in its name.")
        with _hidden(client, message):
            yield address
        client.delete_message(message)
    except AzureError as error:
        raise CloudError(f"{queue}: the queue cannot be used ({type(error).__name__}).") from None


@contextmanager
def _hidden(client: "QueueClient", message: "QueueMessage") -> Iterator[None]:
    """Keep a message out of others' sight for as long as the work takes."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(_SECONDS_BETWEEN_RENEWALS):
            # Each renewal changes by what the message is deleted.
            message.pop_receipt = client.update_message(message, visibility_timeout=_SECONDS_HIDDEN).pop_receipt

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _address(content: str, folder: Address) -> Address | None:
    """Return the file that an event of Event Grid's schema is about, if it is in the folder."""
    try:
        event: Any = json.loads(content if content.startswith("{") else base64.b64decode(content))
        _, _, place = event["subject"].partition(_SUBJECT)
        container, _, name = place.partition("/blobs/")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    named = folder.container.partition("://")[2].partition("@")[0]
    is_inside = container == named and name.startswith(folder.name) and "/" not in name.removeprefix(folder.name)
    return Address(folder.container, name) if is_inside and name != folder.name else None


def _open(queue: str, url: str) -> "QueueClient":
    from azure.identity import DefaultAzureCredential
    from azure.storage.queue import QueueClient

    key = os.environ.get("AZURE_STORAGE_ACCOUNT_KEY")
    account = os.environ.get("AZURE_STORAGE_ACCOUNT_NAME", "")
    try:
        return QueueClient.from_queue_url(
            url, {"account_name": account, "account_key": key} if key else DefaultAzureCredential()
        )
    except ValueError:
        raise CloudError(
            f"{queue}: a queue's address is needed, such as https://ACCOUNT.queue.core.windows.net/NAME"
        ) from None
