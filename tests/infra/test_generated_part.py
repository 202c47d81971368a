import pytest

from infra.generated_part import write_region

PAGE = "# Cost\n\n<!-- region:cost -->\nold\n<!-- /region:cost -->\nend\n"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    return path


def test_a_region_is_written_and_the_rest_stays(page):
    assert write_region(page, "cost", "new \\1\n", writer="infra.cost", check=False) == 0
    assert page.read_text() == PAGE.replace("old", "new \\1")
    assert write_region(page, "cost", "new \\1\n", writer="infra.cost", check=True) == 0


def test_a_stale_region_is_named_and_left(page, capsys):
    assert write_region(page, "cost", "new\n", writer="infra.cost", check=True) == 1
    assert "page.md is stale: run `python -m infra.cost`." in capsys.readouterr().err
    assert page.read_text() == PAGE


@pytest.mark.parametrize("text", ["", PAGE.replace("/region", "region"), PAGE * 2])
def test_a_page_without_the_region_is_not_taken_for_fresh(page, capsys, text):
    page.write_text(text)
    assert write_region(page, "cost", "new\n", writer="infra.cost", check=True) == 1
    assert "must have the region cost once" in capsys.readouterr().err


def test_a_page_that_is_not_there_is_named(tmp_path, capsys):
    assert write_region(tmp_path / "none.md", "cost", "new\n", writer="infra.cost", check=False) == 1
    assert "none.md cannot be read or written" in capsys.readouterr().err
