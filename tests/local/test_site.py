"""The site server applies staticwebapp.config.json as Azure Static Web Apps does, on a running server."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.errors import LocalError
from local.files import Files, is_sound
from local.site import Site
from tests.servers import ECHO_APP, LocalServer, local_server

PAGE = "<!DOCTYPE html><p>home</p>" + "<!-- padding -->" * 50
CONFIG = {
    "globalHeaders": {
        "Content-Security-Policy": "default-src 'self'",
        "X-Frame-Options": "DENY",
        "X-XSS-Protection": "",
    },
    "routes": [{"route": "/hidden*", "statusCode": 404}],
    "responseOverrides": {"404": {"rewrite": "/404.html"}, "401": {"redirect": "/about", "statusCode": 302}},
    "mimeTypes": {".glb": "model/gltf-binary", ".json": "text/json"},
}


def make_site(folder: Path, config: dict[str, object] | None) -> Path:
    files = {
        "index.html": PAGE,
        "404.html": "<p>not here</p>",
        "about.html": "<p>about</p>",
        "folder/index.html": "<p>folder</p>",
        "assets/app.js": "export const x = 1;\n" * 100,
        "assets/model.glb": "glb",
        "data.json": "{}",
        "name with space é.txt": "unicode",
        ".secret": "secret",
        ".git/config": "secret",
        ".well-known/security.txt": "contact",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "pixel.png").write_bytes(b"\x89PNG" + bytes(1000))
    if config is not None:
        (folder / "staticwebapp.config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    outer = tmp_path_factory.mktemp("outer")
    (outer / "outside.txt").write_text("secret")
    folder = make_site(outer / "site", CONFIG)
    (folder / "link.txt").symlink_to(outer / "outside.txt")
    limit = {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "100000"}
    with local_server("--app", str(ECHO_APP), "--site", str(folder), site=True, env=limit) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: LocalServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.site, timeout=60) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", PAGE),
        ("/index.html", PAGE),
        ("/about", "<p>about</p>"),
        ("/about.html", "<p>about</p>"),
        ("/folder", "<p>folder</p>"),
        ("/folder/", "<p>folder</p>"),
        ("/folder/index.html", "<p>folder</p>"),
        ("/name%20with%20space%20%C3%A9.txt", "unicode"),
        ("/.well-known/security.txt", "contact"),
    ],
)
def test_a_path_gives_its_file(client, path, text):
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, text)


def test_global_headers_are_on_every_page_and_error(client):
    for path in ("/", "/data.json", "/no/such", "/about/"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == "default-src 'self'"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "x-xss-protection" not in headers


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/assets/app.js", "text/javascript"),
        ("/assets/model.glb", "model/gltf-binary"),
        ("/data.json", "text/json"),
        ("/pixel.png", "image/png"),
    ],
)
def test_media_types_are_those_of_the_configuration_or_the_usual_ones(client, path, media_type):
    assert client.get(path).headers["content-type"] == media_type


@pytest.mark.parametrize(("path", "location"), [("/about/", "/about"), ("/about/?q=1", "/about?q=1")])
def test_a_slash_behind_a_page_is_taken_away(client, path, location):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"], answer.content) == (301, location, b"")


def test_what_the_configuration_says_beyond_that_is_passed_over_and_said(server):
    for name in ("responseOverrides.401", "routes"):
        assert server.logged(f"staticwebapp.config.json: {name} is not followed here.")


@pytest.mark.parametrize("path", ["/no/such", "/nothing.png", "/folder/nothing.html"])
def test_what_is_not_there_gets_the_404_page(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "<p>not here</p>")


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/folder/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/folder/%2e%2e%2f%2e%2e%2foutside.txt",
        "/..%5coutside.txt",
        "/link.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/index.html%00.png",
        "/.secret",
        "/.git/config",
        "/%2egit/config",
        "/staticwebapp.config.json",
        "/StaticWebApp.config.json",
        "/staticwebapp%2econfig.json",
        "/folder/..;/outside.txt",
    ],
)
def test_nothing_outside_and_nothing_hidden_is_served(server, path):
    # Over a plain connection: an HTTP client would tidy the path up.
    with httpx.Client(base_url=server.site, timeout=60) as client:
        request = client.build_request("GET", "/")
        request.extensions["target"] = path.encode()
        answer = client.send(request)
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert "globalHeaders" not in answer.text


def test_head_is_get_without_a_body(client):
    got, head = client.get("/"), client.head("/")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == got.headers[name]


def test_options_and_other_methods_are_answered_without_a_file(client):
    assert client.options("/").status_code == 204
    assert client.options("/").headers["allow"] == "GET, HEAD, OPTIONS"
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/").status_code == 405


def test_text_is_compressed_where_the_client_takes_it(client):
    with client.stream("GET", "/", headers={"Accept-Encoding": "br, gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.iter_raw())).decode() == PAGE
        assert answer.headers["vary"] == "Accept-Encoding"
    for refusal in ("identity", "gzip;q=0", "br"):
        plain = client.get("/", headers={"Accept-Encoding": refusal})
        assert "content-encoding" not in plain.headers
        assert plain.text == PAGE
    assert "content-encoding" not in client.get("/pixel.png", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_unchanged_file_is_not_sent_again(client, encoding):
    headers = {"Accept-Encoding": encoding}
    etag = client.get("/", headers=headers).headers["etag"]
    for tags in (etag, f'W/{etag}, "other"', "*"):
        answer = client.get("/", headers=headers | {"If-None-Match": tags})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get("/", headers=headers | {"If-None-Match": '"other"'}).status_code == 200


def test_a_changed_file_is_served_at_once(tmp_path):
    make_site(tmp_path, None)
    files = Files(tmp_path.resolve(), {})
    before = files.find("/about")
    (tmp_path / "about.html").write_text("<p>changed</p>")
    after = files.find("/about")
    assert before is not None
    assert after is not None
    assert (before[0].content, after[0].content) == (b"<p>about</p>", b"<p>changed</p>")
    assert before[0].etag != after[0].etag


class TestApi:
    def test_a_request_reaches_the_function_and_its_answer_comes_back_as_it_is(self, client):
        answer = client.post("/api/echo?a=1&a=2", content=b"\x00\xff body")
        seen = answer.json()
        assert (seen["method"], seen["query"], seen["body"]) == ("POST", {"a": "1,2"}, "\x00ÿ body")
        assert answer.headers["content-type"] == "application/json"
        assert "content-security-policy" not in answer.headers

    def test_the_function_sees_the_proxy_and_not_what_a_caller_forges(self, client, server):
        forged = {"X-Forwarded-Host": "evil", "X-MS-Client-Principal": "admin", "X-Forwarded-For": "1.2.3.4"}
        hop = {"Connection": "x-private", "X-Private": "1", "TE": "trailers"}
        seen = client.get("/api/echo?q=1", headers=forged | hop).json()["headers"]
        assert seen["host"] == urlsplit(server.api).netloc
        assert seen["x-forwarded-host"] == urlsplit(server.site).netloc
        assert seen["x-forwarded-for"] == "127.0.0.1"
        assert seen["x-ms-original-url"] == f"{server.site}/api/echo?q=1"
        assert not {"connection", "x-private", "te", "x-ms-client-principal"} & set(seen)

    def test_errors_of_the_host_pass_unchanged(self, client):
        for path, status in (("/api/nothing", 404), ("/api/none", 500)):
            answer = client.get(path)
            assert (answer.status_code, answer.content) == (status, b"")

    def test_the_body_limit_holds(self, client):
        assert client.post("/api/echo", content=bytes(100_001)).status_code == 500

    def test_the_admin_endpoints_are_not_passed_through(self, client):
        assert "href" not in client.get("/admin/functions").text


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"mimeTypes": ["x"]}', '{"responseOverrides": {"404": "x"}}', '{"globalHeaders": {"X": "a\\nb"}}'],
)
def test_a_configuration_that_is_not_understood_is_named(tmp_path, text):
    (tmp_path / "staticwebapp.config.json").write_text(text)
    with pytest.raises(LocalError, match=r"staticwebapp\.config\.json"):
        Site(tmp_path, None, "http://127.0.0.1:7071")  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_a_sound_path_never_leads_out_of_the_folder(path):
    if is_sound(path):
        root = Path("/site")
        assert (root / path.lstrip("/")).resolve().is_relative_to(root)
        assert not any(part.startswith(".") and part != ".well-known" for part in path.split("/"))
