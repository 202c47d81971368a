import pytest

from training.command.arguments import parse_arguments


@pytest.mark.parametrize("words", [[], ["train"], ["--seed", "0"], ["train", "--n-jobs", "2"]])
def test_training_is_what_is_done_when_nothing_is_named(words):
    assert parse_arguments(words) == parse_arguments(["train"])


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["--trials", "0"], "--trials: must be a whole number, 1 or more"),
        (["--trials", "many"], "--trials: must be a whole number, 1 or more"),
        (["--n-jobs", "-7"], "--n-jobs: must be a whole number, 1 or more, or -1"),
        (["--n-jobs", "0"], "--n-jobs: must be a whole number, 1 or more, or -1"),
        (["--seed", "-1"], "--seed: must be a whole number from 0 to 4294967295"),
        (["--seed", "4294967296"], "--seed: must be a whole number from 0 to 4294967295"),
        (["--minutes", "-1"], "--minutes: must be a number, 0 or more"),
        (["--minutes", "nan"], "--minutes: must be a number, 0 or more"),
        (["score", "x.csv", "--out", "y.csv", "--n-jobs", "0"], "--n-jobs: must be a whole number, 1 or more"),
        (["sample", "--rows", "0"], "--rows: must be a whole number, 1 or more"),
        (["score", "x.csv"], "the following arguments are required: --out"),
        (["nonsense"], "invalid choice: 'nonsense'"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused_by_its_rule(words, rule, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse_arguments(words)
    assert stopped.value.code == 2
    assert rule in capsys.readouterr().err
