"""How long a run and each of its steps took."""

import time

__all__ = ["Stopwatch", "duration_text"]


class Stopwatch:
    """Counts the seconds of each step, from one lap to the next."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, step: str) -> None:
        """Say that a step has ended."""
        now = time.monotonic()
        self.seconds[step] = now - self._last
        self._last = now

    @property
    def words(self) -> str:
        """All steps in one line, the total first."""
        steps = ", ".join(f"{step} {duration_text(seconds)}" for step, seconds in self.seconds.items())
        return f"{duration_text(sum(self.seconds.values()))} ({steps})"


def duration_text(seconds: float) -> str:
    """Return a duration as people read it.

    Examples
    --------
    >>> duration_text(0.31), duration_text(59.96), duration_text(151)
    ('0.3 s', '1 min 0 s', '2 min 31 s')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
