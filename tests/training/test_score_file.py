import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from predict.csv_file.score_csv import score_table
from predict.errors import ArtifactError
from predict.model.explain import Explainer
from predict.model.session import Model
from tests.made import customers_file, result
from training.command.progress import Advance
from training.command.spread import Work
from training.customers.read_blocks import open_blocks
from training.customers.score_file import score_file
from training.customers.synthetic import write_csv
from training.customers.table import read_table
from training.errors import DataError, TrainingError
from training.export.background import to_rows

ROOT = Path(__file__).parents[2]


def model_path() -> Path:
    return result().path


def scored(tmp_path, source, out="out.csv", **more):
    done = score_file(model_path(), source, tmp_path / out, tmp_path / f"rejected-{out}", **more)
    return done, tmp_path / out, tmp_path / f"rejected-{out}"


class Counted(Advance):
    def start(self, description, total):
        self.total, self.steps = total, []

    def step(self, steps=1):
        self.steps.append(steps)


def read(path):
    return pd.read_csv(path, keep_default_na=False) if path.suffix == ".csv" else pd.read_parquet(path)


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_every_customer_gets_the_probability_of_the_file_that_serves(tmp_path, out):
    done, path, rejects = scored(tmp_path, customers_file(), out)
    table = read_table(customers_file(), result().schema)
    model = Model.load(model_path())
    expected = model.probabilities(to_rows(table.X))
    found = read(path)
    np.testing.assert_array_equal(found["probability"], expected)
    yes = expected >= model.contract.threshold
    assert found["prediction"].tolist() == np.where(yes, "Will Purchase", "Will Not Purchase").tolist()
    assert found["customer_id"].tolist() == read(customers_file())["customer_id"].tolist()
    assert (done.n_scored, done.n_rejected, done.rejects) == (len(table.y), 0, None)
    assert not rejects.exists()


def test_parquet_and_csv_score_alike(tmp_path):
    source = tmp_path / "customers.parquet"
    read(customers_file()).to_parquet(source)
    _, path, _ = scored(tmp_path, source)
    _, other, _ = scored(tmp_path, customers_file(), "other.csv")
    pd.testing.assert_series_equal(read(path)["probability"], read(other)["probability"])


def test_small_blocks_and_an_executor_change_nothing_and_keep_the_order(tmp_path, monkeypatch):
    _, whole, _ = scored(tmp_path, customers_file())
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 5000)
    progress = Counted()
    with ThreadPoolExecutor(3) as pool:
        _, parts, _ = scored(tmp_path, customers_file(), "parts.csv", work=Work(pool, 3, progress))
    assert parts.read_bytes() == whole.read_bytes()
    assert progress.total == sum(progress.steps) == 2500
    assert len(progress.steps) > 5


def test_reasons_are_the_apis(tmp_path, monkeypatch):
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 20_000)
    _, path, _ = scored(tmp_path, customers_file(), reasons=True)
    model = Model.load(model_path())
    table = score_table(model, Explainer(model), customers_file().read_bytes(), most_rows=10_000, reasons=True)
    expected = pd.read_csv(io.BytesIO(table.body), keep_default_na=False)
    assert read(path)["reasons"].tolist() == expected["reasons"].tolist()
    source = tmp_path / "customers.csv"
    source.write_text(f"reasons,{HEADING}\nof my own,{GOOD}\n")
    with pytest.raises(DataError, match="already a column 'reasons'"):
        scored(tmp_path, source, reasons=True)
    assert read(scored(tmp_path, source)[1])["reasons"].tolist() == ["of my own"]


HEADING = "customer_id,days_on_platform,minutes_watched,courses_started,exams_passed,steps,student_country"
GOOD = "C1,10,20.5,1,0,3,IN"
BAD = [
    ("C2,-5,20.5,1,0,3,IN", "days_on_platform must be 0 or more"),
    ("C3,,20.5,1,0,3,IN", "days_on_platform is empty"),
    ("C4,10,abc,1,0,3,IN", "minutes_watched must be a number"),
    ("C5,10,20.5,1.5,0,3,QQ", "courses_started must be a whole number"),
    ("C6,10,20.5,1,0,3,i n", "student_country must be one of the"),
    ("C7,10,20.5,1", "the line has 4 cells and the heading 7"),
    ("C8,10,inf,1,0,3,IN", "minutes_watched must be a number"),
]


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_nothing_is_lost_and_every_reason_is_given(tmp_path, out):
    source = tmp_path / "customers.csv"
    lines = [GOOD, *(line for line, _ in BAD), GOOD.replace("C1", "C9")]
    source.write_text("\n".join([HEADING, *lines]) + "\n")
    done, path, rejects = scored(tmp_path, source, out)
    assert (done.n_scored, done.n_rejected) == (2, len(BAD))
    assert read(path)["customer_id"].tolist() == ["C1", "C9"]
    rejected = read(rejects).sort_values("row")
    assert rejected["row"].tolist() == [number + 2 for number in range(len(BAD))]
    for (line, reason), (_, row) in zip(BAD, rejected.iterrows(), strict=True):
        assert reason in row["reason"]
        assert "schema" not in row["reason"]
        assert line in (row["line"], ",".join(str(row[name]) for name in HEADING.split(",")))
    both = rejected[rejected["customer_id"] == "C5"]["reason"].item()
    assert "courses_started" in both
    assert "student_country" in both


def test_a_reason_names_the_heading_of_the_file_too(tmp_path):
    source = tmp_path / "customers.csv"
    source.write_text("\n".join([HEADING.replace("minutes_watched", "Minutes Watched"), GOOD, BAD[2][0]]) + "\n")
    _, _, rejects = scored(tmp_path, source)
    assert read(rejects)["reason"].item().startswith("minutes_watched ('Minutes Watched' in the file) must be a number")


def test_formulas_are_disarmed_in_a_csv_and_nothing_else_is_touched(tmp_path):
    source = tmp_path / "customers.csv"
    notes = {"=1+1": "'=1+1", "-x": "'-x", "＝1": "'＝1", "-5": "-5", "a-b": "a-b", "2026-11-26": "2026-11-26", "": ""}
    source.write_text("\n".join([f"note,{HEADING}", *(f"{note},{GOOD}" for note in notes)]))
    for out, expected in (("out.csv", notes.values()), ("out.parquet", notes)):
        _, path, _ = scored(tmp_path, source, out)
        assert read(path)["note"].fillna("").tolist() == list(expected)


def test_views_of_texts_are_texts_and_lists_are_refused_by_name(tmp_path):
    source = tmp_path / "customers.parquet"
    columns = {name: pa.array([text]) for name, text in zip(HEADING.split(","), GOOD.split(","), strict=True)}
    columns["student_country"] = pa.array(["IN"], pa.string_view())
    pq.write_table(pa.table(columns | {"note": pa.array(["x"], pa.string_view())}), source)
    done, path, _ = scored(tmp_path, source)
    assert done.n_scored == 1
    assert read(path)["note"].item() == "x"
    pq.write_table(pa.table(columns | {"steps": pa.array([[3]])}), source)
    with pytest.raises(DataError, match="the column steps holds lists"):
        scored(tmp_path, source)


def test_typed_columns_of_parquet_are_judged_as_texts_are(tmp_path):
    source = tmp_path / "customers.parquet"
    table = pa.table(
        {
            "days_on_platform": pa.array([10, None, -1, 3], pa.int32()),
            "minutes": pa.array([20.5, 1.0, 1.0, float("nan")], pa.float64()),
            "courses_started": pa.array([1.0, 1.0, 1.0, 1.0]),
            "exams_passed": pa.array([0, 0, 0, 0], pa.int64()),
            "steps": pa.array([3, 3, 3, 3]),
            "country": pa.array(["IN", "IN", None, "IN"]).dictionary_encode(),
        }
    )
    pq.write_table(table, source)
    done, path, rejects = scored(tmp_path, source, "out.parquet")
    assert (done.n_scored, done.n_rejected) == (1, 3)
    assert read(path)["probability"].item() == Model.load(model_path()).probabilities([(10, 20.5, 1, 0, 3, "IN")])[0]
    assert read(rejects)["row"].tolist() == [2, 3, 4]


def test_damaged_parquet_and_columns_that_no_csv_can_hold_are_refused(tmp_path):
    source = tmp_path / "customers.parquet"
    table = pa.table(dict(zip(HEADING.split(","), [[cell] for cell in GOOD.split(",")], strict=True)))
    pq.write_table(table.append_column("tags", [[["a", "b"]]]), source)
    with pytest.raises(DataError, match=r"out\.csv: a column is of a type that a CSV cannot hold"):
        scored(tmp_path, source)
    assert scored(tmp_path, source, "out.parquet")[0].n_scored == 1
    content = bytearray(source.read_bytes())
    content[4:200] = bytes(196)
    source.write_bytes(content)
    with pytest.raises(DataError, match="this cannot be read as Parquet"):
        scored(tmp_path, source, "out.parquet")


def test_what_cannot_be_scored_at_all_is_refused(tmp_path):
    path = tmp_path / "customers.csv"
    for text, words in {
        "a,b\n1,2\n": "Add them, or choose another model with --model: this one is customer-purchase 1",
        HEADING.replace("steps", "step") + "\n": "Rename 'step' to 'steps', if that is what it holds",
        f"{HEADING},probability\n{GOOD},0.5\n": "already a column 'probability'",
        f"{HEADING}\n": "no customer below",
        f"{HEADING},steps\n": "'steps' is there twice",
        "": "the file is empty",
    }.items():
        path.write_text(text)
        with pytest.raises(DataError, match=words):
            scored(tmp_path, path)
    path.write_bytes(f"{HEADING}\n{GOOD}\n".encode() + b"C2,10,20.5,1,0,3,\xff\n")
    with pytest.raises(DataError, match=r"customers\.csv: line 3 is not UTF-8"):
        scored(tmp_path, path)
    path.write_text(f'{HEADING}\n{GOOD}\n"{GOOD}\n{GOOD}\n')
    with pytest.raises(DataError, match=r"line 3 cannot be read: a quotation mark is astray"):
        scored(tmp_path, path)
    path.rename(tmp_path / "customers.parquet")
    with pytest.raises(DataError, match=r"customers\.parquet: this cannot be read as Parquet"):
        scored(tmp_path, tmp_path / "customers.parquet")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match=r"folder\.csv: this is a folder"):
        scored(tmp_path, tmp_path / "folder.csv")
    with pytest.raises(DataError, match="no such file"):
        scored(tmp_path, tmp_path / "none.csv")
    with pytest.raises(DataError, match=r"must end in \.csv or \.parquet"):
        scored(tmp_path, path, "out.xlsx")
    with pytest.raises(DataError, match="three different files"):
        score_file(model_path(), path, path, tmp_path / "r.csv")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    path.write_text(f"{HEADING}\n{GOOD}\n")
    with pytest.raises(ArtifactError):
        score_file(tmp_path / "bad.onnx", path, tmp_path / "o.csv", tmp_path / "r.csv")


def test_a_model_that_is_replaced_meanwhile_is_not_mixed_with_the_new_one(tmp_path, monkeypatch):
    model = tmp_path / "model.onnx"
    model.write_bytes(model_path().read_bytes())

    def replace_and_open(*arguments):
        model.write_bytes(b"another one")
        return open_blocks(*arguments)

    monkeypatch.setattr("training.customers.score_file.open_blocks", replace_and_open)
    score_file(model, customers_file(), tmp_path / "out.csv", tmp_path / "rejected.csv")
    assert (tmp_path / "out.csv").read_bytes() == scored(tmp_path, customers_file(), "right.csv")[1].read_bytes()


def test_a_file_is_answered_in_its_own_dialect(tmp_path):
    """As the API does: what came out of a spreadsheet goes back into it."""
    lines = [HEADING, GOOD, GOOD.replace("20.5", "1.234.5"), BAD[0][0], BAD[5][0]]
    source = tmp_path / "customers.csv"
    source.write_text("\ufeff" + "".join(line.replace(",", ";").replace(".", ",") + "\n" for line in lines))
    done, path, rejects = scored(tmp_path, source)
    assert (done.n_scored, done.n_rejected) == (1, 3)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    answer = pd.read_csv(path, sep=";", decimal=",", keep_default_na=False)
    assert answer["probability"].item() == Model.load(model_path()).probabilities([(10, 20.5, 1, 0, 3, "IN")])[0]
    assert answer["minutes_watched"].item() == 20.5
    rejected = pd.read_csv(rejects, sep=";", keep_default_na=False).sort_values("row")
    assert rejected["row"].tolist() == [2, 3, 4]
    assert re.search("must be a number, like [0-9]+,[0-9]: digits", rejected["reason"].iloc[0])
    assert rejected["line"].iloc[-1] == BAD[5][0].replace(",", ";").replace(".", ",")
    _, typed, _ = scored(tmp_path, source, "out.parquet")
    assert pd.read_parquet(typed)["probability"].dtype == np.float64


def test_the_last_block_may_be_the_first_to_tell_the_decimal_mark(tmp_path, monkeypatch):
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 500)
    source = tmp_path / "customers.csv"
    unclear = [
        line.replace(",", ";") for line in (HEADING, GOOD.replace("20.5", "1.125"), *[GOOD.replace(".5", "")] * 99)
    ]
    source.write_text("\n".join(unclear))
    with pytest.raises(DataError, match="minutes_watched has numbers that could be thousands"):
        scored(tmp_path, source)
    source.write_text("\n".join([*unclear, GOOD.replace(",", ";")]))
    done, path, _ = scored(tmp_path, source)
    assert done.n_scored == 101
    answer = pd.read_csv(path, sep=";", keep_default_na=False)
    assert answer["probability"][0] == Model.load(model_path()).probabilities([(10, 1.125, 1, 0, 3, "IN")])[0]


def test_columns_of_no_use_may_have_the_same_name_or_none(tmp_path):
    source = tmp_path / "customers.csv"
    source.write_text(f"note,note,,{HEADING},\nx,y,z,{GOOD},\n")
    assert scored(tmp_path, source)[0].n_scored == 1
    assert (tmp_path / "out.csv").read_text().count('"x","y","z","C1"') == 1


def test_a_result_is_complete_or_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 5000)
    out, rejects = tmp_path / "out.csv", tmp_path / "rejected-out.csv"
    out.write_text("earlier")
    rejects.write_text("earlier")
    source = tmp_path / "customers.csv"
    source.write_bytes(customers_file().read_bytes() + b"C2,10,20.5,1,0,3,\xff,0\n")
    with pytest.raises(DataError, match="line 2502 is not UTF-8"):
        scored(tmp_path, source)
    assert (out.read_text(), rejects.read_text()) == ("earlier", "earlier")
    scored(tmp_path, customers_file())
    assert out.read_text().count("Purchase") == 2500
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv", "out.csv"]


def test_a_result_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"file/out\.csv cannot be written"):
        scored(tmp_path, customers_file(), "file/out.csv")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(DataError, match=r"out\.csv is a folder"):
        scored(tmp_path, customers_file())


def test_memory_does_not_grow_with_the_file(tmp_path):
    """In a process of its own, as a person would run it."""

    def peak(n_rows: int) -> int:
        source = tmp_path / f"{n_rows}.csv"
        write_csv(source, n_rows, 0)
        arguments = ["score", str(source), "--out", str(tmp_path / "out.parquet"), "--model", str(model_path())]
        process = psutil.Popen([sys.executable, "-m", "training", *arguments], cwd=ROOT, stderr=subprocess.PIPE)
        highest = 0
        while process.poll() is None:
            try:
                highest = max(highest, process.memory_info().rss)
                process.wait(0.02)
            except (psutil.NoSuchProcess, psutil.TimeoutExpired):
                continue
        assert process.returncode == 0, process.stderr.read()
        process.stderr.close()
        assert pq.ParquetFile(tmp_path / "out.parquet").metadata.num_rows == n_rows
        return highest

    small, large = peak(300_000), peak(900_000)
    assert large < small + 80_000_000
