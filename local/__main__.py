"""Run the function app and the site on this machine: `python -m local`."""

import argparse
import asyncio
import logging
import os
import site
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from .emulator import blob_account
from .errors import LocalError
from .host import Host
from .keys import HOST_KEY, MASTER_KEY, Keys, load_keys
from .log_lines import log_to_stderr
from .server import ADDRESS, listen, new_event_loop, serve
from .settings import Settings, load_settings
from .site import Site
from .worker import Function, Worker

__all__ = ["main"]

_SITE_PORT = 4280
_KEEP_ANSWERS_DAYS = "60"
_PROJECT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if not options.no_site and not options.site.is_dir():
            raise LocalError(f"--site: {options.site} is no folder. Name the pages' folder, or say --no-site.")
        settings = load_settings(options.app.resolve())
        log_to_stderr()
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_run(options, settings))
            _leave_threads_behind()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def _run(options: argparse.Namespace, settings: Settings) -> None:
    worker = Worker()
    with ExitStack() as stack:
        if options.watch:
            # The app reads its settings when it is loaded, in this very process.
            os.environ["WATCH_URL"] = stack.enter_context(blob_account())
            os.environ.setdefault("KEEP_ANSWERS_DAYS", _KEEP_ANSWERS_DAYS)
            if options.rehearse:
                # The app's own command, for the host knows nothing of a model.
                await asyncio.to_thread(
                    subprocess.run, [sys.executable, "-m", "watch", "rehearse"], cwd=options.app, check=True
                )
        sock = stack.enter_context(_listen(settings.port if options.port is None else options.port, ""))
        site_sock = None
        if not options.no_site:
            site_sock = stack.enter_context(_listen(options.site_port, "site-"))
        settings = replace(settings, cors_origins=settings.cors_origins + tuple(options.cors))
        site_folder = options.site.resolve()
        functions = await _index(settings, worker)
        keys = load_keys() if options.enable_auth else None
        host = Host(settings, worker, functions, keys)
        apps: list[tuple[Any, socket.socket]] = [(host, sock)]
        if site_sock is not None:
            apps.append((Site(site_folder, host, _address(sock)), site_sock))
        addresses = [_address(own) for _, own in apps]
        await serve(apps, lambda: _announce(settings, functions, addresses, keys, is_watched=options.watch))
        worker.stop()


def _leave_threads_behind() -> None:
    """End the process if a thread is left, for which Python would wait: it runs a function, or idles in a pool."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(0.5)
            if thread.is_alive():
                sys.stdout.flush()
                os._exit(0)


async def _index(settings: Settings, worker: Worker) -> tuple[Function, ...]:
    """Start the worker on the app, and on the app alone: it sees its own folder and its own packages.

    The project's folder leaves `sys.path`, so that an app elsewhere cannot lean on it; with `.python_packages` in the
    app, as in a deployment package, the packages of this environment leave too, as in Azure.
    """
    packages = settings.app / ".python_packages" / "lib" / "site-packages"
    if settings.app != _PROJECT:
        sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _PROJECT]
    if packages.is_dir():
        environment = {Path(path).resolve() for path in (*site.getsitepackages(), site.getusersitepackages())}
        sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() not in environment]
        sys.path.insert(0, str(packages))
    functions = await worker.start(settings.app)
    for name in ("azure.functions", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger().setLevel(settings.log_level)
    return functions


def _announce(
    settings: Settings,
    functions: Sequence[Function],
    addresses: Sequence[str],
    keys: Keys | None,
    *,
    is_watched: bool,
) -> None:
    address, *site_address = addresses
    prefix = f"/{settings.route_prefix}" if settings.route_prefix else ""
    print("Functions:" if functions else "No functions found.")
    for function in functions:
        if function.is_disabled:
            print(f"  {function.name}: disabled")
        elif function.is_http:
            methods = ",".join(function.methods) or "any method"
            print(f"  {function.name}: [{methods}] {address}{prefix}/{function.route}")
        else:
            print(f"  {function.name}: {function.trigger['type']}, not run here")
    if keys is not None:
        print(f"Function key ({HOST_KEY}): {keys.host}")
        print(f"Master key ({MASTER_KEY}): {keys.master}")
    print(f"API:  {address}{prefix}")
    for one in site_address:
        print(f"Site: {one}/")
    if is_watched:
        print(f"Blobs: {os.environ['WATCH_URL']} (WATCH_URL for python -m watch; they go when this ends)")
    print("Press Ctrl-C to stop.", flush=True)


def _listen(port: int, what: str) -> socket.socket:
    variable = f"{what}port".upper().replace("-", "_")
    return listen(port, f"`make run {variable}={port + 1}` or `python -m local --{what}port {port + 1}`.")


def _address(sock: socket.socket) -> str:
    return f"http://{ADDRESS}:{sock.getsockname()[1]}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--app", type=Path, default=_PROJECT, metavar="DIR", help="folder of function_app.py")
    parser.add_argument("--port", type=_port, help="of the function app (default 7071; 0 takes a free one)")
    parser.add_argument(
        "--site", type=Path, default=_PROJECT / "static_site", metavar="DIR", help="folder of the pages"
    )
    parser.add_argument("--site-port", type=_port, default=_SITE_PORT, help="of the site (default 4280)")
    parser.add_argument("--no-site", action="store_true", help="serve the function app alone")
    parser.add_argument(
        "--cors", action="append", default=[], metavar="ORIGIN", help="origin that may read answers; repeatable"
    )
    parser.add_argument("--watch", action="store_true", help="watch the model, in a blob account of this run (npm)")
    parser.add_argument("--rehearse", action="store_true", help="with --watch: made-up customers of the last weeks")
    parser.add_argument(
        "--enable-auth",
        action="store_true",
        help=f"ask for keys as the deployed app does; from {HOST_KEY} and {MASTER_KEY}, else made and printed",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
