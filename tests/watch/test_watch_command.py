import pytest

from predict.model.session import Model
from tests.fitted import model_file
from watch.__main__ import main, parser
from watch.pointer import read_pointer

FIRST, SECOND = model_file("LogisticRegression"), model_file("HistGradientBoostingClassifier")


@pytest.fixture
def run(account, models, monkeypatch):
    monkeypatch.setenv("WATCH_URL", "")
    return lambda *words: main(["--url", account, *words])


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "first.onnx", tmp_path / "second.onnx"]
    for path, body in zip(paths, (FIRST, SECOND), strict=True):
        path.write_bytes(body)
    return paths


def test_person_publishes_serves_and_goes_back(run, files, models, capsys):
    assert [run("publish", str(file)) for file in files] == [0, 0]
    first, second = capsys.readouterr().out.split()
    assert [first, second] == [Model.from_bytes(body).hash for body in (FIRST, SECOND)]
    assert run("serve", first[:8], "--yes") == 0
    assert run("serve", second[:8], "--yes") == 0
    assert run("models") == 0
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [line.startswith("previous") for line in lines if first[:12] in line] == [True]
    assert [line.startswith("serves") for line in lines if second[:12] in line] == [True]
    assert run("back") == 0
    assert read_pointer(models)[0].serving == first
    assert run("serve", "packaged", "--yes") == 0
    assert read_pointer(models)[0].serving == ""


def test_serve_says_what_changes_and_asks(run, files, models, monkeypatch, capsys):
    run("publish", str(files[0]))
    model_hash = capsys.readouterr().out.strip()
    monkeypatch.setattr("builtins.input", lambda prompt: "")
    assert run("serve", model_hash[:10]) == 0
    said = capsys.readouterr().out
    assert "serves now:    the model in the package" in said
    assert f"would serve:   {model_hash[:12]}" in said
    assert "on rows it had not seen" in said
    assert "contacts" in said
    assert read_pointer(models)[0].serving == ""
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    assert run("serve", model_hash[:10]) == 0
    assert read_pointer(models)[0].serving == model_hash


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["serve", "ffff", "--yes"], "error: No model on the shelf begins with that."),
        (["back"], "error: No other model served before."),
        (["publish", __file__], "The model file has no seal"),
        (["publish", "no-such-file.onnx"], "No such file"),
    ],
)
def test_refusal_is_one_line_and_status_1(run, words, message, capsys):
    assert run(*words) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_hash_that_begins_two_models_is_asked_for_in_full(run, files, capsys):
    for file in files:
        run("publish", str(file))
    assert run("serve", "", "--yes") == 1
    assert "2 models on the shelf begin with that" in capsys.readouterr().err


def test_without_an_account_nothing_is_done(monkeypatch, capsys):
    monkeypatch.delenv("WATCH_URL", raising=False)
    assert main(["models"]) == 1
    assert "set WATCH_URL" in capsys.readouterr().err


def test_model_is_tried_out_on_a_share_or_beside(run, files, models, capsys):
    for file in files:
        run("publish", str(file))
    first, second = capsys.readouterr().out.split()
    assert run("share", "10%", first[:8]) == 0
    assert run("shadow", second[:8]) == 0
    pointer, _ = read_pointer(models)
    assert (pointer.canary, pointer.share, pointer.shadow) == (first, 0.1, second)
    assert "answers 10% of the customers" in capsys.readouterr().out
    assert run("models") == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == [
        "serves",
        *(["10%", "shadow"] if first < second else ["shadow", "10%"]),
    ]
    assert run("share", "0") == 0
    assert "The model that serves answers all customers" in capsys.readouterr().out
    assert run("shadow", "none") == 0
    pointer, _ = read_pointer(models)
    assert (pointer.canary, pointer.share, pointer.shadow) == ("", 0.0, "")


def test_list_says_of_the_packaged_model_that_it_served_before_and_of_one_all_its_trials(run, files, capsys):
    for file in files:
        run("publish", str(file))
    first, second = capsys.readouterr().out.split()
    run("serve", first, "--yes")
    run("shadow", second)
    run("share", "10%", second)
    capsys.readouterr()
    assert run("models") == 0
    packaged, *others = capsys.readouterr().out.splitlines()
    assert packaged.startswith("previous the model in the package")
    assert f"shadow 10% {second[:12]}" in "\n".join(others)


@pytest.mark.parametrize("part", ["110%", "-1", "some", "nan"])
def test_share_that_is_none_is_refused(run, part, capsys):
    with pytest.raises(SystemExit):
        run("share", part, "abc")
    assert "a share is a percentage from 0 to 100" in capsys.readouterr().err


def test_words_behind_two_dashes_are_the_trainers():
    words = ["retrain", "--schema", "s.toml", "--newest", "20%", "--", "--trials", "4"]
    arguments = parser().parse_args(words)
    assert (arguments.schema, arguments.newest, arguments.data) == ("s.toml", 0.2, None)
    assert arguments.options == ["--trials", "4"]
