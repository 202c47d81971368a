"""Plain objects in the place of the gRPC messages between Azure's host and its Python worker.

The worker library reads fields, asks `WhichOneof` which one is set, and builds its answers through the namespace
`protos`; it never looks at a message's type. Names are those of Microsoft's FunctionRpc.proto.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

__all__ = ["Bytes", "HttpInput", "Invocation", "TraceContext", "WorkerRequest", "protos"]


class WorkerRequest:
    """The envelope of a request about the worker as a whole."""

    def __init__(self, app_directory: str) -> None:
        self.request = SimpleNamespace(
            worker_init_request=SimpleNamespace(capabilities={}, function_app_directory=app_directory)
        )
        self.properties = {"host": "127.0.0.1", "protos": protos}


@dataclass(slots=True)
class Bytes:
    """TypedData that holds bytes."""

    bytes: bytes

    def WhichOneof(self, _group: str) -> str:  # noqa: N802
        """Name the field that is set."""
        return "bytes"


@dataclass(slots=True)
class HttpInput:
    """An HTTP request as the worker takes it: ParameterBinding, TypedData and RpcHttp at once.

    One object answers for the three nested messages, because it is made anew for every request.
    """

    name: str
    method: str
    url: str
    headers: dict[str, str]
    query: dict[str, str]
    params: dict[str, str]
    body: Bytes

    @property
    def data(self) -> "HttpInput":
        """The binding's value."""
        return self

    @property
    def http(self) -> "HttpInput":
        """The value's HTTP request."""
        return self

    def WhichOneof(self, group: str) -> str:  # noqa: N802
        """Name the field that is set."""
        return "data" if group == "rpc_data" else "http"


@dataclass(slots=True)
class TraceContext:
    """The request's W3C trace context."""

    trace_parent: str
    trace_state: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Invocation:
    """One call of a function: the envelope and the InvocationRequest at once."""

    invocation_id: str
    function_id: str
    input_data: tuple[HttpInput]
    trace_context: TraceContext
    retry_context: ClassVar = SimpleNamespace(retry_count=0, max_retry_count=0, exception=None)
    trigger_metadata: ClassVar[dict[str, Any]] = {}

    @property
    def request(self) -> "Invocation":
        """The envelope's content."""
        return self

    @property
    def invocation_request(self) -> "Invocation":
        """The content's one kind."""
        return self


class _Message:
    """Any message that the worker writes: it keeps the fields it was given, and has no others."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class _BindingInfo(_Message):
    # Values of BindingInfo.Direction and BindingInfo.DataType.
    in_ = 0
    out = 1
    inout = 2
    undefined = 0


class _StatusResult(_Message):
    Failure = 0
    Success = 1


class _RpcHttpCookie(_Message):
    # "None" is not set, ExplicitNone is `SameSite=None`; the former is no Python name.
    SameSite = SimpleNamespace(**{"None": "", "Lax": "lax", "Strict": "strict", "ExplicitNone": "none"})


class _Protos(SimpleNamespace):
    def __getattr__(self, _name: str) -> type[_Message]:
        return _Message


protos = _Protos(BindingInfo=_BindingInfo, RpcHttpCookie=_RpcHttpCookie, StatusResult=_StatusResult)
"""The messages by name; those without values of their own are all alike."""
