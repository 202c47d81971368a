import ast
import functools

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from predict.errors import FAULT_CODES, WARNING_CODES
from predict.interface.examples import make_examples
from predict.interface.openapi import openapi_document
from predict.interface.schemas import customer_schema
from predict.model.explain import Explainer
from predict.model.session import Model
from tests.factories import contract_365, kinds_contract, sample_contract
from tests.fitted import metadata_of, model_file
from tests.servers import ROOT, local_server

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT = metadata_of(ESTIMATOR).contract
KEY = "a-function-key"
METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    env = {"MODEL_PATH": str(path), "FUNCTIONS_HOST_KEY": KEY, "BULK_AUTH_LEVEL": ""}
    with (
        local_server("--enable-auth", env=env) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=30, headers={"x-functions-key": KEY}) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def document(api):
    answer = api.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def validator(document, schema):
    """Return what checks against a schema of the document, whose references lead into it."""
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    rooted = {"$ref": f"urn:openapi{schema['$ref']}"} if "$ref" in schema else schema
    registry = Registry().with_resource("urn:openapi", resource)
    if "$ref" not in schema:
        rooted = {"$id": "urn:openapi", **schema, "components": document["components"]}
        registry = Registry()
    return Draft202012Validator(rooted, registry=registry)


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def resolve(document, part):
    if "$ref" not in part:
        return part
    return functools.reduce(lambda found, name: found[name], part["$ref"].removeprefix("#/").split("/"), document)


def references(part):
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def examples_of(content):
    if "example" in content:
        yield "example", content["example"]
    for name, example in content.get("examples", {}).items():
        yield name, example["value"]


def test_every_reference_leads_somewhere_and_every_schema_is_one(document):
    for reference in set(references(document)):
        assert resolve(document, {"$ref": reference})
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [operation["operationId"] for *_, operation in operations(document)]
    assert len(set(names)) == len(names) == 7


def test_every_component_is_used(document):
    used = set(references(document))
    for kind in ("schemas", "parameters", "headers", "responses"):
        assert {f"#/components/{kind}/{name}" for name in document["components"][kind]} <= used


def test_every_example_keeps_to_its_schema(document):
    count = 0
    for _, _, operation in operations(document):
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [resolve(document, answer).get("content", {}) for answer in operation["responses"].values()]
        for content in (content for group in contents for content in group.values()):
            for _, example in examples_of(content):
                validator(document, content["schema"]).validate(example)
                count += 1
    assert count >= 12
    for example in document["components"]["schemas"]["Customer"]["examples"]:
        validator(document, {"$ref": "#/components/schemas/Customer"}).validate(example)


def send(api, path, media_type, value):
    if media_type == "application/json":
        return api.post(path, json=value)
    if media_type == "application/x-www-form-urlencoded":
        return api.post(path, data=value)
    return api.post(path, content=value, headers={"Content-Type": media_type})


def check(document, operation, answer):
    """The answer is one that the document names: status, media type, body and headers."""
    assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.text)
    described = resolve(document, operation["responses"][str(answer.status_code)])
    for name, header in described.get("headers", {}).items():
        assert not resolve(document, header)["required"] or name in answer.headers
    content = described.get("content", {})
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if not content:
        assert not answer.content
        return None
    assert media_type in content
    if media_type.endswith("json"):
        validator(document, content[media_type]["schema"]).validate(answer.json())
    return media_type


def test_every_example_is_answered_as_the_document_says(api, document):
    sent = 0
    for path, method, operation in operations(document):
        if method == "get":
            assert check(document, operation, api.get(path))
            continue
        for media_type, content in operation["requestBody"]["content"].items():
            for name, example in examples_of(content):
                answer = send(api, path, media_type, example)
                assert answer.status_code == 200, (path, name, answer.text)
                answered = check(document, operation, answer)
                if name == next(iter(dict(examples_of(content)))) and path != "/predict/batch":
                    shown = operation["responses"]["200"]["content"][answered].get("example")
                    assert shown is None or without_id(shown) == without_id(
                        answer.json() if answered == "application/json" else answer.text
                    )
                sent += 1
    assert sent >= 8


def without_id(answer):
    return {**answer, "request_id": ""} if isinstance(answer, dict) else answer


@pytest.mark.parametrize("include", ["explanation,curves,changes", "none", "none,changes", "reasons", "explanation"])
def test_every_include_is_answered_as_the_document_says(api, document, include):
    for path in ("/predict", "/predict/batch", "/score"):
        operation = document["paths"][path]["post"]
        media_type, content = next(iter(operation["requestBody"]["content"].items()))
        _, example = next(examples_of(content))
        answer = send(api, f"{path}?include={include}", media_type, example)
        check(document, operation, answer)
        (parameter,) = [p for p in operation["parameters"] if p.get("name") == "include"]
        allowed = set(include.split(",")) <= set(parameter["schema"]["items"]["enum"])
        assert answer.status_code == (200 if allowed else 400)


REFUSED = {
    "empty body": ("", 400),
    "malformed": ("{", 400),
    "no object": ("[]", 422),
    "missing fields": ("{}", 422),
    "too large": (" " * 2_000_000 + "{}", 413),
}


@pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=list(REFUSED))
def test_every_refusal_is_as_the_document_says(api, document, body, status):
    for path in ("/predict", "/predict/batch"):
        answer = api.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
        check(document, document["paths"][path]["post"], answer)


def test_other_media_types_and_missing_keys_are_answered_as_the_document_says(api, document):
    for path in ("/predict", "/predict/batch", "/score"):
        operation = document["paths"][path]["post"]
        answer = api.post(path, content="x", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 415
        check(document, operation, answer)
        answer = api.post(path, content="x", headers={"Content-Type": "text/plain", "x-functions-key": ""})
        assert answer.status_code == (401 if operation.get("security") else 415)
        check(document, operation, answer)


@pytest.mark.parametrize("path", ["/model", "/openapi.json"])
def test_whoever_has_the_document_gets_304(api, document, path):
    first = api.get(path)
    again = api.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    check(document, document["paths"][path]["get"], again)
    assert api.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_limits_in_the_document_are_those_of_the_model(api, document):
    limits = api.get("/model").json()["limits"]
    assert f"{limits['csv_rows']:,} rows" in document["paths"]["/score"]["post"]["requestBody"]["description"]
    assert (
        f"{limits['batch_rows']:,} customers"
        in document["paths"]["/predict/batch"]["post"]["requestBody"]["description"]
    )


@pytest.mark.parametrize("contract", [sample_contract(), contract_365(), kinds_contract()])
def test_customers_schema_says_the_rules_of_the_contract(contract):
    schema = customer_schema(contract)
    check_customer = Draft202012Validator(schema)
    customer = dict(zip([f.name for f in contract.features], contract.examples[0].values, strict=True))
    assert check_customer.is_valid(customer)
    assert not check_customer.is_valid(customer | {"more": 1})
    for feature in contract.features:
        rest = {name: value for name, value in customer.items() if name != feature.name}
        assert check_customer.is_valid(rest) == check_customer.is_valid(rest | {feature.name: None}) == feature.optional
        if feature.is_category:
            bad, good = ["us", 3], [*feature.values, *([""] if feature.optional else [])]
            (good if feature.is_boolean else bad).append(True)
        else:
            bad, good = [feature.minimum - 1, feature.maximum + 1, True], [feature.minimum, feature.maximum]
            (good if feature.reference else bad).append("2024-02-01")
        bad += [2.5] if feature.kind == "integer" else []
        for value in bad:
            assert not check_customer.is_valid(customer | {feature.name: value}), (feature.name, value)
        for value in good:
            assert check_customer.is_valid(customer | {feature.name: value})
        properties = schema["properties"][feature.name]
        assert properties["title"] == feature.label
        assert properties.get("x-unit", "") == feature.unit


def test_without_a_key_the_document_asks_for_none(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    model = Model.load(path)
    limits = {
        "body_bytes": 1,
        "batch_rows": 1,
        "batch_bytes": 1,
        "csv_rows": 1,
        "csv_bytes": 1,
        "csv_rows_with_reasons": 1,
    }
    document = openapi_document(model, make_examples(model, Explainer(model)), limits, bulk_auth="anonymous")
    for *_, operation in operations(document):
        assert "security" not in operation
        assert "401" not in operation["responses"]


def test_the_document_and_the_page_ask_for_the_key_that_opens():
    env = {"BULK_AUTH_LEVEL": "admin"}
    with local_server("--enable-auth", env=env) as server:
        document = httpx.get(f"{server.api}/api/openapi.json", timeout=60).json()
        assert "master key" in document["components"]["securitySchemes"]["functionKey"]["description"]
        assert "the master key" in httpx.get(f"{server.api}/api/docs", timeout=60).text


def codes_in_the_sources():
    """Yield the codes of faults in the sources: the second argument of Fault and _fault, the first of _refused."""
    places = {"Fault": 1, "_fault": 1, "_refused": 0}
    for path in [ROOT / "function_app.py", *(ROOT / "handlers").glob("*.py"), *(ROOT / "predict").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
                argument = node.args[places[node.func.id]]
                if isinstance(argument, ast.Constant):
                    yield argument.value


def test_every_code_is_documented():
    assert set(codes_in_the_sources()) <= {*FAULT_CODES, *WARNING_CODES}


def test_every_documented_code_is_in_use():
    texts = "".join(
        path.read_text()
        for path in [ROOT / "function_app.py", *(ROOT / "handlers").glob("*.py"), *(ROOT / "predict").rglob("*.py")]
        if path.name != "codes.py"
    )
    assert not [code for code in {*FAULT_CODES, *WARNING_CODES} if f'"{code}"' not in texts]
