import dataclasses
import json
import threading

import pytest

from predict.model.session import Model
from tests.fitted import model_file
from watch.errors import ShelfError
from watch.pointer import POINTER, Pointer, read_pointer
from watch.serving import Serving, form
from watch.shelf import back, publish, published, serve, shadow, share
from watch.store import open_container

PACKAGED = model_file("HistGradientBoostingClassifier")
OTHER = model_file("LogisticRegression")
NOW = {"by": "ada", "at": "2026-01-02T03:04:05+00:00"}


@pytest.fixture
def serving(models):
    return Serving(Model.from_bytes(PACKAGED), models)


def test_packaged_model_serves_until_the_pointer_is_moved(models, serving):
    assert read_pointer(models) == (Pointer(), "")
    serving.look()
    assert (serving.model.hash, serving.trouble) == (Model.from_bytes(PACKAGED).hash, "")


def test_published_model_serves_once_the_pointer_names_it(models, serving):
    model_hash = publish(models, OTHER)
    assert published(models) == [model_hash]
    serving.look()
    assert serving.model.hash != model_hash
    assert serve(models, model_hash, **NOW) == Pointer(model_hash, "", **NOW)
    serving.look()
    assert (serving.model.hash, serving.trouble) == (model_hash, "")


def test_back_is_the_model_that_served_before(models, serving):
    first, second = publish(models, OTHER), publish(models, PACKAGED)
    serve(models, first, **NOW)
    serve(models, second, **NOW)
    assert back(models, **NOW).serving == first
    assert back(models, **NOW).serving == second
    serve(models, "", **NOW)
    serving.look()
    assert serving.model.hash == Model.from_bytes(PACKAGED).hash
    assert back(models, **NOW).serving == second


def _point_at(models, model_hash):
    _, tag = read_pointer(models)
    body = json.dumps({"serving": model_hash}).encode()
    models.replace(POINTER, body, tag) if tag else models.create(POINTER, body)


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (None, "There is no model"),
        (OTHER[:-1], "is refused: The model file"),
        (PACKAGED, "is another one"),
    ],
    ids=["missing", "damaged", "misnamed"],
)
def test_model_that_cannot_be_trusted_leaves_the_old_one_serving(models, serving, put, words):
    wanted = Model.from_bytes(OTHER).hash
    if put is not None:
        models.create(f"{wanted}.onnx", put)
    _point_at(models, wanted)
    serving.look()
    assert serving.model.hash == Model.from_bytes(PACKAGED).hash
    assert words in serving.trouble
    # Mended, it is followed without another move of the pointer.
    if put is not None:
        models.replace(f"{wanted}.onnx", OTHER, models.read(f"{wanted}.onnx").tag)
    else:
        models.create(f"{wanted}.onnx", OTHER)
    serving.look()
    assert (serving.model.hash, serving.trouble) == (wanted, "")


def test_model_of_another_form_leaves_the_old_one_serving(models):
    packaged = Model.from_bytes(PACKAGED)
    first = packaged.contract.features[0]
    features = (dataclasses.replace(first, minimum=-7.0), *packaged.contract.features[1:])
    packaged.contract = dataclasses.replace(packaged.contract, features=features)
    serving = Serving(packaged, models)
    serve(models, publish(models, OTHER), **NOW)
    serving.look()
    assert serving.model is packaged
    assert "takes other inputs than the packaged one" in serving.trouble


def test_form_is_what_pages_are_made_for():
    contract = Model.from_bytes(PACKAGED).contract
    assert form(contract) == form(dataclasses.replace(contract, version="2", threshold=0.9))
    renamed = dataclasses.replace(contract.features[0], name="other")
    assert form(contract) != form(dataclasses.replace(contract, features=(renamed, *contract.features[1:])))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"serving": 1, "x": 2}', b'{"serving": 5}', b'{"share": 2}', b'{"share": "all"}', b"\xff"]
)
def test_pointer_that_cannot_be_understood_leaves_the_old_one_serving(models, serving, body):
    models.create(POINTER, body)
    serving.look()
    assert serving.model.hash == Model.from_bytes(PACKAGED).hash
    assert "cannot be understood" in serving.trouble


def test_unreachable_store_leaves_the_old_one_serving():
    packaged = Model.from_bytes(PACKAGED)
    serving = Serving(packaged, open_container("http://127.0.0.1:9/devstoreaccount1", "models", seconds=0.5))
    serving.look()
    assert serving.model is packaged
    assert "cannot be read" in serving.trouble


def test_surprise_ends_neither_the_app_nor_the_thread_that_looks(models, serving, monkeypatch):
    def surprise(*_):
        raise RuntimeError("Marked")

    monkeypatch.setattr(models, "read_if_new", surprise)
    serving.look()
    assert serving.trouble == "It cannot be read (RuntimeError)."
    monkeypatch.undo()
    serving.look()
    assert serving.trouble == ""


def test_pointer_that_vanishes_is_said_and_changes_nothing(models, serving):
    wanted = publish(models, OTHER)
    serve(models, wanted, **NOW)
    serving.look()
    models.delete([POINTER])
    serving.look()
    assert serving.model.hash == wanted
    assert "There is no blob serving.json" in serving.trouble


def test_pointer_is_looked_at_again_and_again(models, serving):
    looked = threading.Event()
    serve(models, publish(models, OTHER), **NOW)

    def pause(seconds):
        assert seconds == 60
        if serving.model.hash == Model.from_bytes(OTHER).hash:
            looked.set()
        return looked.is_set()

    serving.watch(60, pause)
    assert looked.wait(20)


def test_answers_are_of_one_model_or_the_other_while_it_is_swapped(models, serving):
    """Callers score through twenty moves of the pointer; each answer is a right pair of hash and probability."""
    both = [publish(models, OTHER), publish(models, PACKAGED)]
    by_hash = {model.hash: model for model in map(Model.from_bytes, (OTHER, PACKAGED))}
    row = by_hash[both[0]].metadata.self_test[0].values
    right = {model_hash: model.score(row) for model_hash, model in by_hash.items()}
    over, wrong, n_answers = threading.Event(), [], [0] * 4

    def call(caller):
        while not over.is_set():
            model = serving.model
            if model.score(row) != right[model.hash]:
                wrong.append(model.hash)
            n_answers[caller] += 1

    callers = [threading.Thread(target=call, args=(caller,)) for caller in range(4)]
    for caller in callers:
        caller.start()
    for move in range(20):
        serve(models, both[move % 2], **NOW)
        serving.look()
        assert serving.model.hash == both[move % 2]
    over.set()
    for caller in callers:
        caller.join()
    assert not wrong
    assert min(n_answers) > 20


def test_share_of_the_customers_goes_to_the_canary_and_the_same_ones_again(models, serving):
    canary = publish(models, OTHER)
    share(models, canary, 0.2, **NOW)
    serving.look()
    keys = [f"customer {n}" for n in range(5_000)]
    chosen = [serving.choose(key).hash == canary for key in keys]
    assert 0.18 < sum(chosen) / len(keys) < 0.22
    assert chosen == [serving.choose(key).hash == canary for key in keys]
    share(models, canary, 0.5, **NOW)
    serving.look()
    assert all(serving.choose(key).hash == canary for key, was in zip(keys, chosen, strict=True) if was)
    share(models, "", 0.0, **NOW)
    serving.look()
    assert {serving.choose(key) for key in keys} == {serving.model}


def test_whoever_serves_anew_ends_what_was_on_trial(models, serving):
    canary = publish(models, OTHER)
    share(models, canary, 0.5, **NOW)
    shadow(models, canary, **NOW)
    serving.look()
    assert (serving.shadow.hash, serving.model.hash) == (canary, Model.from_bytes(PACKAGED).hash)
    assert serve(models, canary, **NOW) == Pointer(canary, "", **NOW)
    serving.look()
    assert (serving.shadow, serving.model.hash, serving.choose("a").hash) == (None, canary, canary)


def test_trial_of_a_model_that_cannot_be_trusted_does_not_begin(models, serving):
    wanted = Model.from_bytes(OTHER).hash
    with pytest.raises(ShelfError, match="There is no model"):
        share(models, wanted, 0.5, **NOW)
    shadow(models, publish(models, OTHER), **NOW)
    models.delete([f"{wanted}.onnx"])
    models.create(f"{wanted}.onnx", OTHER[:-1])
    serving.look()
    assert (serving.shadow, serving.model.hash) == (None, Model.from_bytes(PACKAGED).hash)
    assert "is refused" in serving.trouble
