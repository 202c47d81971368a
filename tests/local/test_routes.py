"""Route templates are matched by ASP.NET Core's rules."""

from string import ascii_letters, digits
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.errors import LocalError
from local.incoming import read_path
from local.routes import RouteTable, compile_route

# A whole segment, with the characters that have a meaning in a URL among them.
segments = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20).filter(
    lambda text: text not in (".", "..")
)
words = st.text(ascii_letters + digits + "-_.~", min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))


def find(templates: list[str], path: str, method: str = "GET") -> tuple[str, dict[str, str]] | None:
    table = RouteTable(compile_route(template, ["GET"], template) for template in templates)
    return table.find(method, read_path(path.encode("latin-1")))


@given(segments)
def test_any_segment_comes_back_as_it_was_sent(segment):
    assert find(["api/{id}"], f"/api/{quote(segment, safe='')}") == ("api/{id}", {"id": segment})


@given(st.lists(words, min_size=1, max_size=5))
def test_a_literal_route_matches_itself_in_any_case_and_nothing_longer(parts):
    template = "/".join(parts)
    for path in (f"/{template}", f"/{template.upper()}", f"/{template.lower()}/"):
        assert find([template], path) == (template, {})
    assert find([template], f"/{template}/more") is None
    assert find([template], f"/{template}", "POST") is None


@given(st.binary(max_size=60).filter(lambda path: b"\0" not in path and b"%00" not in path))
def test_no_path_breaks_the_table(path):
    table = RouteTable([compile_route("a/{id:int}/{*rest}", (), 1), compile_route("b/{x}.{y}", (), 2)])
    found = table.find("GET", read_path(b"/" + path))
    assert found is None or found[0] in (1, 2)


@given(st.integers())
def test_an_int_is_one_of_32_bits(number):
    assert (find(["{id:int}"], f"/{number}") is not None) == (-(2**31) <= number < 2**31)


@given(st.permutations(["{*all}", "a/{*rest}", "a/{id}", "a/b"]))
def test_the_first_route_that_fits_counts_however_literal_the_others(templates):
    fitting = [template for template in templates if find([template], "/a/b")]
    assert find(templates, "/a/b")[0] == fitting[0]


@pytest.mark.parametrize(
    ("template", "path", "params"),
    [
        ("a/{id?}", "/a", {}),
        ("a/{id?}", "/a/", {}),
        ("a/{id=7}", "/a", {"id": "7"}),
        ("a/{id=7}", "/a/8", {"id": "8"}),
        ("a/{id:int?}", "/a", {}),
        ("a/{*rest}", "/a", {}),
        ("a/{**rest}", "/a/b/c", {"rest": "b/c"}),
        ("a/file-{name}.{kind}", "/a/file-x.y.txt", {"name": "x.y", "kind": "txt"}),
        ("a/{x:alpha}/{y:bool}", "/a/abc/TRUE", {"x": "abc", "y": "TRUE"}),
        ("a/{x:length(2)}", "/a/xy", {"x": "xy"}),
        ("a/{x:length(2,3)}", "/a/xyz", {"x": "xyz"}),
        ("a/{x:minlength(2):maxlength(3)}", "/a/xyz", {"x": "xyz"}),
        ("a/{x:range(-5,5)}", "/a/-5", {"x": "-5"}),
        ("a/{x:min(5)}", "/a/5", {"x": "5"}),
        ("a/{x:max(5)}", "/a/5", {"x": "5"}),
        ("a/{x:guid}", "/a/6F9619FF-8B86-D011-B42D-00CF4FC964FF", {"x": "6F9619FF-8B86-D011-B42D-00CF4FC964FF"}),
        ("a/{x:datetime}", "/a/2024-02-29", {"x": "2024-02-29"}),
        ("a/{x:double}", "/a/1.5", {"x": "1.5"}),
        ("a/{x:long}", "/a/9999999999", {"x": "9999999999"}),
        ("a/{x:regex(^[a-c]+$)}", "/a/abc", {"x": "abc"}),
    ],
)
def test_parameters_are_read(template, path, params):
    assert find([template], path) == (template, params)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("a/{id}", "/a"),
        ("a/{id}", "/a/b/c"),
        ("a/{id:int}", "/a/1.5"),
        ("a/{x:alpha}", "/a/a1"),
        ("a/{x:bool}", "/a/yes"),
        ("a/{x:length(2)}", "/a/xyz"),
        ("a/{x:length(2,3)}", "/a/x"),
        ("a/{x:range(-5,5)}", "/a/6"),
        ("a/{x:min(5)}", "/a/4"),
        ("a/{x:max(5)}", "/a/6"),
        ("a/{x:guid}", "/a/7"),
        ("a/{x:datetime}", "/a/2023-02-29"),
        ("a/{x:regex(^[a-c]+$)}", "/a/abd"),
        ("a/b", "/a%2Fb"),
        ("a/b", "/a//b"),
    ],
)
def test_what_does_not_fit_is_not_found(template, path):
    assert find([template], path) is None


@pytest.mark.parametrize(
    "template", ["a/{", "a/}", "a/{x:nonsense}", "a/{x:length(a)}", "a/{x}/{x}", "a/*", "a/{x:regex([)}"]
)
def test_a_template_that_is_not_understood_is_refused(template):
    with pytest.raises(LocalError, match="route"):
        compile_route(template, (), None)
