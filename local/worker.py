"""The official Python worker library, run in this process: it indexes the app, calls its functions, converts both ways.

It is imported when it starts, not before: an app that brings its own packages brings its own worker library too.
"""

import importlib
import json
import logging
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .errors import LocalError
from .messages import HttpInput, Invocation, TraceContext, WorkerRequest

__all__ = ["Function", "Worker"]

_log = logging.getLogger("local.worker")


@dataclass(frozen=True)
class Function:
    """One function of the app, as the worker indexed it.

    Attributes
    ----------
    name, id : str
    directory, script : str
        Where the function is written.
    bindings : tuple of dict
        As in function.json, trigger first.
    """

    name: str
    id: str
    directory: str
    script: str
    bindings: tuple[dict[str, Any], ...]

    @property
    def trigger(self) -> dict[str, Any]:
        """The binding that starts the function."""
        return next((b for b in self.bindings if str(b["type"]).lower().endswith("trigger")), {"type": "", "name": ""})

    @cached_property
    def trigger_name(self) -> str:
        """The parameter that takes the request."""
        return str(self.trigger["name"])

    @property
    def is_http(self) -> bool:
        """Whether an HTTP request starts the function."""
        return str(self.trigger["type"]).lower() == "httptrigger"

    @property
    def route(self) -> str:
        """Route template below the prefix: the function's name unless it has its own."""
        return str(self.trigger.get("route") or self.name).strip("/")

    @property
    def methods(self) -> tuple[str, ...]:
        """Upper-case HTTP methods; empty for all of them."""
        return tuple(str(method).upper() for method in self.trigger.get("methods") or ())

    @cached_property
    def auth_level(self) -> str:
        """One of "anonymous", "function" and "admin"."""
        return str(self.trigger.get("authLevel") or "function").lower()

    @cached_property
    def is_disabled(self) -> bool:
        """Whether the app setting `AzureWebJobs.<name>.Disabled` switches the function off."""
        return os.environ.get(f"AzureWebJobs.{self.name}.Disabled", "").lower() in ("1", "true")


class Worker:
    """The one worker of this process; the library holds its state in modules, so there cannot be two.

    Attributes
    ----------
    version : str
        Of the worker library.
    """

    def __init__(self) -> None:
        self.version = ""
        self._library: Any = None
        self._invoke: Any = None

    async def start(self, app: Path) -> tuple[Function, ...]:
        """Index the app and start the pool of threads for functions that are not async.

        The app's folder comes first on `sys.path` and becomes the working directory.

        Raises
        ------
        LocalError
            If the app cannot be imported or indexed; the message ends with the traceback.
        """
        sys.path.insert(0, str(app))
        os.chdir(app)
        try:
            self._library = importlib.import_module("azure_functions_runtime")
        except ImportError as error:
            raise LocalError(f"The worker library azure-functions-runtime cannot be imported: {error}.") from error
        request = WorkerRequest(str(app))
        answer = await self._library.worker_init_request(request)
        if not answer.result.status:
            problem = answer.result.exception
            raise LocalError(f"function_app.py cannot be indexed. {problem.message}\n{problem.stack_trace}")
        self._library.start_threadpool_executor()
        self.version = importlib.import_module("azure_functions_runtime.version").VERSION
        self._invoke = self._library.invocation_request
        metadata = await self._library.functions_metadata_request(request)
        return tuple(_function(found) for found in metadata.function_metadata_results or ())

    def stop(self) -> None:
        """Let the threads go; one that still runs a function is not waited for."""
        if self._library is not None and (pool := self._library.get_threadpool_executor()) is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def invoke(self, function: Function, http: HttpInput, trace: TraceContext) -> Any:
        """Call a function.

        Returns
        -------
        RpcHttp, str or None
            The worker's answer: a full response, a plain text, or None when the function failed; the traceback
            is in the log then.
        """
        invocation = Invocation(_guid(), function.id, (http,), trace)
        answer = await self._invoke(invocation)
        if not answer.result.status:
            _log.error("Executed 'Functions.%s' (Failed)\n%s", function.name, answer.result.exception.stack_trace)
            return None
        values = [answer.return_value, *(output.data for output in answer.output_data)]
        for value in values:
            if (response := getattr(value, "http", None)) is not None:
                return response
        return getattr(values[0], "string", "")


def _guid() -> str:
    """Return a new id in the form of a GUID; uuid4 takes five times as long."""
    fresh = os.urandom(16).hex()
    return f"{fresh[:8]}-{fresh[8:12]}-{fresh[12:16]}-{fresh[16:20]}-{fresh[20:]}"


def _function(metadata: Any) -> Function:
    bindings = [json.loads(binding) for binding in metadata.raw_bindings]
    bindings.sort(key=lambda binding: not str(binding["type"]).lower().endswith("trigger"))
    return Function(
        metadata.name, metadata.function_id, metadata.directory, metadata.script_file or "", tuple(bindings)
    )
