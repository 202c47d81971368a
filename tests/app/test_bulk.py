"""Bulk calls beside each other and beside single predictions, and bodies that do not arrive, over HTTP."""

import asyncio
import gzip
import json

import httpx
import pytest

from tests.fitted import metadata_of
from tests.servers import ROOT, local_server

CONTRACT = metadata_of("HistGradientBoostingClassifier").contract
NAMES = [feature.name for feature in CONTRACT.features]
GOOD = dict(zip(NAMES, CONTRACT.examples[2].values, strict=True))
LINE = ",".join(map(str, GOOD.values()))
CSV = {"Content-Type": "text/csv"}


def table(rows):
    return "\n".join([",".join(NAMES), *[LINE] * rows, ""]).encode()


@pytest.fixture
def hurried(model_path, tmp_path):
    """Start the app with less time for bulk work, so that a test need not wait for it."""

    def start(seconds=40, wait=15):
        code = (ROOT / "function_app.py").read_text()
        for line, mine in (("BULK_SECONDS = 40", seconds), ("BULK_WAIT_SECONDS = 15", wait)):
            assert f"\n{line}\n" in code
            code = code.replace(line, f"{line.partition(' ')[0]} = {mine}")
        (tmp_path / "function_app.py").write_text(code)
        for name in ("handlers", "host.json", "predict"):
            (tmp_path / name).symlink_to(ROOT / name)
        return local_server("--app", str(tmp_path), env={"MODEL_PATH": str(model_path)})

    return start


def post_together(address, requests):
    """Send all at once; return the answers in the order in which they came, and each request's own."""
    arrived = []

    async def ask(client, number, path, body, headers):
        answer = await client.post(path, content=body, headers=headers)
        arrived.append(number)
        return answer

    async def ask_all():
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=f"{address}/api", timeout=60, limits=limits) as client:
            return await asyncio.gather(*(ask(client, number, *request) for number, request in enumerate(requests)))

    return asyncio.run(ask_all()), arrived


def test_predictions_are_answered_before_the_lists_that_came_first(server):
    lists = [("/score", table(20_000), CSV)] * 4
    customer = ("/predict", json.dumps(GOOD).encode(), {"Content-Type": "application/json"})
    answers, arrived = post_together(server.api, [*lists, *[customer] * 10])
    assert {answer.status_code for answer in answers} == {200}
    assert set(arrived[-3:]) < set(range(4)), "three lists still wait when all customers have their answer"


def test_lists_beside_each_other_are_answered_each_with_its_own(server):
    answers, _ = post_together(server.api, [("/score", table(rows), CSV) for rows in range(1, 21)])
    assert [answer.text.count("\n") for answer in answers] == list(range(2, 22))


def test_list_that_waits_too_long_is_503_with_when_to_send_it_again(hurried):
    with hurried(wait=0) as server:
        answers, _ = post_together(server.api, [("/score", table(20_000), CSV)] * 3)
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused
        for answer in refused:
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
            assert int(answer.headers["retry-after"]) > 0
            assert "Send it again" in answer.json()["detail"]
        assert server.logged('"status":503'), "it has its line in the log"
        assert httpx.get(f"{server.api}/api/health", timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("route", "body", "media_type"),
    [
        ("score", table(2_000), "text/csv"),
        ("score?include=reasons", table(300), "text/csv"),
        ("predict/batch?include=explanation", json.dumps({"rows": [GOOD] * 300}).encode(), "application/json"),
    ],
)
def test_work_beyond_its_time_ends_and_says_how_many_rows_to_send(hurried, route, body, media_type):
    with hurried(seconds=0) as server:
        answer = httpx.post(f"{server.api}/api/{route}", content=body, headers={"Content-Type": media_type}, timeout=60)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        (fault,) = answer.json()["errors"]
        assert fault["code"] == "too_large"
        assert 1 <= fault["limit"] < body.count(b"\n") + body.count(b"{")
        assert str(fault["limit"]) in fault["message"]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("route", "body", "media_type"),
    [
        ("predict", json.dumps(GOOD).encode(), "application/json"),
        ("predict", "&".join(f"{name}={value}" for name, value in GOOD.items()).encode(), FORM),
        ("predict/batch", json.dumps({"rows": [GOOD]}).encode(), "application/json"),
        ("score", table(3), "text/csv"),
    ],
)
class TestBodiesThatDoNotArrive:
    def test_body_in_chunks_is_411_with_what_to_send(self, server, route, body, media_type):
        for chunks in ([body], [body[:5], body[5:]], []):
            answer = httpx.post(
                f"{server.api}/api/{route}", content=iter(chunks), headers={"Content-Type": media_type}, timeout=60
            )
            assert answer.status_code == 411
            kind = "text/html" if media_type == FORM else "application/problem+json"
            assert answer.headers["content-type"].startswith(kind)
            assert "Content-Length" in answer.text

    def test_compressed_body_is_415_that_names_the_coding(self, server, route, body, media_type):
        headers = {"Content-Type": media_type, "Content-Encoding": "gzip"}
        answer = httpx.post(f"{server.api}/api/{route}", content=gzip.compress(body), headers=headers, timeout=60)
        assert answer.status_code == 415
        assert "gzip" in answer.text
        assert answer.headers["accept-encoding"] == "identity"


def test_large_answers_are_the_same_compressed_and_plain(server):
    for route, media_type, body in (
        ("score", "text/csv", table(3_000)),
        ("predict/batch", "application/json", json.dumps({"rows": [GOOD] * 300}).encode()),
    ):
        plain, zipped = (
            httpx.post(
                f"{server.api}/api/{route}",
                content=body,
                headers={"Content-Type": media_type, "Accept-Encoding": coding, "X-Request-Id": "same"},
                timeout=60,
            )
            for coding in ("identity", "gzip")
        )
        assert "content-encoding" not in plain.headers
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.content == plain.content
