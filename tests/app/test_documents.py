"""docs/tutorial.md and docs/examples.md, done as a reader does them, in order."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request

import pytest

from tests.servers import ROOT, local_server

API = "http://127.0.0.1:7071"


def blocks(name):
    """Return the language and the text of each block of a document."""
    return re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / "docs" / name).read_text(), re.MULTILINE | re.DOTALL)


def run(script):
    return subprocess.run(
        ["sh", "-ec", script.replace(".venv/bin/python", sys.executable)],
        cwd=ROOT,
        # One core: a process for each of a few quick fits would take longer to start than they do.
        env=os.environ | {"PYTHONWARNINGS": "error", "LOKY_MAX_CPU_COUNT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tutorial_leads_from_a_table_to_a_scored_customer(tmp_path):
    folder = tmp_path / "subscribers"
    folder.mkdir()
    steps = [(language, text.replace("../subscribers", str(folder))) for language, text in blocks("tutorial.md")]
    for language, text in steps:
        if language == "python":
            (folder / "make_table.py").write_text(text)
    scripts = [text for language, text in steps if language == "sh"]
    (serve,) = [number for number, script in enumerate(scripts) if "make run" in script]
    edit = next(text for language, text in steps if language == "toml")
    for script in scripts[:serve]:
        done = run(script)
        assert done.returncode == 0, done.stdout + done.stderr
        if "training draft" in script:
            schema = folder / "schema.toml"
            first, months, rest = schema.read_text().partition('name = "months"\n')
            assert "actionable = true # a guess" in rest
            schema.write_text(first + months + re.sub("actionable = .*\n", edit, rest, count=1))
    model, arguments = re.fullmatch(r'MODEL_PATH=(\S+) make run ARGS="(.*)"\n', scripts[serve]).groups()
    with local_server(*shlex.split(arguments), env={"MODEL_PATH": model}, site=True) as server:
        (ask,) = scripts[serve + 1 :]
        answer = json.loads(run(ask.replace(API, server.api)).stdout)
    assert answer["prediction"] == "Will renew"
    assert [part["feature"] for part in answer["contributions"]]


@pytest.fixture(scope="module")
def examples():
    with local_server() as server:
        yield {language: text.replace(API, server.api) for language, text in blocks("examples.md")}


def test_example_of_curl_works(examples):
    done = run(examples["sh"].replace("curl", "curl --fail -sS"))
    assert '"prediction":"Will Purchase"' in done.stdout, done.stderr


def test_example_of_python_works_and_names_what_is_wrong_with_a_row(examples):
    done = subprocess.run([sys.executable, "-c", examples["python"]], capture_output=True, text=True, check=False)
    good, bad = done.stdout.splitlines()
    assert 0 < float(good) < 1, done.stderr
    assert "Days on platform" in bad


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node")
def test_example_of_javascript_works(examples):
    done = subprocess.run(
        ["node", "--input-type=module", "-e", examples["js"]], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("Will Purchase 0."), done.stderr


def test_query_of_excel_makes_numbers_of_all_numbers_that_come_back(examples):
    """Nothing here runs the query itself."""
    query = examples["powerquery"]
    address, kind = re.search(r'Contents\("(.*?)", \[Headers = \[#"Content-Type" = "(.*?)"\]', query).groups()
    (customer,) = [json.loads(text) for text in re.findall(r"-d '(.*)'", examples["sh"])]
    lines = [",".join(f'"{cell}"' for cell in cells) for cells in (customer, customer.values())]
    request = urllib.request.Request(address, "\n".join(lines).encode(), {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=30) as response:
        (scored,) = csv.DictReader(response.read().decode("utf-8-sig").splitlines())
    added = {name: cell for name, cell in scored.items() if name not in customer}
    numbers = {name for name, cell in added.items() if re.fullmatch(r"[0-9.]+", cell)}
    assert numbers == set(re.findall(r'\{"(\w+)", Numeric, type nullable number\}', query))


def headings_of(path):
    """Return the headings of a document as a link names them."""
    lines = re.findall(r"^#+ (.*)", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("*/*.md")), ids=lambda path: path.name
)
def test_links_of_a_document_lead_to_a_file_and_a_heading(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        file, _, heading = link.partition("#")
        if "://" not in link:
            target = document.parent / file if file else document
            assert target.exists(), link
            assert not heading or heading in headings_of(target), link
