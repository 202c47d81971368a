"""The Bicep files: each parses, is described, pinned and used, and names no secret and no cloud's address."""

import re

import pytest

from tests.bicep import Template
from tests.on_paper import INFRA

FILES = sorted(INFRA.rglob("*.bicep"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_parses(path):
    assert Template(path).syntax_errors() == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_and_output_is_described(path):
    template = Template(path)
    for kind in ("parameter", "output"):
        for name in template.declarations[kind]:
            assert "description" in template.decorators[f"{kind} {name}"], f"{kind} {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_declared_in_vain_and_every_name_exists(path):
    template = Template(path)
    used, declared = template.names_used(), template.declarations
    existing = {name for name, node in declared["resource"].items() if any(c.type == "existing" for c in node.children)}
    assert set(declared["parameter"]) | set(declared["variable"]) | existing <= used
    assert used <= {name for kind in declared if kind != "output" for name in declared[kind]} | {"id"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_api_versions_are_pinned_and_stable(path):
    types = re.findall(r"^\s*resource \w+ '([^']+/[^']+)'", path.read_text(), re.MULTILINE)
    # Diagnostic settings have no stable version with groups of categories.
    for type_ in set(types) - {"Microsoft.Insights/diagnosticSettings@2021-05-01-preview"}:
        assert re.fullmatch(r"[\w.]+(/\w+)+@20\d\d-\d\d-\d\d", type_), type_


def test_modules_are_files_of_this_folder():
    named = {
        file.parent / path
        for file in FILES
        for path in re.findall(r"^module \w+ '([^']+)'", file.read_text(), re.MULTILINE)
    }
    assert named == set((INFRA / "modules").glob("*.bicep"))


def test_no_address_of_a_cloud_is_written_down():
    for path in FILES:
        assert not re.search(r"windows\.net|azure\.com|azurewebsites|microsoftonline", path.read_text()), path.name


def test_no_key_or_connection_string_with_a_key_is_made():
    for path in FILES:
        assert not re.search(r"\blist(Keys|Secrets|\w*Sas)\b|AccountKey|\.listKeys", path.read_text(), re.IGNORECASE)


def test_every_suppressed_check_says_why():
    for path in FILES:
        for line in re.findall(r"checkov:skip.*", path.read_text()):
            assert re.fullmatch(r"checkov:skip=CKV\w*_AZURE_\d+:[A-Z].{30,}\.", line), line
