import re
import shutil
import subprocess
from base64 import b64encode
from copy import replace
from hashlib import sha256
from html import unescape

import httpx
import pytest
from playwright.sync_api import expect

from predict.interface.docs import render_docs
from predict.interface.examples import make_examples
from predict.interface.openapi import openapi_document
from predict.model.explain import Explainer
from predict.model.session import Model
from tests.browser import accessibility_faults, overflow, visit
from tests.fitted import metadata_of, model_file
from tests.servers import local_server

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT = metadata_of(ESTIMATOR).contract
KEY = "a-function-key"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    return path


@pytest.fixture(scope="module")
def server(path):
    env = {"MODEL_PATH": str(path), "FUNCTIONS_HOST_KEY": KEY, "BULK_AUTH_LEVEL": ""}
    with local_server("--enable-auth", env=env) as running:
        yield running


@pytest.fixture(scope="module")
def answer(server):
    return httpx.get(f"{server.api}/api/docs", timeout=60)


def commands(answer):
    return [
        unescape(text) for text in re.findall(r'<pre class="command"[^>]*><code>(.*?)</code>', answer.text, re.DOTALL)
    ]


def test_policy_lets_in_the_pages_own_style_and_script_and_nothing_else(answer):
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", answer.text, re.DOTALL)
        assert f"{kind}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    without_icon = answer.text.replace('<link rel="icon" href="data:,">', "", 1)
    assert not re.search(r"<script |<link|<img|\bsrc=|\bstyle=|@import|url\(", without_icon)


def test_page_describes_itself_and_every_control_has_a_type(answer):
    assert '<meta name="description" content="The chance of a purchase, with the reasons.">' in answer.text
    controls = re.findall(r"<(?:input|button)[^>]*>", answer.text)
    assert controls
    assert [control for control in controls if " type=" not in control] == []


def test_every_route_field_and_code_is_on_the_page(server, answer):
    document = httpx.get(f"{server.api}/api/openapi.json", timeout=60).json()
    for path, item in document["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in answer.text
    for feature in CONTRACT.features:
        assert f"<code>{feature.name}</code>" in answer.text
        assert feature.label in answer.text
        assert feature.unit in answer.text
    for name in ("Fault", "Warning"):
        for code in document["components"]["schemas"][name]["properties"]["code"]["enum"]:
            assert f"<code>{code}</code>" in answer.text
    for target in re.findall(r'href="#([^"]+)"', answer.text):
        assert f'id="{target}"' in answer.text


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_commands_run_as_they_stand(server, answer):
    texts = commands(answer)
    assert len(texts) == 7
    for text in texts:
        done = subprocess.run(
            ["sh", "-c", f"set -f; {text} --silent --show-error --fail"],
            env={"FUNCTION_KEY": KEY, "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, (text, done.stderr)
        assert done.stdout


def test_address_of_the_commands_is_the_callers(answer, server):
    assert all(f"{server.api}/api/" in text for text in commands(answer))
    shouted = httpx.get(f"{server.api}/api/DOCS/?a=b", timeout=60)
    assert shouted.text == answer.text


def test_markup_in_a_contract_or_an_address_is_text(path):
    model = Model.load(path)
    evil = "</style></code><script>alert('1')</script>"
    features = tuple(replace(feature, label=evil, help=evil, aliases=(evil,)) for feature in model.contract.features)
    contract = replace(
        model.contract, features=features, version=evil, target=replace(model.contract.target, positive=evil)
    )
    named = Model(replace(model.metadata, contract=contract), model.hash, model._session)
    limits = dict.fromkeys(
        ("body_bytes", "batch_rows", "batch_bytes", "csv_rows", "csv_bytes", "csv_rows_with_reasons"), 1
    )
    document = openapi_document(named, make_examples(named, Explainer(named)), limits, bulk_auth="function")
    page = render_docs(document, contract, f"http://x/{evil}'; rm")
    assert page.count("<script") == page.count("</script>") == 1
    assert page.count("</style>") == 1
    assert """'"'"'; rm/predict""" in unescape(page), "a quotation mark in the address stays inside its argument"


@pytest.mark.parametrize(("scheme", "widths"), [("light", (1280, 390)), ("dark", (390, 320))])
def test_page_is_clean_in_every_browser(browser, server, scheme, widths):
    with visit(browser, server.api, color_scheme=scheme) as visitor:
        page = visitor.open("api/docs")
        assert page.locator("h1").inner_text() == "The interface"
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) == 0, width
            # On most phones only the fields, in four columns, are moved sideways.
            moved = "all => all.filter(table => table.scrollWidth > table.clientWidth).map(table => table.ariaLabel)"
            assert width == 320 or page.locator(".scroll").evaluate_all(moved) == ["Fields"] * (width == 390), width
            assert accessibility_faults(page) == [], width
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "992px", "the style sheet is applied"
        assert visitor.complaints == []


def test_a_request_is_tried_in_the_page(browser, server):
    with visit(browser, server.api) as visitor:
        page = visitor.open("api/docs")
        form = page.locator("form.try", has=page.get_by_role("button", name="Send: predict", exact=True))
        form.get_by_label("Parameters").fill("include=none")
        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_have_text(re.compile(r"200 after \d+ ms"))
        expect(form.locator("pre")).to_contain_text('"probability": 0.')
        form.get_by_label("Body").fill("{}")
        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_have_text(re.compile(r"422 after \d+ ms"))
        expect(form.locator("pre")).to_contain_text('"code": "missing"')
        batch = page.locator("form.try", has=page.get_by_role("button", name="Send: predictBatch"))
        batch.get_by_label("Key").fill(KEY)
        batch.get_by_role("button").click()
        expect(batch.get_by_role("status")).to_have_text(re.compile(r"200 after \d+ ms"))
        assert accessibility_faults(page) == []


def test_without_a_model_there_is_no_page(tmp_path):
    with local_server(env={"MODEL_PATH": str(tmp_path / "none.onnx")}) as server:
        for route in ("docs", "openapi.json"):
            refused = httpx.get(f"{server.api}/api/{route}", timeout=60)
            assert refused.status_code == 503
            assert refused.headers["content-type"] == "application/problem+json"
            assert int(refused.headers["retry-after"]) > 0
