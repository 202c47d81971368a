"""The container images: what the deployment package has, or what retraining needs, and nothing else."""

import ast
import json
import re

import pytest

from tests.servers import ROOT
from watch.__main__ import parser

SERVES, TRAINS = "Dockerfile", "infra/jobs.Dockerfile"
IGNORED = {SERVES: ".dockerignore", TRAINS: f"{TRAINS}.dockerignore"}


def copied(image):
    lines = re.findall(r"^COPY (.*)", (ROOT / image).read_text(), re.MULTILINE)
    return {name for line in lines for name in line.split()[:-1]}


def imported(name):
    """Return the project's own files and folders that a file imports, from one to the next."""
    found, waiting = set(), [ROOT / name]
    while waiting:
        modules = set()
        for node in ast.walk(ast.parse(waiting.pop().read_text())):
            modules |= {node.module} if isinstance(node, ast.ImportFrom) and not node.level else set()
            modules |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        new = {module.partition(".")[0] for module in modules} - found
        new = {top for top in new if (ROOT / top).is_dir()}
        found |= new
        waiting += [path for top in new for path in (ROOT / top).rglob("*.py")]
    return found


@pytest.mark.parametrize("image", [SERVES, TRAINS])
def test_image_has_the_python_of_the_project(image):
    (version,) = re.findall(r"^FROM \S*python\S*?(3\.\d+)\S*$", (ROOT / image).read_text(), re.MULTILINE)
    assert version == (ROOT / ".python-version").read_text().strip()


@pytest.mark.parametrize(
    ("image", "needed"),
    [
        (SERVES, {"requirements.txt", "host.json", "function_app.py", *imported("function_app.py")}),
        (TRAINS, {"requirements-dev.txt", "predict", "training", "watch"}),
    ],
)
def test_image_gets_what_runs_and_no_more(image, needed):
    assert copied(image) == needed
    ignored = (ROOT / IGNORED[image]).read_text().split()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == needed


@pytest.mark.parametrize("image", [SERVES, TRAINS])
def test_packages_of_the_image_are_pinned_by_hash(image):
    (install,) = re.findall(r"^RUN (pip install .*)", (ROOT / image).read_text(), re.MULTILINE)
    assert {"--require-hashes", "--only-binary"} <= set(install.split())


def test_retraining_runs_a_command_that_there_is():
    (command,) = re.findall(r"^CMD (.*)$", (ROOT / TRAINS).read_text(), re.MULTILINE)
    python, *words = json.loads(command)
    arguments = parser().parse_args(words[2:])
    assert (python, words[:2], arguments.command) == ("python", ["-m", "watch"], "retrain")
    assert (ROOT / arguments.schema).exists()
