"""Bodies that nobody would send on purpose, and some that somebody would: an answer every time, and soon."""

import csv
import http.client
import io
import json
from urllib.parse import urlencode

import httpx
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.requests.body import looks_like_json
from tests.fitted import metadata_of
from tests.servers import local_server

CONTRACT = metadata_of("HistGradientBoostingClassifier").contract
NAMES = [feature.name for feature in CONTRACT.features]
GOOD = dict(zip(NAMES, ["21", "112", "4", "6", "42", "AU"], strict=True))
HEADING = ",".join(NAMES)
LINE = ",".join(GOOD.values())
MIB = 1024 * 1024
# A body of any kind, the largest included, costs less than this. Not the time it takes: others use the machine, too.
CPU_SECONDS = 10


@pytest.fixture(scope="module")
def server(model_path):
    # As where it is deployed.
    with local_server(
        env={"MODEL_PATH": str(model_path), "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(65 * MIB)}
    ) as running:
        yield running


@pytest.fixture(scope="module")
def api(server):
    with httpx.Client(base_url=f"{server.api}/api", timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def post(server, api):
    process = psutil.Process(server.process.pid)

    def send(path, body, media_type):
        before = process.cpu_times()
        answer = api.post(path, content=body, headers={"Content-Type": media_type})
        assert process.cpu_times().user - before.user < CPU_SECONDS
        return answer

    return send


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([10**400, 42])
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*NAMES, "rows", "columns", "more"])
OBJECTS = st.dictionaries(FIELDS, TREES | st.lists(SCALARS, max_size=3), max_size=8)
BATCHES = st.fixed_dictionaries({"rows": st.lists(OBJECTS | TREES, max_size=4)}) | st.fixed_dictionaries(
    {"columns": st.fixed_dictionaries({name: st.lists(SCALARS, min_size=2, max_size=2) for name in NAMES})}
)


def broken(text):
    """A text, or a part of it, or with a byte changed."""
    body = st.just(text.encode(errors="surrogatepass"))
    cut = st.tuples(body, st.integers(0, 60)).map(lambda pair: pair[0][: pair[1]])
    torn = st.tuples(body, st.integers(0, 60), st.binary(max_size=2)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
    )
    return body | body | cut | torn


JSON_BODIES = (OBJECTS | BATCHES | TREES).map(json.dumps).flatmap(broken)


@settings(max_examples=120)
@given(JSON_BODIES, st.sampled_from(["/predict", "/predict/batch"]), st.sampled_from(["", "?include=explanation"]))
def test_any_json_is_answered(post, body, path, query):
    answer = post(path + query, body, "application/json")
    assert answer.status_code in {200, 400, 422}
    assert answer.json()


PAIRS = st.lists(st.tuples(FIELDS | st.text(max_size=5), st.sampled_from(["3", "1e9", "", "AU"]) | st.text(max_size=8)))


@settings(max_examples=60)
@given(PAIRS.map(lambda pairs: urlencode(pairs, errors="surrogatepass")).flatmap(broken))
def test_any_form_is_answered_by_a_page(post, body):
    answer = post("/predict", body, "application/x-www-form-urlencoded")
    if looks_like_json(body):  # as curl sends it where no type is said
        assert (answer.status_code, answer.json()["status"]) == (415, 415)
        return
    assert answer.status_code in {200, 400, 422}
    assert answer.text.startswith("<!DOCTYPE html>")


CELLS = st.sampled_from(["", "3", "-1", "AU", "NA", "=1+1", '"', "\n", ";", "\t", ",", "1,5", "nan"]) | st.text(
    max_size=4
)


@st.composite
def files(draw):
    names = draw(st.permutations(NAMES))
    more = draw(st.lists(st.sampled_from(["id", "note", "steps", "", "=1"]), max_size=2, unique=True))
    good = st.just([GOOD[name] for name in names] + ["x"] * len(more))
    rows = draw(st.lists(good | st.lists(CELLS, max_size=9), min_size=draw(st.integers(0, 1)), max_size=5))
    out = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    csv.writer(out, delimiter=draw(st.sampled_from(",,;;\t\t|")), quoting=quoting).writerows([[*names, *more], *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-8-sig", "utf-16"]))
    return out.getvalue().encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace").encode(encoding)


@settings(max_examples=120)
@given(files() | files().map(lambda file: file[: len(file) // 2]) | st.binary(max_size=80), st.booleans())
def test_any_csv_is_answered(post, body, reasons):
    answer = post("/score?include=reasons" if reasons else "/score", body, "text/csv")
    assert answer.status_code in {200, 400, 422}
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        answer.content.decode()
    else:
        assert answer.json()["errors"]


WORST = {
    "commas": b"," * 15 * MIB,
    "quotes": b'"' * 15 * MIB,
    "line ends": b"\n" * 15 * MIB,
    "carriage returns": f"{HEADING}\r".encode() + b"\r" * 15 * MIB,
    "empty quotes": b'""\n' * 5 * MIB,
    "empty quotes below a heading": f"{HEADING}\n".encode() + b'""\n' * 5 * MIB,
    "zeros": bytes(15 * MIB),
    "row of commas": f"{HEADING}\n".encode() + b"," * 15 * MIB,
    "open quotation mark": f'{HEADING}\n"'.encode() + b"a\n" * 7 * MIB,
    "many short rows": f"{HEADING}\n".encode() + b"1\n" * 100_000,
    "long rows": f"{HEADING}\n".encode() + (b"ab," * 5000 + b"\n") * 1000,
    "too many rows": f"{HEADING}\n".encode() + f"{LINE}\n".encode() * 110_000,
    "wide": f"{HEADING},{','.join(map(str, range(990)))}\n".encode() + f"{LINE}{',x' * 990}\n".encode() * 7000,
    "endless numbers behind a sign": f"{HEADING},note\n{LINE},-".encode() + b"1" * (MIB // 2) + b"x\n",
    "endless numbers": f"{HEADING}\n".encode() + (b"9" * 100_000 + b",1,1,1,1,AU\n") * 150,
}


@pytest.mark.parametrize("body", WORST.values(), ids=list(WORST))
def test_worst_files_of_the_largest_size_are_answered_soon_and_in_bounded_memory(server, post, body):
    process = psutil.Process(server.process.pid)
    answer = post("/score", body, "text/csv")
    assert answer.status_code in {200, 400, 413, 422}
    assert process.memory_info().rss < 800 * MIB
    assert post("/predict", json.dumps({}), "application/json").status_code == 422, "it still answers others"


DEEP = {
    "deep array": b"[" * 60_000,
    "deep object": b'{"a":' * 12_000,
    "long number": b"9" * 60_000,
    "many fields": json.dumps({f"f{number}": 1 for number in range(4000)}).encode(),
    "many colons": b'{"a":"' + b":" * 60_000 + b'"}',
    "one long field": b'{"' + b"a" * 60_000 + b'": 1}',
}


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize("body", DEEP.values(), ids=list(DEEP))
def test_json_made_to_hurt_is_answered_soon(post, path, body):
    assert post(path, body, "application/json").status_code in {400, 422}


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/score"])
@pytest.mark.parametrize("size", [15 * MIB + 1, 16 * MIB + 1, 64 * MIB], ids=lambda size: f"{size / MIB:.0f} MiB")
def test_body_that_the_host_lets_in_is_refused_by_the_app_with_the_limit(post, path, size):
    answer = post(path, bytes(size), "text/csv" if path == "/score" else "application/json")
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["errors"][0]["limit"] < size


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/score"])
def test_hundred_megabytes_are_refused_by_the_host_before_they_are_read(server, path):
    address = server.api.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.putrequest("POST", f"/api{path}")
    connection.putheader("Content-Type", "application/json" if path != "/score" else "text/csv")
    connection.putheader("Content-Length", "100000000")
    connection.endheaders(b"a")
    assert connection.sock.recv(64).startswith(b"HTTP/1.1 500 ")
    connection.close()


def test_hundred_megabytes_of_unknown_length_are_refused_without_being_kept(server):
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with httpx.Client(timeout=60) as client:
        answer = client.post(
            f"{server.api}/api/score",
            content=(b"a" * MIB for _ in range(96)),
            headers={"Content-Type": "text/csv"},
        )
    assert answer.status_code == 411
    assert process.memory_info().rss - before < 64 * MIB


def test_nothing_failed_on_the_way(server):
    assert '"status":500' not in server.output
    assert "Traceback" not in server.output
