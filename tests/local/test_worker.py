"""Functions that run at the same time, in the one worker."""

import asyncio
import json
import time

import httpx

from tests.servers import ECHO_APP, local_server


def test_functions_that_wait_do_not_wait_for_each_other(server):
    async def ask() -> list[str]:
        async with httpx.AsyncClient(base_url=server.api, timeout=60) as client:
            calls = (client.post(f"/api/meet/{kind}") for kind in ("threads", "coroutines") for _ in range(8))
            return [answer.text for answer in await asyncio.gather(*calls)]

    assert asyncio.run(ask()) == ["met"] * 16


def test_functions_run_on_as_many_threads_as_the_setting_says():
    async def ask(address: str) -> float:
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            start = time.perf_counter()
            await asyncio.gather(*(client.post("/api/wait?seconds=0.4") for _ in range(4)))
            return time.perf_counter() - start

    with local_server("--app", str(ECHO_APP), env={"PYTHON_THREADPOOL_THREAD_COUNT": "2"}) as running:
        assert asyncio.run(ask(running.api)) >= 0.8


def test_concurrent_requests_never_mix_answers(server):
    async def ask(client: httpx.AsyncClient, number: int) -> None:
        path = ("/api/echo", "/api/wait", "/api/doze")[number % 3]
        seconds = (number * 7 % 5) / 200
        answer = await client.post(f"{path}?seconds={seconds}&n={number}", content=f"body {number}".encode())
        if path == "/api/echo":
            seen = json.loads(answer.content)
            assert (seen["body"], seen["query"]["n"]) == (f"body {number}", str(number))
        else:
            assert answer.content == f"body {number}".encode()

    async def ask_all() -> None:
        async with httpx.AsyncClient(base_url=server.api, timeout=60) as client:
            await asyncio.gather(*(ask(client, number) for number in range(300)))

    asyncio.run(ask_all())
