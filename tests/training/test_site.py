import json
import re
import resource
import shutil
from copy import replace
from pathlib import Path

import pytest

from predict.answers import describe
from predict.contract import Contract, Target
from predict.model.session import Model
from tests.factories import contract_365, metadata_for, sample_contract
from training.errors import TrainingError
from training.pages.site import copy_site, write_site

ROOT = Path(__file__).parents[2]
SITE = ROOT / "static_site"
MODEL_FILE = ROOT / "predict" / "model.onnx"
REGION = re.compile(r"<!-- region:([a-z-]+) -->.*?<!-- /region:\1 -->", re.DOTALL)
HAND_WRITTEN = sorted(path for path in SITE.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"})


def model_of(contract: Contract) -> Model:
    return Model(metadata_for(contract), "5" * 64, session=None)  # type: ignore[arg-type]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SITE, tmp_path / "site"))


@pytest.mark.parametrize("contract", [sample_contract(), contract_365()], ids=lambda c: c.name)
def test_any_contract_fills_the_pages(contract: Contract, site: Path) -> None:
    write_site(model_of(contract), site)
    page = (site / "index.html").read_text("utf-8")
    for feature in contract.features:
        assert f'name="{feature.name}"' in page
        assert feature.label in page
    for example in contract.examples:
        assert f'<button class="chip" type="submit">{example.name}</button>' in page
    assert contract.target.positive in page
    assert f"Model {contract.version}" in page


def test_pages_speak_in_the_words_of_the_target(site: Path) -> None:
    target = Target("churn", "Will churn", "Will not churn", verb="churn", noun="churn", person="churner")
    write_site(model_of(replace(sample_contract(), target=target)), site)
    pages = {name: (site / name).read_text("utf-8") for name in ("index.html", "list.html", "model.html")}
    assert "<title>Will this customer churn?</title>" in pages["index.html"]
    assert "Churn predictor" in pages["list.html"]
    assert "of all churners" in pages["model.html"]
    said = re.sub(r"<[^>]*>", "", "".join(pages.values()))
    assert not re.search(r"purchas|buy|bought", said.replace("customer-purchase", ""), re.IGNORECASE)


def test_a_contract_without_examples_leaves_no_word_of_them(site: Path) -> None:
    model = model_of(sample_contract())
    write_site(model, site)
    page = (site / "index.html").read_text("utf-8")
    assert '<p id="examples-title">Try</p>' in page
    assert "Fill in the six fields, or start from an example." in page
    bare = replace(model.metadata, contract=replace(model.metadata.contract, examples=()))
    write_site(Model(bare, "5" * 64, session=None), site)  # type: ignore[arg-type]
    page = (site / "index.html").read_text("utf-8").replace("region:examples", "")
    assert "Fill in the six fields." in page
    assert "example" not in page
    assert "Try" not in page


def test_writing_twice_changes_nothing(site: Path) -> None:
    model = model_of(contract_365())
    assert write_site(model, site)
    assert write_site(model, site) == ()


def test_one_contract_leaves_nothing_behind_in_the_pages_of_the_next(site: Path) -> None:
    model = model_of(sample_contract())
    write_site(model, site)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    write_site(model_of(contract_365()), site)
    assert b"exams_passed" not in b"".join(path.read_bytes() for path in site.glob("*.html")).replace(
        b"practice_exams_passed", b""
    )
    write_site(model, site)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


def test_a_changed_page_or_document_is_written_again(site: Path) -> None:
    model = model_of(sample_contract())
    write_site(model, site)
    index, document = site / "index.html", site / "model.json"
    index.write_text(index.read_text("utf-8").replace("Days on platform", "Days at sea"), "utf-8")
    document.unlink()
    assert set(write_site(model, site)) == {index, document}


def test_a_whole_site_is_copied_to_an_empty_folder_and_nothing_to_one_that_holds_something(tmp_path: Path) -> None:
    for folder in (tmp_path / "new" / "site", tmp_path / "empty"):
        if folder.name == "empty":
            folder.mkdir()
        copy_site(SITE, folder)
        names = {path.relative_to(SITE) for path in SITE.rglob("*")}
        assert {path.relative_to(folder) for path in folder.rglob("*")} == names
    (folder / "index.html").write_text("mine", "utf-8")
    copy_site(SITE, folder)
    assert (folder / "index.html").read_text("utf-8") == "mine"


def test_a_copy_that_was_not_finished_is_made_again(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "site"
    (source / "scripts").mkdir(parents=True)
    for name in ("index.html", "scripts/form.js"):
        (source / name).write_text(name)
    (source / "zone.html").symlink_to("nowhere")
    with pytest.raises(TrainingError, match=r"zone.html cannot be written \(No such file or directory\)"):
        copy_site(source, folder)
    (source / "zone.html").unlink()
    (folder / "scripts/form.js").unlink()
    copy_site(source, folder)
    assert {path.name for path in folder.rglob("*")} == {"index.html", "scripts", "form.js"}


def test_a_page_that_cannot_be_written_leaves_all_of_the_old_site(site: Path) -> None:
    write_site(model_of(sample_contract()), site)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    room = (site / "index.html").stat().st_size // 2
    assert (site / "model.json").stat().st_size < 0.9 * room
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            write_site(model_of(contract_365()), site)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.filename == str(site / "index.html")
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


def test_the_form_posts_to_where_the_scripts_ask(site: Path) -> None:
    (site / "config.json").write_text('{"apiBase": "https://api.example/api/"}', "utf-8")
    write_site(model_of(sample_contract()), site)
    actions = set(re.findall('action="([^"]*)"', (site / "index.html").read_text("utf-8")))
    assert actions == {"https://api.example/api/predict"}


def test_the_document_is_json_and_holds_the_contract(site: Path) -> None:
    model = model_of(sample_contract())
    write_site(model, site)
    document = json.loads((site / "model.json").read_text("utf-8"))
    assert document == json.loads(json.dumps(describe(model)))
    assert document["model"]["hash"] == model.hash
    assert [feature["name"] for feature in document["contract"]["features"]] == [
        feature.name for feature in model.contract.features
    ]


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<!-- region:weather --><!-- /region:weather -->", "unknown region 'weather'"),
        ("<!-- region:form -->", "not closed"),
        ("<!-- /region:form -->", "not closed, or not opened"),
        ("<!-- region:form --><!-- region:count --><!-- /region:form -->", "not closed"),
    ],
)
def test_a_broken_region_is_refused_before_anything_is_written(site: Path, html: str, problem: str) -> None:
    (site / "zebra.html").write_text(html, "utf-8")
    before = (site / "index.html").read_bytes()
    with pytest.raises(TrainingError, match=problem):
        write_site(model_of(contract_365()), site)
    assert (site / "index.html").read_bytes() == before


def test_a_folder_without_pages_or_configuration_is_refused(tmp_path: Path, site: Path) -> None:
    (tmp_path / "config.json").write_text('{"apiBase": "api"}', "utf-8")
    with pytest.raises(TrainingError, match="has no pages"):
        write_site(model_of(sample_contract()), tmp_path)
    (site / "config.json").write_text("[]", "utf-8")
    with pytest.raises(TrainingError, match="apiBase"):
        write_site(model_of(sample_contract()), site)


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda path: path.name)
def test_no_feature_is_named_outside_the_generated_regions(path: Path) -> None:
    text = REGION.sub("", path.read_text("utf-8")).lower()
    for feature in (*sample_contract().features, *contract_365().features):
        # "steps" and "country" are words of English too: a name counts where it stands as one in code or in a text.
        assert not re.search(rf"[\"'.#\[=]{re.escape(feature.name)}\b", text)
        assert "_" not in feature.name or feature.name not in text
        assert len(feature.label.split()) == 1 or feature.label.lower() not in text


def test_the_committed_pages_are_those_of_the_committed_model(site: Path) -> None:
    assert write_site(Model.load(MODEL_FILE), site) == (), "run `python -m training site`"


def test_the_policy_is_strict_and_every_page_obeys_it() -> None:
    config = json.loads((SITE / "staticwebapp.config.json").read_text("utf-8"))
    assert config["globalHeaders"]["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    for page in SITE.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text)
        assert not re.search(r"(?:href|src|action)=\"(?:https?:)?//", text)


def test_no_script_writes_markup() -> None:
    for script in SITE.rglob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            script
        )
        assert len(text.splitlines()) <= 200, script
