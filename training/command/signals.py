"""Being stopped: Ctrl+C and SIGTERM end a run and its workers within two seconds, and no file is left half written.

The workers of a run that was killed end soon after it.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["Stopped", "end_with", "ignoring_interrupts", "leave", "let_end", "listen"]

_GRACE = 1.0  # seconds to tidy up
_PAUSE = 0.1
_SECONDS_BETWEEN_LOOKS = 0.5
_SWITCH = 1e-4  # seconds after which a thread that computes lets another one in
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_said = threading.Lock()


class Stopped(KeyboardInterrupt):
    """A signal asked the run to end.

    Parameters
    ----------
    number : int
        Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.status = 128 + number
        """The exit status, as shells have it."""


def listen() -> None:
    """Let signals end this process: `Stopped` is raised, and its workers are killed.

    Python handles a signal between two of its own steps, and a step inside of a library may take minutes. So a thread
    of its own is woken, which kills the workers, and ends the process if `Stopped` has not done so in time.
    """
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    threading.Thread(target=_wait, args=(receiver,), daemon=True).start()
    signal.set_wakeup_fd(sender.detach())
    for number in _SIGNALS:
        signal.signal(number, _stop)
    # Workers that are killed leave their semaphores to the tracker, which would warn of each.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")


def leave(status: int) -> NoReturn:
    """Say that the run was stopped, once, and end it at once.

    To take apart what is in memory, as `sys.exit` does, takes seconds on a busy machine.
    """
    if _said.acquire(blocking=False):
        print("stopped", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(status)


@contextmanager
def ignoring_interrupts() -> Iterator[None]:
    """Let workers that start meanwhile ignore Ctrl+C, which reaches them, too: this run ends them, without a traceback.

    They inherit that, so it holds from their first import on. This run hears of it by the thread of `listen`.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # to start it later would undo what follows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(parent: int) -> None:
    """Let this worker end soon after its parent, which ends it unless it was killed itself."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def let_end() -> None:
    """Ignore signals from now on: the work is done, and the process about to end."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    let_end()
    raise Stopped(number)


def _wait(receiver: socket.socket) -> None:
    import psutil  # noqa: F401  # now: a signal is answered at once

    number = receiver.recv(1)[0]
    # Each look at a process waits for the main thread, which may compute: 5 ms are too long then.
    sys.setswitchinterval(_SWITCH)
    end = time.monotonic() + _GRACE
    while time.monotonic() < end:
        _kill_workers()
        time.sleep(_PAUSE)
    leave(128 + number)


def _kill_workers() -> None:
    import psutil

    for process in psutil.Process().children(recursive=True):
        try:
            # A tracker ends by itself, after it has removed the memory that the workers shared.
            if not any("resource_tracker" in word for word in process.cmdline()):
                process.kill()
        except psutil.NoSuchProcess:
            continue
