"""The function in an environment that holds requirements.txt and nothing else, as it is deployed."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.environments import make_environment
from predict.model.session import Model

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ABSENT = ("sklearn", "pandas", "scipy", "joblib", "onnx", "skl2onnx", "shap", "matplotlib")

ANSWER = """
import asyncio, importlib.util, json, sys
import azure.functions as func
import function_app

customer = json.loads(sys.argv[1])
request = func.HttpRequest("POST", "/api/predict", headers={"Content-Type": "application/json"},
                           body=json.dumps(customer).encode())
response = asyncio.run(function_app.predict(request))
names = [function.get_function_name() for function in function_app.app.get_functions()]
here = [name for name in sys.argv[2:] if importlib.util.find_spec(name)]
print(json.dumps({"status": response.status_code, "answer": json.loads(response.get_body()),
                  "functions": names, "here": here, "imported": list(sys.modules)}))
"""


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    """An environment of its own with requirements.txt."""
    folder = tmp_path_factory.mktemp("runtime") / "venv"
    return make_environment(folder, "--require-hashes", "-r", str(ROOT / "requirements.txt"))


def ask(python, *arguments):
    done = subprocess.run(
        [python, "-c", ANSWER, *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_app_is_indexed_and_answers_without_scikit_learn_and_pandas(runtime):
    contract = Model.load(ROOT / "predict" / "model.onnx").contract
    customer = dict(zip([f.name for f in contract.features], contract.examples[0].values, strict=True))
    found = ask(runtime.python, json.dumps(customer), *ABSENT)
    assert found["here"] == []
    assert found["status"] == 200
    assert found["answer"]["prediction"] in {contract.target.positive, contract.target.negative}
    assert {"predict", "predict_batch", "model", "health"} <= set(found["functions"])
    # What lists, documents, pages and changes need is imported when they are first asked for.
    late = {
        "predict.csv_file",
        "predict.interface.openapi",
        "predict.pages",
        "predict.model.what_if",
        "handlers.many",
        "watch",
    }
    assert late.isdisjoint(found["imported"])


def test_environment_is_small(runtime):
    assert 50e6 < runtime.size <= 150e6


def pins(name):
    text = (ROOT / name).read_text("utf-8")
    return {canonicalize_name(n): v for n, v in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_have_hashes_and_no_address(name):
    text = (ROOT / name).read_text("utf-8")
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(pins(name)) > 0
    assert "://" not in text


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", ()), ("requirements-dev.txt", ("train", "dev"))], ids=["runtime", "dev"]
)
def test_pins_satisfy_pyproject(name, groups):
    wanted = [*PROJECT["project"]["dependencies"], *(d for g in groups for d in PROJECT["dependency-groups"][g])]
    pinned = pins(name)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", ()), ("requirements-dev.txt", ("train", "dev"))], ids=["runtime", "dev"]
)
def test_nothing_is_pinned_for_a_dependency_that_is_gone(name, groups):
    wanted = [*PROJECT["project"]["dependencies"], *(d for g in groups for d in PROJECT["dependency-groups"][g])]
    asked = {canonicalize_name(Requirement(text).name) for text in wanted}
    parts = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    own = "customer-purchase-prediction (pyproject.toml"
    assert {canonicalize_name(part.partition("==")[0]) for part in parts if own in part} == asked


def test_both_environments_have_the_same_versions():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_function_imports_only_what_its_requirements_hold():
    packages = {"azure", "numpy", "obstore", "onnxruntime", "orjson"}
    allowed = {"handlers", "predict", "watch"} | packages | sys.stdlib_module_names
    own = [path for folder in ("handlers", "predict", "watch") for path in (ROOT / folder).rglob("*.py")]
    for path in [ROOT / "function_app.py", *own]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= allowed, path


@pytest.mark.parametrize("package", ["infra", "smoke"])
def test_what_a_deployer_runs_imports_the_standard_library_alone(package):
    for path in (ROOT / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= {package} | sys.stdlib_module_names, path


def test_nothing_imports_the_function_but_the_host_that_is_told_to():
    for folder in ("predict", "training", "local"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            assert not re.search(r"^\s*(from|import) (handlers|function_app)\b", text, re.MULTILINE), path


def test_python_is_the_same_everywhere():
    version = (ROOT / ".python-version").read_text("utf-8").strip()
    assert PROJECT["project"]["requires-python"].startswith(f">={version},")
    assert PROJECT["tool"]["mypy"]["python_version"] == version
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
