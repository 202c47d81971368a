import pytest

from predict.model.session import Model
from tests.fitted import customers, model_file
from watch import retraining
from watch.errors import WatchError
from watch.pointer import read_pointer
from watch.retraining import retrain, split
from watch.shelf import published

PACKAGED, OTHER = Model.from_bytes(model_file("LogisticRegression")), model_file("HistGradientBoostingClassifier")
NOW = {"by": "ada", "at": "2026-01-02T03:04:05+00:00"}


def file(n_rows, answers=None, seed=3):
    X, y = customers(n_rows, seed)
    X[PACKAGED.contract.target.name] = y if answers is None else answers
    return X.to_csv(index=False).encode()


@pytest.fixture
def trainer(tmp_path, monkeypatch):
    """Return a function that puts a trainer in place of the real one: it keeps what it is given and writes a model."""

    def put(model, status=0):
        (tmp_path / "training.py").write_text(
            "import pathlib, shutil, sys\n"
            "words = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
            f"shutil.copy(words['--data'], {str(tmp_path / 'given.csv')!r})\n"
            "pathlib.Path(words['--out']).mkdir()\n"
            f"shutil.copy({str(tmp_path / 'new.onnx')!r}, pathlib.Path(words['--out']) / 'model.onnx')\n"
            f"sys.exit({status})\n"
        )
        (tmp_path / "new.onnx").write_bytes(model)
        monkeypatch.chdir(tmp_path)
        return tmp_path / "given.csv"

    return put


def run(models, data, **more):
    return retrain(data, models, PACKAGED, **{"newest": 0.5, "options": [], **NOW, **more})


def test_new_model_scores_beside_and_the_newest_customers_are_kept_from_it(models, trainer):
    given = trainer(OTHER)
    data = file(1_000)
    said = run(models, data)
    older = data.decode().splitlines()[: 1 + 500]
    assert given.read_text().splitlines() == older
    assert said[0].startswith("Log loss on the newest 500 customers: ")
    pointer, _ = read_pointer(models)
    new = Model.from_bytes(OTHER).hash
    assert (pointer.shadow, pointer.serving, pointer.canary) == (new, "", "")
    assert published(models) == [new]
    assert run(models, data) == ["The same model as before: nothing has changed."]


def test_model_that_is_certainly_worse_is_not_published(models, trainer):
    trainer(OTHER)
    X, _ = customers(1_000, 3)
    feed = {name: X[[name]].to_numpy() for name in X}
    difference = PACKAGED.run(feed) - Model.from_bytes(OTHER).run(feed)
    said = run(models, file(1_000, (difference > 0).astype(int)))
    assert said[0].endswith("certainly worse.")
    assert said[1] == "Nothing has changed."
    assert published(models) == []
    assert read_pointer(models)[1] == ""


def test_failure_of_the_trainer_changes_nothing(models, trainer):
    trainer(OTHER, status=3)
    with pytest.raises(WatchError, match="Training failed"):
        run(models, file(1_000))
    assert published(models) == []


def test_model_of_another_form_is_refused(models, trainer, monkeypatch):
    trainer(OTHER)
    monkeypatch.setattr(retraining, "form", lambda contract: contract.estimator)
    with pytest.raises(WatchError, match="takes other inputs"):
        run(models, file(1_000))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (file(150), "too few to compare"),
        (file(400, "maybe"), "must be yes or no"),
        (file(400).replace(b"purchased", b"x"), "one column"),
    ],
)
def test_file_that_cannot_be_compared_on_says_why(models, trainer, data, words):
    trainer(OTHER)
    with pytest.raises(WatchError, match=words):
        run(models, data)
    assert published(models) == []


def test_file_keeps_its_dialect_when_it_is_split():
    data = file(300).replace(b",", b";").replace(b".", b",")
    older, newer = split(data, 0.5, PACKAGED)
    assert older.splitlines() + newer.splitlines()[1:] == data.splitlines()
