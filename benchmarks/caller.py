"""Calls a function app through the worker library, in a process of its own and without HTTP; speaks JSON lines.

`python -m benchmarks.caller APP` needs the packages of requirements.txt and nothing else, so that what it measures is
the function and the worker library. An order is {"route", "method", "headers", "query", "bodies": [paths], "calls"};
the answer is {"seconds": of CPU time, of the median call, "peak_bytes": of memory, the most so far, "statuses": of the
calls, "answer": path of the last one}.
"""

import asyncio
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from local.messages import Bytes, HttpInput, TraceContext
from local.worker import Function, Worker

_TRACE = TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "")


async def main(app: Path) -> None:
    """Start the app, say so by an empty line, and call until there are no more orders."""
    worker = Worker()
    functions = await worker.start(app)
    with tempfile.TemporaryDirectory(prefix="answers-") as folder:
        print(flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(await _call(worker, functions, order, Path(folder) / "answer")), flush=True)
    worker.stop()


async def _call(worker: Worker, functions: tuple[Function, ...], order: dict[str, Any], answer: Path) -> dict[str, Any]:
    method, route = order["method"], order["route"]
    found = [f for f in functions if f.route == route and (not f.methods or method in f.methods)]
    if not found:
        raise LookupError(f"The app has no function at {method} {route}.")
    url = f"http://localhost/api/{route}"
    bodies = [Path(path).read_bytes() for path in order["bodies"]] or [b""]
    statuses: Counter[str] = Counter()
    response: Any = None
    seconds = []
    for number in range(order["calls"]):
        start = time.process_time()
        body = bodies[number % len(bodies)]
        http = HttpInput(
            found[0].trigger_name, method, url, dict(order["headers"]), dict(order["query"]), {}, Bytes(body)
        )
        response = await worker.invoke(found[0], http, _TRACE)
        seconds.append(time.process_time() - start)
        statuses[getattr(response, "status_code", "none")] += 1
    answer.write_bytes(response.body.bytes if response else b"")
    return {"seconds": median(seconds), "peak_bytes": _peak_bytes(), "statuses": dict(statuses), "answer": str(answer)}


def _peak_bytes() -> int:
    # Not getrusage where it can be helped: on Linux its peak holds that of the process that started this one.
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024  # type: ignore[index]


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).resolve()))
