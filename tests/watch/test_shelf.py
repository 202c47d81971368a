import threading

import pytest

from predict.errors import ArtifactError
from tests.fitted import model_file
from watch.errors import Conflict, ShelfError
from watch.pointer import read_pointer
from watch.shelf import back, publish, published, serve

PACKAGED = model_file("HistGradientBoostingClassifier")
OTHER = model_file("LogisticRegression")
NOW = {"by": "ada", "at": "2026-01-02T03:04:05+00:00"}


def test_publishing_twice_is_publishing_once(models):
    assert publish(models, OTHER) == publish(models, OTHER)
    assert len(published(models)) == 1


def test_without_a_move_there_is_no_way_back(models):
    with pytest.raises(ShelfError, match="No other model served before"):
        back(models, **NOW)


def test_what_is_no_model_is_not_published(models):
    for file in (b"", OTHER[:-1], OTHER[:1000] + bytes([OTHER[1000] ^ 1]) + OTHER[1001:]):
        with pytest.raises(ArtifactError):
            publish(models, file)
    assert published(models) == []


def test_model_that_is_not_there_cannot_serve(models):
    with pytest.raises(ShelfError, match="There is no model 0000"):
        serve(models, "0" * 64, **NOW)
    model_hash = publish(models, OTHER)
    serve(models, model_hash, **NOW)
    with pytest.raises(ShelfError, match="serves already"):
        serve(models, model_hash, **NOW)


def test_second_of_two_who_promote_at_once_is_told(models):
    hashes = [publish(models, OTHER), publish(models, PACKAGED)]
    barrier, told = threading.Barrier(2), []

    def promote(model_hash):
        barrier.wait()
        try:
            serve(models, model_hash, **NOW)
        except Conflict as error:
            told.append(error)

    threads = [threading.Thread(target=promote, args=(model_hash,)) for model_hash in hashes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pointer, _ = read_pointer(models)
    # Both may have come one after the other; never has the pointer been written over unseen.
    assert len(told) == (0 if pointer.previous else 1)
    assert pointer.serving in hashes
