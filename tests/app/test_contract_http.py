"""The service against its own OpenAPI document, by schemathesis: over HTTP, on `python -m local`, keys enforced."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.fitted import metadata_of
from tests.servers import local_server

CONTRACT = metadata_of("HistGradientBoostingClassifier").contract
KEY = "a-function-key"
# The host, not the app, answers a method that a route does not have: 404, as `func start` does. And JSON Schema cannot
# say that the columns of a batch are equally long, or that a text is a number or a CSV.
NOT_OURS = "unsupported_method,positive_data_acceptance"


@pytest.fixture(scope="module")
def server(model_path):
    env = {"MODEL_PATH": str(model_path), "FUNCTIONS_HOST_KEY": KEY, "BULK_AUTH_LEVEL": ""}
    with local_server("--enable-auth", env=env) as running:
        yield running


def test_no_500_no_undocumented_status_no_broken_schema(server, tmp_path):
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{server.api}/api/openapi.json",
            "--header",
            f"x-functions-key: {KEY}",
            *("--exclude-checks", NOT_OURS),
            *("--max-examples", "25", "--generation-deterministic", "--request-timeout", "60"),
            *("--max-response-time", "30", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    (generated,) = re.findall(r"(\d+) generated, \1 passed", run.stdout)
    assert int(generated) > 300
    assert '"status":5' not in server.output
    assert "Traceback" not in server.output


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 4000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(0, 3000).map(lambda value: round(value, 1))
    | st.sampled_from([10**30, -0.0, "", "US", "NA", "us", "ZZ", "12", [], {}])
)
GOOD = dict(zip((f.name for f in CONTRACT.features), CONTRACT.examples[0].values, strict=True))
CUSTOMERS = st.fixed_dictionaries({name: st.just(value) | VALUES for name, value in GOOD.items()})
PAYLOADS = (
    CUSTOMERS | CUSTOMERS.map(lambda row: row | {"more": 1}) | CUSTOMERS.map(lambda row: dict(list(row.items())[1:]))
)


@settings(max_examples=150)
@given(PAYLOADS | VALUES)
def test_customer_is_scored_if_and_only_if_the_schema_lets_it_pass(api, lets_pass, payload):
    headers = {"Content-Type": "application/json"}
    answer = api.post("/predict?include=none", content=json.dumps(payload), headers=headers)
    assert answer.status_code == (200 if lets_pass(payload) else 422), answer.text


@pytest.fixture(scope="module")
def lets_pass(api):
    """Whether the document's schema of a customer lets a payload pass."""
    schema = Draft202012Validator(api.get("/openapi.json").json()["components"]["schemas"]["Customer"])
    return lambda payload: schema.is_valid(payload)
