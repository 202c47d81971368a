"""Blobs: the only module that knows obstore, which it imports when a container is opened and not before.

obstore takes a thirtieth of the CPU time to import that Azure's own client takes, and asks the platform's identity
endpoint for tokens by itself. A blob is written whole or not at all, and only over the version that was read.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .errors import Conflict, NotThere, StoreError

__all__ = ["Blob", "Container", "is_emulator", "open_container"]

# The key that every emulator has, in Microsoft's documentation: it opens nothing but an emulator.
_EMULATOR_ACCOUNT = "devstoreaccount1"
_EMULATOR_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

_READERS = 16


class Blob(NamedTuple):
    """A blob that was read.

    Attributes
    ----------
    body : bytes
    tag : str
        Its entity tag: the version that was read.
    """

    body: bytes
    tag: str


class Container:
    """A container of blobs."""

    def __init__(self, store: Any) -> None:
        import obstore.exceptions as errors

        self._store = store
        self._errors = errors

    def read(self, name: str) -> Blob:
        """Return a blob.

        Raises
        ------
        NotThere, StoreError
        """
        blob = self.read_if_new(name, "")
        assert blob is not None  # noqa: S101  # nothing is known by an empty tag
        return blob

    def read_if_new(self, name: str, tag: str) -> Blob | None:
        """Return a blob, or None if it still has this tag.

        Raises
        ------
        NotThere, StoreError
        """
        try:
            answer = self._store.get(name, options={"if_none_match": tag} if tag else None)
            return Blob(bytes(answer.bytes()), answer.meta["e_tag"] or "")
        except self._errors.NotModifiedError:
            return None
        except FileNotFoundError:
            raise NotThere(f"There is no blob {name}.") from None
        except self._errors.BaseError as error:
            raise StoreError(f"The blob {name} cannot be read ({type(error).__name__}).") from None

    def create(self, name: str, body: bytes) -> None:
        """Write a blob that must not be there.

        Raises
        ------
        Conflict, StoreError
        """
        self.replace(name, body, "")

    def replace(self, name: str, body: bytes, tag: str) -> None:
        """Write a blob over the version with this tag; where there is none yet, "", it must not be there.

        Raises
        ------
        Conflict, StoreError
        """
        self._put(name, body, {"e_tag": tag} if tag else "create")

    def write(self, name: str, body: bytes) -> None:
        """Write a blob, over whatever is there.

        Raises
        ------
        StoreError
        """
        self._put(name, body, "overwrite")

    def delete(self, names: Sequence[str]) -> None:
        """Delete blobs; those that are not there are as good as deleted.

        Raises
        ------
        StoreError
        """
        try:
            if names:
                self._store.delete(list(names))
        except FileNotFoundError:
            # It ends at the first that is not there.
            for name in names:
                with suppress(FileNotFoundError):
                    self._store.delete(name)
        except self._errors.BaseError as error:
            raise StoreError(f"Blobs cannot be deleted ({type(error).__name__}).") from None

    def read_all(self, names: Sequence[str]) -> Iterator[Blob]:
        """Yield many blobs, several read at a time.

        Raises
        ------
        NotThere, StoreError
        """
        with ThreadPoolExecutor(_READERS) as readers:
            yield from readers.map(self.read, names)

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of the blobs that begin so.

        Raises
        ------
        StoreError
        """
        try:
            for page in self._store.list(prefix or None):
                yield from (entry["path"] for entry in page)
        except (FileNotFoundError, self._errors.BaseError) as error:
            raise StoreError(f"The container cannot be listed ({type(error).__name__}).") from None

    def _put(self, name: str, body: bytes, mode: Any) -> None:
        try:
            self._store.put(name, body, mode=mode)
        except (self._errors.AlreadyExistsError, self._errors.PreconditionError):
            raise Conflict(f"Somebody else wrote {name} first.") from None
        except FileNotFoundError:
            raise StoreError(f"The blob {name} cannot be written: its container is not there.") from None
        except self._errors.BaseError as error:
            raise StoreError(f"The blob {name} cannot be written ({type(error).__name__}).") from None


def is_emulator(url: str) -> bool:
    """Return whether this is the address of an emulator on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}


def open_container(url: str, name: str, *, seconds: float = 10.0) -> Container:
    """Open a container of a blob account; nothing is asked of it yet.

    In Azure the app's managed identity opens it (AZURE_CLIENT_ID says which), elsewhere whoever is signed in with
    Azure's command line, and an emulator on this machine its well-known key.

    Parameters
    ----------
    url : str
        Of the account, such as "https://ACCOUNT.blob.core.windows.net" or "http://127.0.0.1:10000/devstoreaccount1".
    name : str
    seconds : float
        After which a call is given up, its second attempt included.

    Raises
    ------
    StoreError
        If the address is no blob account's.
    """
    from obstore.store import AzureStore

    parts = urlsplit(url)
    host = parts.hostname or ""
    options: dict[str, Any] = {"timeout": f"{seconds}s", "connect_timeout": f"{min(seconds, 2.0)}s"}
    if is_emulator(url):
        access: dict[str, Any] = {"account_name": _EMULATOR_ACCOUNT, "account_key": _EMULATOR_KEY}
        options["allow_http"] = True
    elif parts.scheme == "https" and ".blob." in host:
        access = {"account_name": host.partition(".")[0]}
        if "IDENTITY_ENDPOINT" in os.environ:
            access["client_id"] = os.environ.get("AZURE_CLIENT_ID")
        else:
            access["use_azure_cli"] = True
    else:
        raise StoreError("The address must be a blob account's, such as https://ACCOUNT.blob.core.windows.net.")
    return Container(
        AzureStore(
            name,
            endpoint=url.rstrip("/"),
            client_options=options,  # type: ignore[arg-type]  # its keys are not known before
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=seconds)},
            **{key: value for key, value in access.items() if value},
        )
    )
