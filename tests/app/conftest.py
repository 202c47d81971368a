"""The app over HTTP, with a model that was fitted for the tests."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fitted import model_file
from tests.servers import LocalServer, local_server


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file())
    return path


@pytest.fixture(scope="module")
def server(model_path: Path) -> Iterator[LocalServer]:
    with local_server(env={"MODEL_PATH": str(model_path)}) as running:
        yield running


@pytest.fixture(scope="module")
def api(server: LocalServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.api}/api", timeout=60) as client:
        yield client
