"""The deployed site: the API's address written in where it is read, and nothing else changed."""

import json
import re
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.site import SiteError, main, write_site
from predict.model.session import Model
from tests.fitted import model_file
from tests.servers import ROOT
from training.pages.site import write_site as fill_site

API = "https://func-x.example"
CHANGED = {"config.json", "staticwebapp.config.json"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "static_site", folder, dirs_exist_ok=True)
    model = folder.parent / "model.onnx"
    model.write_bytes(model_file("LogisticRegression"))
    fill_site(Model.load(model), folder)
    return folder


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def headers_of(folder):
    return json.loads((folder / "staticwebapp.config.json").read_text())["globalHeaders"]


def policy_of(folder):
    return headers_of(folder)["Content-Security-Policy"]


@pytest.fixture(scope="module")
def written(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("dist") / "site"
    write_site(source, out, API)
    return out


def test_own_api_changes_nothing(source, tmp_path):
    write_site(source, tmp_path / "site", "")
    assert files(tmp_path / "site") == files(source)


def test_only_files_that_name_the_api_change(source, written):
    before, after = files(source), files(written)
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == CHANGED | {name for name in before if name.endswith(".html") and b'action="' in before[name]}


def test_committed_files_stay_as_they_are(source, tmp_path):
    before = files(source)
    write_site(source, tmp_path / "site", API)
    assert files(source) == before


def test_scripts_read_the_address(written):
    assert json.loads((written / "config.json").read_text())["apiBase"] == f"{API}/api"


def test_every_form_posts_to_the_api(written):
    pages = "".join(page.read_text() for page in written.glob("*.html"))
    actions = re.findall(r'\b(?:form)?action="([^"]*)"', pages)
    assert actions
    assert set(actions) == {f"{API}/api/predict"}


def test_policy_names_the_api_where_it_is_called_and_nowhere_else(source, written):
    def directives(text):
        return dict(part.strip().partition(" ")[::2] for part in text.split(";"))

    before, after = directives(policy_of(source)), directives(policy_of(written))
    assert after == before | {name: f"{before[name]} {API}" for name in ("connect-src", "form-action")}


def test_pages_of_the_api_may_use_the_style_sheets(written):
    assert headers_of(written)["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_old_output_is_gone(source, tmp_path):
    out = tmp_path / "site"
    out.mkdir()
    (out / "old.html").write_text("old")
    write_site(source, out, API)
    assert not (out / "old.html").exists()


def test_only_pages_are_replaced(source, tmp_path, capsys):
    """A slip of the hand in --out must not cost a folder of other things."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("dear")
    copy = tmp_path / "work" / "static_site"
    shutil.copytree(source, copy)
    before = files(tmp_path)
    for out in (tmp_path / "letters", tmp_path / "file", copy, copy.parent, copy / "scripts"):
        assert main(["--source", str(copy), "--out", str(out)]) == 1
        assert re.search("would( be)? replace", capsys.readouterr().err)
    assert main(["--source", str(tmp_path / "letters"), "--out", str(tmp_path / "new")]) == 1
    assert "is no folder of pages" in capsys.readouterr().err
    assert files(tmp_path) == before


def writes_without_config(source, tmp_path, out):
    """Return whether a site is written whose configuration is empty."""
    copy = tmp_path / "source"
    shutil.copytree(source, copy)
    (copy / "config.json").write_text("{}")
    try:
        write_site(copy, out, API)
    except SiteError:
        return False
    return True


def test_a_site_that_cannot_be_written_leaves_the_last_one(source, tmp_path):
    out = tmp_path / "site"
    write_site(source, out, API)
    before = files(out)
    assert not writes_without_config(source, tmp_path, out)
    assert files(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "source"]


def test_a_run_that_was_killed_between_its_renames_loses_no_site(source, tmp_path):
    out = tmp_path / "site"
    write_site(source, out, API)
    before = files(out)
    code = (
        "import os, pathlib, signal, sys; from infra.site import write_site\n"
        "source, out = map(pathlib.Path, sys.argv[1:])\n"
        "def watched(event, arguments):\n"
        "    if event == 'os.rename' and arguments[1] == str(out): os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(watched); write_site(source, out, '')\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, source, out], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert not writes_without_config(source, tmp_path, out)
    assert files(out) == before
    write_site(source, out, API)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "source"]


def test_command_takes_the_addresses_that_azd_hands_over(source, tmp_path, monkeypatch):
    monkeypatch.setenv("API_URL", f"{API.upper()}/")
    monkeypatch.setenv("SITE_URL", "https://pages.example")
    assert main(["--source", str(source), "--out", str(tmp_path / "site")]) == 0
    assert json.loads((tmp_path / "site" / "config.json").read_text())["apiBase"] == f"{API}/api"


def test_linked_backend_is_the_site_s_own_address(source, tmp_path):
    arguments = ["--api", "https://pages.example/", "--site", "https://pages.example"]
    assert main([*arguments, "--source", str(source), "--out", str(tmp_path / "site")]) == 0
    assert files(tmp_path / "site") == files(source)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_reaches_the_policy_is_an_origin_and_nothing_more(source, tmp_path_factory, text):
    out = tmp_path_factory.getbasetemp() / "fuzzed"
    if main(["--api", f"https://{text}", "--site", "", "--source", str(source), "--out", str(out)]) == 0:
        base = json.loads((out / "config.json").read_text())["apiBase"]
        assert re.fullmatch(r"https://[a-z0-9.:-]+/api", base)
        headers = json.loads((out / "staticwebapp.config.json").read_text())["globalHeaders"]
        assert headers["Content-Security-Policy"].count(";") == policy_of(source).count(";")


@pytest.mark.parametrize(
    "api",
    ["shop.example", "ftp://shop.example", "https://", "https://a b.example", "https://a;script-src", "https://a'b"],
)
def test_bad_address_is_refused(capsys, tmp_path, api):
    assert main(["--api", api, "--out", str(tmp_path / "site")]) == 1
    assert "is no address such as" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("config.json", "{}", "config.json has no apiBase."),
        ("config.json", "[]", "config.json is no JSON object."),
        ("config.json", None, "config.json is missing or no JSON."),
        ("staticwebapp.config.json", "{}", "no Content-Security-Policy among its globalHeaders."),
        (
            "staticwebapp.config.json",
            '{"globalHeaders": {"Content-Security-Policy": "default-src *"}}',
            "must have connect-src 'self' and form-action 'self'.",
        ),
    ],
)
def test_site_without_the_place_for_the_address_is_refused(source, tmp_path, name, text, words):
    copy = tmp_path / "source"
    shutil.copytree(source, copy)
    if text is None:
        (copy / name).unlink()
    else:
        (copy / name).write_text(text)
    with pytest.raises(SiteError, match=re.escape(words)):
        write_site(copy, tmp_path / "site", API)
