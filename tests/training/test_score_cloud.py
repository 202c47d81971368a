"""Scoring blobs, on the emulator, by the command that a person uses."""

import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from tests.made import customers_file, result
from training.__main__ import main
from training.command import cloud
from training.command.cloud import details, fetch, find
from training.customers import score_cloud

LAST = "C0,-5,1,1,0,3,IN,0\n"


def put(bucket, name, content):
    with cloud._told(bucket) as store:
        store.put(name, content)


def content(bucket, name, folder):
    (blob,) = find(bucket.below(name), ())
    fetch(blob, folder / "fetched")
    return (folder / "fetched").read_bytes()


def score(*words):
    return main(["score", *map(str, words), "--model", str(result().path)])


@pytest.fixture
def lines():
    return customers_file().read_text().splitlines(keepends=True)


def test_a_blob_is_scored_as_the_file_is(bucket, lines, tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("".join([*lines[:101], LAST]))
    assert score(source, "--out", tmp_path / "out.csv") == 0
    put(bucket, "in.csv", source)
    assert score(bucket.below("in.csv"), "--out", bucket.below("out.csv"), "--reasons", "--n-jobs", "2") == 0
    assert score(bucket.below("in.csv"), "--out", bucket.below("out.csv")) == 0
    assert "100 customers scored: az://shop/out.csv" in capsys.readouterr().err
    for name in ("out.csv", "out.rejected.csv"):
        assert content(bucket, name, tmp_path) == (tmp_path / name).read_bytes()


def test_blobs_are_scored_into_a_folder_and_not_again(bucket, lines, tmp_path, capsys, monkeypatch):
    for number, name in enumerate(("a.parquet", "b.parquet", "c.parquet")):
        path = tmp_path / name
        (tmp_path / "part.csv").write_text("".join([lines[0], *lines[1 + 100 * number : 101 + 100 * number]]))
        pq.write_table(csv.read_csv(tmp_path / "part.csv"), path)
        put(bucket, f"in/{name}", path)
    words = (bucket.below("in/*.parquet"), "--out", bucket.below("out/"))
    assert score(*words, "--n-jobs", "2") == 0
    assert "300 customers scored: az://shop/out/" in capsys.readouterr().err
    assert score(tmp_path / "b.parquet", "--out", tmp_path / "out.parquet") == 0
    there = content(bucket, "out/b.parquet", tmp_path)
    assert there == (tmp_path / "out.parquet").read_bytes()

    seen, original = [], score_cloud.score_file
    monkeypatch.setattr(score_cloud, "score_file", lambda *all, **more: seen.append(1) or original(*all, **more))
    put(bucket, "in/c.parquet", tmp_path / "a.parquet")
    capsys.readouterr()
    assert score(*words) == 0
    assert len(seen) == 1
    assert "2 of 3 blobs were scored before, and have not changed." in capsys.readouterr().err


def test_rejects_go_when_there_are_none_any_more(bucket, lines):
    words = (bucket.below("in.csv"), "--out", bucket.below("out.csv"), "--rejects", bucket.below("bad.csv"))
    put(bucket, "in.csv", "".join([*lines[:10], LAST]).encode())
    assert score(*words) == 0
    assert details(bucket.below("bad.csv"))
    put(bucket, "in.csv", "".join(lines[:10]).encode())
    assert score(*words) == 0
    assert not details(bucket.below("bad.csv"))


def test_a_blob_without_a_customer_to_score_leaves_no_scores(bucket, lines):
    words = (bucket.below("in.csv"), "--out", bucket.below("out.csv"))
    put(bucket, "in.csv", "".join(lines[:10]).encode())
    assert score(*words) == 0
    put(bucket, "in.csv", (lines[0] + LAST).encode())
    assert score(*words) == 0
    assert not details(bucket.below("out.csv"))
    assert details(bucket.below("out.rejected.csv"))


def test_refusals_name_the_blob_and_hold_nothing_of_it(bucket, tmp_path, capsys):
    put(bucket, "in/a.csv", b"name\nsecret\n")
    put(bucket, "in/b.csv", b"name\nsecret\n")
    for words, said in (
        ((bucket.below("in/a.csv"), "--out", bucket.below("out.csv")), "az://shop/in/a.csv, heading: these columns"),
        ((bucket.below("in/"), "--out", bucket.below("out.csv")), "many blobs are scored into a folder"),
        ((bucket.below("in/"), "--out", tmp_path / "out.csv"), "Customers in a cloud are scored into that cloud"),
        ((customers_file(), "--out", bucket.below("out.csv")), "Customers in a cloud are scored into that cloud"),
        ((bucket.below("in/"), "--out", bucket.below("in/")), "must be three different blobs"),
        ((bucket.below("in/a.csv"), "--out", bucket.below("out.txt")), "the name must end in .csv or .parquet"),
    ):
        assert score(*words) == 1
        told = capsys.readouterr().err
        assert said in told.splitlines()[-1]
        assert "secret" not in told
    assert not details(bucket.below("out.csv"))
