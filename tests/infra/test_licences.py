"""The licences of what is deployed: all listed, all known."""

import pytest

from infra.licences import Licence, deployed_licences, main, unknown_licences
from tests.servers import ROOT


def test_licences_are_listed_and_every_one_is_known():
    assert main(["--check"]) == 0, "run `python -m infra.licences`"
    licences = deployed_licences(ROOT / "requirements.txt")
    assert len(licences) > 5
    assert unknown_licences(licences) == []


def test_stale_licence_table_is_found_and_written_again(tmp_path, capsys):
    page = tmp_path / "licences.md"
    page.write_text("<!-- region:licences -->\n| numpy | GPL-3.0 |\n<!-- /region:licences -->\n")
    assert main(["--check", "--page", str(page)]) == 1
    assert "is stale" in capsys.readouterr().err
    assert main(["--page", str(page)]) == 0
    assert main(["--check", "--page", str(page)]) == 0
    assert page.read_text().count("\n") > 5


@pytest.mark.parametrize("expression", ["", "GPL-3.0-only", "MIT AND AGPL-3.0", "SSPL-1.0 OR MIT"])
def test_licence_nobody_has_read_is_named(expression):
    assert unknown_licences([Licence("sound", "(MIT OR Apache-2.0) AND 0BSD"), Licence("other", expression)]) == [
        "other"
    ]
