"""The scored list as an Excel file, read by openpyxl, which shares no code with the page."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page

from tests.engines import save
from tests.list_page import CONTRACT, HEADING, ROWS, download, scored, to_csv


def sheets_of(content: bytes) -> dict[str, Worksheet]:
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: sheet for sheet in book.worksheets}


@pytest.mark.firefox
def test_numbers_are_numbers_texts_are_texts_and_every_column_is_explained(page: Page) -> None:
    heading = [*HEADING, "spent", "code", "note", "rank"]
    others = [
        ["12.50", "007", "=1+1", "5"],
        ["", "12", 'a & b < "c" ]]> _x0041_ \x0b 😀', "7"],
        ["-3", "1.234", "two\nlines ", "1e3"],
    ]
    scored(page, to_csv([heading, *(row + rest for row, rest in zip(ROWS, others, strict=True))]))
    _, out = download(page)
    file = save(page, page.get_by_role("button", name="Download Excel").click)
    assert file.name == "customers-scored.xlsx"
    sheets = sheets_of(file.content)
    names, *rows = ([cell.value for cell in row] for row in sheets["Customers"].iter_rows())
    assert names == out[0]
    table = {row[7]: dict(zip(names, row, strict=True)) for row in rows}
    # The same rows in the same order as the CSV, which has everything as text.
    assert [row[7] for row in rows] == [row[7] for row in out[1:]]
    for row, text in zip(rows, out[1:], strict=True):
        assert row[:2] == [int(text[0]), float(text[1])]
        assert [cell or "" for cell in row[2:9]] == text[2:9]
    assert table["C-1"]["minutes_watched"] == 612.5
    assert [table[name]["spent"] for name in ("C-1", "C-2", "C-3")] == [12.5, None, -3]
    assert [table[name]["code"] for name in ("C-1", "C-2", "C-3")] == ["007", "12", "1.234"]
    assert table["C-1"]["note"] == "=1+1"
    assert {cell.data_type for column in sheets["Customers"].iter_cols() for cell in column} <= {"s", "n", "inlineStr"}
    assert table["C-2"]["note"] == others[1][2].replace("_x", "_x005F_x").replace("\x0b", "_x000B_")  # as Excel escapes
    assert table["C-3"]["note"] == "two\nlines "
    assert sheets["Customers"]["B2"].number_format == "0.0%"
    assert sheets["Customers"].freeze_panes == "A2"
    explained = {row[0].value: str(row[1].value) for row in sheets["Columns"].iter_rows(min_row=2)}
    assert list(explained) == names
    assert explained["minutes_watched"].startswith("Input of the model: Minutes watched, in minutes. ")
    assert explained["customer_id"] == "Names the customer; never sent to the model"
    assert explained["rank_2"].startswith("Place in the order")


def test_only_the_contact_list_is_in_the_workbook_when_asked(page: Page) -> None:
    scored(page, to_csv([HEADING, *ROWS]))
    page.get_by_label("Only the contact list").check()
    page.get_by_label("By list size").check()
    page.locator("#cut-box").fill("2")
    file = save(page, page.get_by_role("button", name="Download Excel").click)
    assert file.name == "customers-contact-list.xlsx"
    rows = list(sheets_of(file.content)["Customers"].iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in rows] == [(1, rows[0][1], "yes"), (2, rows[1][1], "yes")]
    assert {row[3] for row in rows} <= {CONTRACT.target.positive, CONTRACT.target.negative}
