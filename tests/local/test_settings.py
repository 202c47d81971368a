"""host.json, local.settings.json and the environment, in `func start`'s order."""

import json
import logging
import math
import os

import pytest

from local.errors import LocalError
from local.settings import load_settings


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Make an empty function app; the environment is put back afterwards."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    (tmp_path / "function_app.py").touch()
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    return tmp_path


def write(app, name, content):
    (app / name).write_text(json.dumps(content))


def test_an_app_that_sets_nothing_gets_the_hosts_defaults(app):
    settings = load_settings(app)
    assert (settings.route_prefix, settings.port, settings.body_limit) == ("api", 7071, 100 * 1024 * 1024)
    assert (settings.cors_origins, settings.cors_credentials, settings.log_level) == ((), False, logging.INFO)
    assert os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] == "Development"


def test_local_settings_are_read(app):
    host = {"LocalHttpPort": 7099, "CORS": "https://a.example,https://b.example/", "CORSCredentials": True}
    write(app, "local.settings.json", {"Values": {"SOME_SETTING": "x"}, "Host": host})
    settings = load_settings(app)
    assert settings.port == 7099
    assert settings.cors_origins == ("https://a.example", "https://b.example/")
    assert settings.cors_credentials
    assert os.environ["SOME_SETTING"] == "x"


def test_the_environment_wins_over_local_settings(app):
    os.environ["SOME_SETTING"] = "environment"
    write(app, "local.settings.json", {"Values": {"SOME_SETTING": "file"}})
    load_settings(app)
    assert os.environ["SOME_SETTING"] == "environment"


@pytest.mark.parametrize(
    ("content", "seconds"), [({}, 1800), ({"functionTimeout": "01:02:03"}, 3723), ({"functionTimeout": "-1"}, math.inf)]
)
def test_the_timeout_is_that_of_host_json(app, content, seconds):
    write(app, "host.json", content)
    assert load_settings(app).timeout == seconds


@pytest.mark.parametrize("prefix", ["", "v1", "a/b"])
def test_the_route_prefix_is_that_of_host_json(app, prefix):
    write(app, "host.json", {"extensions": {"http": {"routePrefix": prefix}}})
    assert load_settings(app).route_prefix == prefix


def test_the_environment_wins_over_host_json(app):
    write(app, "host.json", {"logging": {"logLevel": {"default": "Error"}}})
    for name, value in {"logging__logLevel__default": "Warning", "extensions__http__routePrefix": "other"}.items():
        os.environ[f"AzureFunctionsJobHost__{name}"] = value
    settings = load_settings(app)
    assert (settings.log_level, settings.route_prefix) == (logging.WARNING, "other")


def test_the_body_limit_may_come_from_local_settings(app):
    write(app, "local.settings.json", {"Values": {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "1024"}})
    assert load_settings(app).body_limit == 1024


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("host.json", "{", "host.json cannot be read as JSON"),
        ("host.json", "[]", "host.json must hold a JSON object"),
        ("host.json", '{"logging": {"logLevel": {"default": "Loud"}}}', "logLevel"),
        ("host.json", '{"functionTimeout": "60"}', "functionTimeout"),
        ("local.settings.json", '{"IsEncrypted": true}', "func settings decrypt"),
        ("local.settings.json", '{"Host": {"LocalHttpPort": "x"}}', "LocalHttpPort"),
        ("local.settings.json", '{"Host": {"LocalHttpPort": 99999}}', "at most 65535"),
        ("local.settings.json", '{"Values": {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "1 MB"}}', "BODY_SIZE_LIMIT"),
    ],
)
def test_a_file_that_is_not_understood_is_named(app, name, content, message):
    (app / name).write_text(content)
    with pytest.raises(LocalError, match=message):
        load_settings(app)


@pytest.mark.parametrize("missing", ["function_app.py", "host.json"])
def test_a_folder_that_is_no_app_says_what_it_lacks(app, missing):
    (app / missing).unlink()
    with pytest.raises(LocalError, match=missing):
        load_settings(app)


def test_the_example_is_one_that_loads(app):
    from tests.servers import ROOT

    (app / "local.settings.json").write_text((ROOT / "local.settings.example.json").read_text())
    (app / "host.json").write_text((ROOT / "host.json").read_text())
    settings = load_settings(app)
    assert settings.route_prefix == "api"
    assert "http://127.0.0.1:4280" in settings.cors_origins
