"""Reading a request's body into memory, and no more of it than the limit allows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["BodyTooLarge", "ClientGone", "drain", "read_body"]

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]

# How long a refused upload is still read and thrown away, so that the client gets to read the refusal: closing on
# unread bytes would reset the connection, and many clients then report the reset. Kestrel's drain timeout is 5 s.
_DRAIN_SECONDS = 5.0


class BodyTooLarge(Exception):
    """The body is above the limit."""


class ClientGone(Exception):
    """The client closed the connection before the body was complete."""


async def read_body(receive: Receive, length: str | None, limit: int) -> bytes:
    """Return the whole body.

    Parameters
    ----------
    receive : callable
        ASGI's.
    length : str or None
        The Content-Length header.
    limit : int
        In bytes.

    Raises
    ------
    BodyTooLarge
        Before a byte is read where the header says so, else as soon as too many have come.
    ClientGone
    """
    if length is not None and int(length) > limit:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def drain(receive: Receive) -> None:
    """Read and forget the rest of a refused body, for a few seconds at most."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass
    except TimeoutError:
        pass
