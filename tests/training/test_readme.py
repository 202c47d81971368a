import json
import re
import shutil
import subprocess
from copy import replace
from pathlib import Path

import httpx
import pytest

from predict.model.session import Model
from tests.fitted import model_file
from tests.servers import local_server
from training.pages.readme import write_readme

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def model():
    return Model.load(ROOT / "predict" / "model.onnx")


def test_numbers_are_those_of_the_committed_model(model, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(README, "utf-8")
    assert not write_readme(model, path), "run: python -m training site"


def test_writing_again_changes_nothing_and_another_model_something(model, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(README, "utf-8")
    other = tmp_path / "model.onnx"
    other.write_bytes(model_file())
    assert write_readme(Model.load(other), path)
    assert not write_readme(Model.load(other), path)
    assert write_readme(model, path)


def test_only_a_model_of_the_sample_is_said_to_be_trained_on_synthetic_customers(model, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(README, "utf-8")
    sample = "It is trained on [synthetic customers](data/README.md), and measured"
    assert sample in README
    provenance = replace(model.metadata.provenance, data="learners.csv", data_sha256="5" * 64)
    write_readme(Model(replace(model.metadata, provenance=provenance), model.hash, model._session), path)
    assert sample not in path.read_text("utf-8")
    assert "It is trained on `learners.csv`, and measured" in path.read_text("utf-8")


def test_a_model_without_examples_shows_one_of_its_made_up_customers(model, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(README, "utf-8")
    metadata = replace(model.metadata, contract=replace(model.contract, examples=()))
    write_readme(Model(metadata, model.hash, model._session), path)
    payload = json.loads(re.search(r"-d '(\{.*\})'", path.read_text("utf-8"))[1])
    assert tuple(payload.values()) in {test.values for test in model.metadata.self_test}


def test_curl_gives_the_answer_that_is_shown():
    command = re.search(r"curl http://127\.0\.0\.1:7071(/api/predict) .* -d '(\{.*\})'", README)
    shown = re.search(r"^\{\n(.*?)^\}", README, re.DOTALL | re.MULTILINE)
    with local_server() as server:
        body = httpx.post(server.api + command[1], json=json.loads(command[2]), timeout=60).json()
    for name in ("prediction", "probability", "threshold", "base_value"):
        value = json.loads(re.search(rf'"{name}": (.*),', shown[1])[1])
        assert body[name] == (pytest.approx(value, abs=1e-4) if isinstance(value, float) else value)


def test_commands_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_and_pictures_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_git_takes_no_customers_whom_the_readme_puts_here():
    names = set(re.findall(r"(?<![\w/])\w+\.csv", README))
    assert {"customers.csv", "scored.csv"} <= names
    git = shutil.which("git")
    ignored = subprocess.run([git, "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert set(ignored.stdout.split()) == names


def test_nothing_committed_names_a_machine_or_a_registry():
    hosts = "|".join(["py" + "pi.org", "python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian", r"/wor" + r"k/"])
    git = shutil.which("git")
    found = subprocess.run(
        [git, "grep", "-lIE", hosts, "--", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    # 1 is what git says where it has looked and found nothing.
    assert (found.stdout, found.returncode) == ("", 1)
