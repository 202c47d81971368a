"""Deployments: this project and its peers, each in an environment of its own, ready to be served and asked."""

import json
import os
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from ..environments import Environment, make_environment
from ..servers import Server, fastapi, flask, function_host, serve
from ..workbench import ROOT, Workbench
from .dialects import BENTOML, MLFLOW, OURS, PLAIN, Dialect, inference

__all__ = ["DEPLOYMENTS", "Deployment", "peer_environment"]

_VERSIONS = Path(__file__).resolve().parent / "versions.toml"
_MODEL = "customer-purchase"


@dataclass(frozen=True)
class Deployment:
    """A server that can be started.

    Attributes
    ----------
    environment : Environment
    packages : tuple of str
        Whose versions say what it was.
    serve : callable
        Starts it.
    dialect : Dialect
    """

    environment: Environment
    packages: tuple[str, ...]
    serve: Callable[[], AbstractContextManager[Server]]
    dialect: Dialect


def peer_environment(bench: Workbench, name: str) -> Environment:
    """Make the environment of a peer in peers/versions.toml, with the scikit-learn that pickles its pipeline."""
    versions = tomllib.loads(_VERSIONS.read_text("utf-8"))
    packages = (*versions["packages"][name], f"scikit-learn=={version('scikit-learn')}")
    return make_environment(bench.folder / name.lower(), *packages, as_of=versions["as_of"])


def _ours(bench: Workbench) -> Deployment:
    """Return requirements.txt, and the server that takes the place of Azure's host."""
    host = ("uvicorn", "uvloop", "httptools")
    environment = make_environment(bench.folder / "host", "-r", str(ROOT / "requirements.txt"), *host)
    packages = ("onnxruntime", "azure-functions-runtime", "uvicorn")
    return Deployment(environment, packages, lambda: function_host(bench, environment.python), OURS)


def _fastapi(bench: Workbench) -> Deployment:
    return Deployment(bench.fastapi, ("fastapi", "onnxruntime", "uvicorn"), lambda: fastapi(bench), PLAIN)


def _flask(bench: Workbench) -> Deployment:
    return Deployment(bench.flask, ("flask", "pandas", "scikit-learn", "waitress"), lambda: flask(bench), PLAIN)


def _mlflow(bench: Workbench) -> Deployment:
    """Return `mlflow models serve` in the environment that it stands in."""
    environment = peer_environment(bench, "MLflow")
    variables = _variables(
        environment, MLFLOW_DISABLE_TELEMETRY="true", MLFLOW_TRACKING_URI=(bench.folder / "runs").as_uri()
    )
    model = bench.folder / "mlflow-model"
    customers = ROOT / "data" / "customers.csv"
    _run(environment, variables, "benchmarks.peers.mlflow_model", bench.pipeline_path, customers, model)
    command = [str(environment.python), "-m", "mlflow", "models", "serve", "--model-uri", str(model)]
    options = ["--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}"]
    packages = ("mlflow", "scikit-learn", "pandas")
    return Deployment(environment, packages, lambda: serve([*command, *options], variables), MLFLOW)


def _bentoml(bench: Workbench) -> Deployment:
    """Return `bentoml serve` of a model in its store."""
    environment = peer_environment(bench, "BentoML")
    home = bench.folder / "bentoml-home"
    home.mkdir()
    variables = _variables(environment, BENTOML_DO_NOT_TRACK="True", BENTOML_HOME=str(home))
    _run(environment, variables, "benchmarks.peers.bentoml_model", bench.pipeline_path)
    service = "benchmarks.peers.bentoml_app:CustomerPurchase"
    command = [str(environment.python), "-m", "bentoml", "serve", service, "--host", "127.0.0.1", "--port", "{port}"]
    packages = ("bentoml", "scikit-learn", "pandas")
    return Deployment(environment, packages, lambda: serve(command, variables), BENTOML)


def _mlserver(bench: Workbench) -> Deployment:
    """Return `mlserver start` without its second process, which would hold the model for it."""
    environment = peer_environment(bench, "MLServer")
    folder = bench.folder / _MODEL
    folder.mkdir()
    joblib.dump(bench.pipeline, folder / "model.joblib")
    categories = [feature.name for feature in bench.model.contract.features if feature.is_category]
    (folder / "model-settings.json").write_text(json.dumps(_mlserver_settings(categories)))
    variables = _variables(
        environment,
        MLSERVER_DEBUG="false",
        MLSERVER_HOST="127.0.0.1",
        MLSERVER_HTTP_PORT="{port}",
        MLSERVER_GRPC_PORT="0",
        MLSERVER_METRICS_PORT="0",
        MLSERVER_PARALLEL_WORKERS="0",
    )
    command = [str(environment.python.with_name("mlserver")), "start", str(folder)]
    packages = ("mlserver", "mlserver-sklearn", "scikit-learn")
    dialect = inference(f"/v2/models/{_MODEL}/infer", categories)
    return Deployment(environment, packages, lambda: serve(command, variables), dialect)


def _mlserver_settings(categories: list[str]) -> dict[str, Any]:
    """Return model-settings.json: a DataFrame goes in, and predict_proba is what is asked for."""
    return {
        "name": _MODEL,
        "implementation": "mlserver_sklearn.SKLearnModel",
        "inputs": [
            {"name": name, "datatype": "BYTES", "shape": [-1], "parameters": {"content_type": "str"}}
            for name in categories
        ],
        "parameters": {
            "uri": "./model.joblib",
            "content_type": "pd",
            "extra": {"predict_fn": "predict_proba"},
        },
    }


DEPLOYMENTS: Mapping[str, Callable[[Workbench], Deployment]] = {
    "this project": _ours,
    "FastAPI + onnxruntime": _fastapi,
    "Flask + scikit-learn": _flask,
    "MLflow": _mlflow,
    "BentoML": _bentoml,
    "MLServer": _mlserver,
}
"""The first is what the others are compared with."""


def _variables(environment: Environment, **own: str) -> dict[str, str]:
    """Return the variables of a peer: its commands found, and scikit-learn on one thread, as in the Flask peer."""
    path = f"{environment.python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"PATH": path, "OMP_NUM_THREADS": "1", **own}


def _run(environment: Environment, variables: Mapping[str, str], module: str, *arguments: Path) -> None:
    """Run a module of the benchmarks in an environment."""
    command = [str(environment.python), "-W", "ignore", "-m", module, *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, env=os.environ | dict(variables), check=True, timeout=300)
