import asyncio

import pytest

from local.transport import Transport


class Wire:
    """The end that sends: remembers every piece."""

    def __init__(self):
        self.pieces = []
        self.closed = False

    def write(self, data):
        assert not self.closed
        self.pieces.append(bytes(data))

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def get_extra_info(self, name):
        return f"{name} of the wire"


def sent(script):
    """Return the pieces that leave when a coroutine function has written to a transport."""

    async def run():
        wire = Wire()
        await script(Transport(wire, asyncio.get_running_loop()), wire)
        await asyncio.sleep(0)
        return wire

    return asyncio.run(run())


def test_head_and_body_leave_in_one_piece_and_the_next_answer_in_another():
    async def script(transport, wire):
        transport.write(b"head ")
        transport.write(b"body")
        assert wire.pieces == []
        await asyncio.sleep(0)
        transport.write(b"next")

    assert sent(script).pieces == [b"head body", b"next"]


@pytest.mark.parametrize("size", [1 << 16, (1 << 16) + 1, 1 << 20])
def test_a_large_body_keeps_its_place(size):
    async def script(transport, wire):
        transport.write(b"head ")
        transport.write(b"b" * size)
        transport.write(b" tail")

    wire = sent(script)
    assert b"".join(wire.pieces) == b"head " + b"b" * size + b" tail"
    assert (len(wire.pieces) == 1) == (size <= 1 << 16)


def test_closing_sends_what_waits():
    async def script(transport, wire):
        transport.write(b"last words")
        transport.close()

    wire = sent(script)
    assert wire.pieces == [b"last words"]
    assert wire.closed


def test_nothing_is_written_to_a_connection_that_is_gone():
    async def script(transport, wire):
        transport.write(b"too late")
        wire.closed = True

    assert sent(script).pieces == []


def test_everything_else_is_the_connections_own():
    async def script(transport, wire):
        assert transport.get_extra_info("peername") == "peername of the wire"

    sent(script)
