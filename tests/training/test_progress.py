import pytest
from rich.console import Console

from training.command import progress
from training.command.progress import Advance, say, show_progress


def work(advance):
    for description, total in (("trying", 3), ("of unknown length", None)):
        advance.start(description, total)
        advance.step()
        advance.step(2)


def test_what_is_said_arrives_as_it_is(capsys):
    text = "[bold]customers[/bold].csv: not used, because the schema does not know it: '[id]' :smile: " + 100 * "x"
    say(text)
    assert capsys.readouterr().err == f"{text}\n"


def test_a_terminal_has_a_bar_for_each_part(capsys, monkeypatch):
    monkeypatch.setattr(progress, "console", Console(stderr=True, force_terminal=True))
    with show_progress() as advance:
        work(advance)
    shown = capsys.readouterr().err
    assert "trying" in shown
    assert "3/3" in shown
    assert "3/?" in shown


EVERY_STEP = ["trying: 1 of 3", "trying: 3 of 3", "of unknown length: 1", "of unknown length: 3"]


@pytest.mark.parametrize(("seconds", "lines"), [(3600, ["trying: 3 of 3"]), (0, EVERY_STEP)])
def test_a_pipe_has_lines_at_once_as_the_work_comes_along(capsys, monkeypatch, seconds, lines):
    monkeypatch.setattr(progress, "_SECONDS_APART", seconds)
    with show_progress() as advance:
        work(advance)
        shown = capsys.readouterr().err.splitlines()
    assert [line.rsplit(", ", 1)[0] for line in shown] == lines


def test_without_a_bar_nothing_is_shown(capsys):
    work(Advance())
    assert capsys.readouterr() == ("", "")
