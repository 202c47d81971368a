import pytest

from watch.errors import Conflict
from watch.gathering import gather
from watch.rollup import Day
from watch.store import Container


def test_whole_that_somebody_writes_again_and_again_is_given_up(parts, monkeypatch):
    parts.create("parts/a", b'{"rows": 1}')

    def refuse(*_):
        raise Conflict("Somebody was first.")

    monkeypatch.setattr(Container, "replace", refuse)
    with pytest.raises(Conflict):
        gather(parts, "whole", "parts", ["a"], Day)
    monkeypatch.undo()
    assert gather(parts, "whole", "parts", ["a"], Day).counts.rows == 1


def test_part_that_another_gathered_meanwhile_is_in_the_whole(parts, monkeypatch):
    """It is gone when it is to be read: then the whole has it."""
    parts.create("parts/a", b'{"rows": 1}')
    read_all = Container.read_all

    def late(self, names):
        monkeypatch.undo()
        gather(parts, "whole", "parts", ["a"], Day)
        return read_all(self, names)

    monkeypatch.setattr(Container, "read_all", late)
    assert gather(parts, "whole", "parts", ["a"], Day).counts.rows == 1
