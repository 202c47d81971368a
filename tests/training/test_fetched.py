"""Training on customers of a cloud: the file that a run gets."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.made import customers_file, search_two_families
from training.__main__ import main
from training.command import cloud
from training.customers.fetched import fetched
from training.errors import DataError


def put(bucket, name, content):
    with cloud._told(bucket) as store:
        store.put(name, content)


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_a_blob_keeps_its_name_and_its_bytes_and_a_path_is_left_alone(bucket, tmp_path):
    put(bucket, "a/customers.csv", b"text\n1\n")
    with fetched(bucket.below("a/customers.csv")) as path:
        assert (path.name, path.read_bytes()) == ("customers.csv", b"text\n1\n")
    assert not path.exists()
    with fetched(tmp_path) as path:
        assert path == tmp_path


def test_parts_are_put_together_in_the_order_of_their_names(bucket, tmp_path):
    put(bucket, "customers/b.parquet", parquet(tmp_path / "b", days=[3], country=["IN"]))
    put(bucket, "customers/a.parquet", parquet(tmp_path / "a", days=[1, 2], country=["US", "IN"]))
    with fetched(bucket.below("customers/*.parquet")) as path:
        assert path.name == "customers.parquet"
        assert pq.read_table(path).to_pylist() == [
            {"days": 1, "country": "US"},
            {"days": 2, "country": "IN"},
            {"days": 3, "country": "IN"},
        ]
        assert {found.name for found in path.parent.iterdir()} == {"customers.parquet"}
    with fetched(bucket.below("*/*.parquet")) as path:
        assert path.name == "shop.parquet"


def test_parts_that_do_not_fit_are_named(bucket, tmp_path):
    put(bucket, "a.parquet", parquet(tmp_path / "a", days=[1]))
    put(bucket, "b.parquet", parquet(tmp_path / "b", days=["1"]))
    with (
        pytest.raises(DataError, match=r"az://shop/b.parquet: its columns or their types are not those of az://shop/a"),
        fetched(bucket),
    ):
        pass
    put(bucket, "b.csv", b"days\n1\n")
    with pytest.raises(DataError, match=r"b.csv: only the parts of a Parquet table"), fetched(bucket):
        pass


def test_a_model_is_trained_on_a_blob(bucket, tmp_path, capsys, monkeypatch):
    search_two_families(monkeypatch)
    put(bucket, "customers.csv", customers_file(1000))
    words = ["--data", str(bucket.below("customers.csv")), "--out", str(tmp_path), "--trials", "2", "--n-jobs", "1"]
    assert main(words) == 0
    assert (tmp_path / "model.onnx").exists()
    assert "drafted: " in capsys.readouterr().err
    assert main(["draft", words[1], "--out", str(tmp_path / "again.toml")]) == 0
    assert (tmp_path / "again.toml").read_bytes() == (tmp_path / "reports" / "customers.toml").read_bytes()
