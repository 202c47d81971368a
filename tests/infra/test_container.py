"""The Dockerfile: what the deployment package has, and nothing else."""

import re

from tests.servers import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_image_has_the_python_of_the_project():
    assert (
        re.search(r"^FROM \S+:4-python(\S+)$", DOCKERFILE, re.MULTILINE)[1]
        == (ROOT / ".python-version").read_text().strip()
    )


def test_image_gets_what_runs_and_no_more():
    copied = {name for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]}
    assert copied == {"requirements.txt", "function_app.py", "host.json", "handlers", "predict", "watch"}
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_packages_of_the_image_are_pinned_by_hash():
    (install,) = re.findall(r"^RUN (pip install .*)", DOCKERFILE, re.MULTILINE)
    assert {"--require-hashes", "--only-binary", "/requirements.txt"} <= set(install.split())
