from training.command.progress import Advance, Bar, say


def test_what_is_said_arrives_as_it_is(capsys):
    text = "[bold]customers[/bold].csv: not used, because the schema does not know it: '[id]' :smile: " + 100 * "x"
    say(text)
    assert capsys.readouterr().err == f"{text}\n"


def test_a_bar_counts_the_steps_of_each_part(capsys):
    with Bar() as bar:
        for description, total in (("trying", 3), ("of unknown length", None)):
            bar.start(description, total)
            bar.step()
            bar.step(2)
    shown = capsys.readouterr().err
    assert "trying" in shown
    assert "3/3" in shown
    assert "3/?" in shown


def test_without_a_bar_nothing_is_shown(capsys):
    advance = Advance()
    advance.start("trying", 3)
    advance.step()
    assert capsys.readouterr() == ("", "")
