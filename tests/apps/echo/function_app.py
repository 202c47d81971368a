"""A small function app that says back what reached it, for the tests of the host."""

import asyncio
import json
import logging
import threading
import time

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
# Open when eight are there at once.
THREADS_MEET, COROUTINES_MEET = threading.Barrier(8, timeout=30), asyncio.Barrier(8)


def _echo(req: func.HttpRequest, **more: object) -> func.HttpResponse:
    body = req.get_body()
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "query": dict(req.params),
        "params": dict(req.route_params),
        "size": len(body),
        "body": body[:1000].decode("latin-1"),
    }
    return func.HttpResponse(json.dumps(seen | more), mimetype="application/json")


@app.route(methods=["GET", "POST"])
def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    trace = context.trace_context
    return _echo(
        req,
        function=context.function_name,
        invocation=context.invocation_id,
        trace_parent=trace.trace_parent,
        trace_state=trace.trace_state,
        thread=threading.current_thread().name,
    )


@app.route(route="every/method")
async def every(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req)


@app.route(route="items/{id:int}", methods=["GET", "DELETE"])
async def item(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req, route="item")


@app.route(route="items/{id}", methods=["GET"])
async def item_by_name(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req, route="item_by_name")


@app.route(route="items/newest", methods=["GET"])
async def newest(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req, route="newest")


@app.route(route="files/{*rest}", methods=["GET"])
async def files(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req, route="files")


@app.route(route="wait", methods=["POST"])
def wait(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("waiting for %s seconds", req.params["seconds"])
    time.sleep(float(req.params["seconds"]))
    return func.HttpResponse(req.get_body(), mimetype="application/octet-stream")


@app.route(route="doze", methods=["POST"])
async def doze(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(float(req.params["seconds"]))
    return func.HttpResponse(req.get_body(), mimetype="application/octet-stream")


@app.route(route="meet/threads", methods=["POST"])
def meet_in_threads(req: func.HttpRequest) -> str:
    THREADS_MEET.wait()
    return "met"


@app.route(route="meet/coroutines", methods=["POST"])
async def meet_in_coroutines(req: func.HttpRequest) -> str:
    async with asyncio.timeout(30):
        await COROUTINES_MEET.wait()
    return "met"


@app.route(route="answer", methods=["GET"])
async def answer(req: func.HttpRequest) -> func.HttpResponse:
    kind = req.params["kind"]
    match kind:
        case "text":
            return func.HttpResponse("naïve")
        case "bytes":
            return func.HttpResponse(bytes(range(256)), mimetype="application/octet-stream")
        case "teapot":
            return func.HttpResponse("short and stout", status_code=418)
        case "nothing":
            return func.HttpResponse(status_code=204)
        case "cookies":
            response = func.HttpResponse("cookies")
            response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly; SameSite=Lax")
            response.headers.add("Set-Cookie", "b=2; Max-Age=60; Secure; Expires=Wed, 21 Oct 2099 07:28:00 GMT")
            return response
        case "split":
            return func.HttpResponse("x", headers={"X-Split": "näh"})
        case "own-cors":
            return func.HttpResponse("x", headers={"Access-Control-Allow-Origin": "*", "Vary": "Accept"})
        case "own-length":
            return func.HttpResponse("four", headers={"Content-Length": "400", "Connection": "close"})
        case "short-length":
            return func.HttpResponse("four", headers={"Content-Length": "3"})
        case "status":
            return func.HttpResponse("x", status_code=700)
    raise RuntimeError("this function fails on purpose")


@app.route(route="string", methods=["GET"])
async def string(req: func.HttpRequest) -> str:
    return "just a text"


@app.route(route="none", methods=["GET"])
async def none(req: func.HttpRequest) -> func.HttpResponse:
    return None  # type: ignore[return-value]


@app.route(route="guarded", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def guarded(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req)


@app.route(route="ruled", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
async def ruled(req: func.HttpRequest) -> func.HttpResponse:
    return _echo(req)


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def yearly(timer: func.TimerRequest) -> None:
    raise RuntimeError("timers do not run here")
