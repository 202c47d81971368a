"""POST /api/score over HTTP: what the route adds to the table."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests.fitted import customers, metadata_of
from tests.servers import local_server

CONTRACT = metadata_of("HistGradientBoostingClassifier").contract
NAMES = [feature.name for feature in CONTRACT.features]
HEADING = ",".join(NAMES)
LINE = "21,112,4,6,42,AU"
SECRET = "sesame-4711"
MIB = 1024 * 1024
CSV = {"Content-Type": "text/csv"}


def score(api, data, media_type="text/csv", query="", **headers):
    return api.post(f"/score{query}", content=data, headers={"Content-Type": media_type, **headers})


@pytest.mark.parametrize("media_type", ["text/csv", "application/csv", "Text/CSV; charset=utf-8; header=present"])
def test_csv_comes_back_as_a_file(api, media_type):
    answer = score(api, f"{HEADING}\n{LINE}\n", media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="scored.csv"'
    assert answer.headers["cache-control"] == "no-store"
    timing = [part.partition(";dur=")[0].strip() for part in answer.headers["server-timing"].split(",")]
    assert timing == ["read", "score", "write", "total"]
    assert answer.text.startswith(f"{HEADING},probability,prediction,rank,reasons,problem\n{LINE},0.")


def test_score_is_the_one_that_predict_gives(api):
    X, _ = customers(50, seed=9)
    rows = list(csv.DictReader(io.StringIO(score(api, X.to_csv(index=False)).text)))
    for (_, row), scored in zip(X.iterrows(), rows, strict=True):
        single = api.post("/predict?include=none", json=row.to_dict()).json()
        assert float(scored["probability"]) == pytest.approx(single["probability"], abs=1e-11)
        assert scored["prediction"] == single["prediction"]


@pytest.mark.parametrize(
    ("body", "media_type", "query", "status", "code"),
    [
        ("", "text/csv", "", 422, "empty"),
        (HEADING, "text/csv", "", 422, "no_rows"),
        (f"{HEADING}\n\xff".encode("latin-1"), "text/csv", "", 400, "malformed"),
        (f"{HEADING}\n{LINE}\n", "text/csv", "?include=everything", 400, "unknown_value"),
        (f"{HEADING}\n" + f"{LINE}\n" * 100_001, "text/csv", "?include=reasons", 413, "too_large"),
        (f"{HEADING}\n" + f"{LINE}\n" * 100_001, "text/csv", "", 413, "too_large"),
        (b"a" * (15 * MIB + 1), "text/csv", "", 413, "too_large"),
    ],
)
def test_refusal_is_a_problem_document(api, body, media_type, query, status, code):
    answer = score(api, body, media_type, query)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert fault["code"] == code
    assert (fault["limit"] is not None) == (status == 413)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_other_media_types_are_415_with_the_ones_to_use(api, media_type):
    answer = score(api, f"{HEADING}\n{LINE}\n", media_type)
    assert answer.status_code == 415
    assert answer.headers["accept"] == "text/csv, application/csv"


def test_limits_are_those_that_the_model_states(api):
    limits = api.get("/model").json()["limits"]
    assert limits["csv_rows"] == 100_000
    assert limits["csv_bytes"] == 15 * MIB
    assert limits["csv_rows_with_reasons"] == 100_000


def test_row_limit_is_an_app_setting(model_path):
    env = {"MODEL_PATH": str(model_path), "MAX_CSV_ROWS": "2"}
    with local_server(env=env) as server, httpx.Client(base_url=f"{server.api}/api", timeout=60) as api:
        assert score(api, f"{HEADING}\n{LINE}\n{LINE}\n").status_code == 200
        answer = score(api, f"{HEADING}\n" + f"{LINE}\n" * 3)
        assert (answer.status_code, answer.json()["errors"][0]["limit"]) == (413, 2)
        assert api.get("/model").json()["limits"]["csv_rows_with_reasons"] == 2


@pytest.mark.parametrize(("level", "status"), [("function", 401), ("", 401), ("anonymous", 200)])
def test_key_is_asked_for_unless_the_deployment_says_otherwise(model_path, level, status):
    env = {"MODEL_PATH": str(model_path), "BULK_AUTH_LEVEL": level, "FUNCTIONS_HOST_KEY": "right"}
    with (
        local_server("--enable-auth", env=env) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=60) as api,
    ):
        assert score(api, f"{HEADING}\n{LINE}\n").status_code == status
        assert score(api, f"{HEADING}\n{LINE}\n", **{"x-functions-key": "right"}).status_code == 200


def test_log_counts_rows_and_holds_nothing_of_them(server, api):
    answer = score(
        api,
        f"{SECRET},{HEADING}\n{SECRET},{LINE}\n{SECRET},x{SECRET},1,1,1,1,{SECRET}\n",
        **{"X-Request-Id": "row-test"},
    )
    assert answer.headers["x-request-id"] == "row-test"
    score(api, f"{SECRET}\n{SECRET}")
    score(api, f'{HEADING}\n"{SECRET}"{SECRET}')
    assert server.logged('"request_id":"row-test"')
    (line,) = [line for line in server.output.splitlines() if "row-test" in line]
    assert re.search(r'"rows":2,"failed":1,"positive":[01]', line)
    assert SECRET not in server.output


def test_hundred_thousand_rows_stay_within_work_and_memory_and_others_are_answered_meanwhile(server, api):
    X, _ = customers(1000, seed=11)
    lines = X.to_csv(index=False, header=False).splitlines()
    body = "\n".join(["id," + HEADING, *(f"C{number:06},{line}" for number, line in enumerate(lines * 100))])
    score(api, f"{HEADING}\n{LINE}\n")
    process = psutil.Process(server.process.pid)
    idle = highest = process.memory_info().rss
    answered = 0
    with ThreadPoolExecutor(1) as pool:
        before = process.cpu_times().user
        running = pool.submit(httpx.post, f"{server.api}/api/score", content=body, headers=CSV, timeout=120)
        while not running.done():
            highest = max(highest, process.memory_info().rss)
            answered += api.get("/health").status_code == 200 and not running.done()
        seconds = process.cpu_times().user - before
    answer = running.result()
    assert answer.status_code == 200
    assert answer.text.count("\n") == 100_001
    # Half a second where nothing else runs; the benchmark holds it to that.
    assert seconds < 4
    assert highest - idle < 150 * MIB
    assert answered > 5


@pytest.mark.parametrize("charset", ["iso-8859-1", '"windows-1252"', "UTF-16"])
def test_another_charset_is_refused_by_name(api, charset):
    answer = score(api, f"{HEADING}\n{LINE}\n", f"text/csv; charset={charset}")
    assert answer.status_code == 415
    assert "charset must be utf-8" in answer.json()["detail"]
