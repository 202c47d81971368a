"""The list's own modules, called in the browser, held to what the service and Python's csv say of the same values."""

import csv
import io
import re
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from predict.contract import Contract
from predict.csv_file import reader
from predict.csv_file.column_reader import ColumnReader
from predict.csv_file.decimal_mark import Shown, find_mark
from predict.csv_file.reader import Dialect, Records
from predict.csv_file.writer import safe_cell
from predict.words import number_text
from tests.browser import visit
from tests.engines import is_chromium
from tests.fitted import customers, metadata_of

CONTRACT: Contract = metadata_of("HistGradientBoostingClassifier").contract


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with visit(browser, site) as visitor:
        yield visitor.open("list.html")


def call(page: Page, module: str, function: str, calls: list[list[Any]]) -> list[Any]:
    """Return what a function of a module makes of each list of arguments."""
    script = f"calls => import('/scripts/list/{module}.js').then(m => calls.map((all) => m.{function}(...all)))"
    return list(page.evaluate(script, calls))


def random_texts(letters: str, count: int, longest: int) -> list[str]:
    rng = np.random.default_rng(11)
    return ["".join(rng.choice(list(letters), rng.integers(0, longest))) for _ in range(count)]


def test_the_decimal_mark_is_the_services(page: Page) -> None:
    rng = np.random.default_rng(3)
    texts = random_texts("0123456789,.", 300, 7)
    calls = [rng.choice(texts, 4).tolist() for _ in range(500)]
    marks = page.evaluate(
        """async calls => {
            const { Shown, findMark } = await import("/scripts/list/decimal-mark.js");
            return calls.map((cells) => {
                const columns = [new Shown(), new Shown()];
                cells.forEach((cell, number) => columns[number % 2].look(cell));
                const { mark, unclear } = findMark(columns);
                return [mark, unclear.map((shown) => columns.indexOf(shown))];
            });
        }""",
        calls,
    )
    expected = [find_mark({str(n): Shown.of(cells[n::2]) for n in range(2)}) for cells in calls]
    assert marks == [[mark, [int(name) for name in unclear]] for mark, unclear in expected]
    assert {mark for mark, _ in marks} == {",", ".", None}
    assert {len(unclear) for _, unclear in marks} >= {0, 1}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_and_their_lines_are_those_of_the_service(page: Page, delimiter: str) -> None:
    rng = np.random.default_rng(7)
    cells = random_texts(f'ab"{delimiter} é,;\n\r\u0085', 400, 6)
    rows = [rng.choice(cells, rng.integers(1, 5)).tolist() for _ in range(900)]
    text = io.StringIO()
    for row, end in zip(rows, rng.choice(["\n", "\r\n", "\r"], len(rows)), strict=True):
        csv.writer(text, delimiter=delimiter, lineterminator=str(end)).writerow(row)
    written = f"a{delimiter}b\n{text.getvalue()}"
    found = page.evaluate(
        """async ([text, delimiter]) => {
            const { CsvReader } = await import("/scripts/list/csv.js");
            const reader = new CsvReader(text, delimiter);
            const rows = [];
            for (let row = reader.read(); row; row = reader.read()) rows.push([reader.line, row]);
            return rows;
        }""",
        [written, delimiter],
    )
    records = Records(written.encode(), Dialect(delimiter, "\n", False, True), ("a", "b"))
    assert found[1:] == [[line, row] for line, row in records.numbered()]


@pytest.mark.parametrize(("above", "below"), [("", "a,b\n1,2\n"), ("a,b\n1,2\n", "")])
def test_a_file_that_is_mostly_blank_is_refused_as_by_the_service(page: Page, above: str, below: str) -> None:
    code = page.evaluate(
        """async ([above, blank, times, below]) => {
            const { readTable } = await import("/scripts/list/table.js");
            const text = above + blank.repeat(times) + below;
            return readTable("a.csv", text, [], 100).then(({ rows }) => rows.length, ({ code }) => code);
        }""",
        [above, "\t\n", reader._MOST_BLANK_LINES + 10, below],
    )
    assert code == "too_large"


def test_what_is_written_is_read_back(page: Page) -> None:
    rows = [[text, "x", ""] for text in random_texts('ab",;\n\r é', 500, 8) if not text.startswith("\r")]
    pieces = call(page, "csv-writer", "writeRecord", [[row, ";"] for row in rows])
    assert list(csv.reader(io.StringIO("".join(pieces), newline=""), delimiter=";", strict=True)) == rows


def test_cells_that_a_spreadsheet_would_run_are_disarmed_as_by_the_service(page: Page) -> None:
    cells = random_texts('=+-@12.,eE%( )a-\t\r\u00a0＝ä"', 4000, 7)
    lines = call(page, "csv-writer", "writeRecord", [[[cell, "x"], ","] for cell in cells])
    read = [next(csv.reader(io.StringIO(line, newline="")))[0] for line in lines]
    assert read == [safe_cell(cell) for cell in cells]
    assert 100 < sum(mine != cell for mine, cell in zip(read, cells, strict=True)) < 3900


def test_a_long_cell_is_disarmed_in_linear_time(page: Page) -> None:
    assert page.context.browser is not None
    if not is_chromium(page.context.browser):
        pytest.skip("only Chromium tells how long its processor was at work")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def work(length: int, times: int) -> float:
        """Return the seconds that the page's thread works: what else the machine does takes none of them."""
        before = worked()
        page.evaluate(
            """async ([length, times]) => {
                const { writeRecord } = await import("/scripts/list/csv-writer.js");
                const cell = `-${" ".repeat(length)}=`;
                for (let time = 0; time < times; time += 1) writeRecord([cell], ",");
            }""",
            [length, times],
        )
        return worked() - before

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "ThreadTime")

    short, long = zip(*[(work(2_000, 320), work(16_000, 40)) for _ in range(3)], strict=True)
    assert median(long) < 3 * median(short)  # as many characters in all; were it quadratic, eight times the work


def test_slices_sort_as_one_sort_does(page: Page) -> None:
    rng = np.random.default_rng(1)
    for size in (0, 1, 4096, 4097, 30_000):
        keys = rng.integers(0, 50, size).tolist()
        found = page.evaluate(
            """async keys => {
                const { sortInSlices } = await import("/scripts/list/slices.js");
                const items = Uint32Array.from(keys.keys());
                await sortInSlices(items, (a, b) => keys[a] - keys[b]);
                return [...items];
            }""",
            keys,
        )
        assert found == np.argsort(keys, kind="stable").tolist()


def test_a_ranking_counts_as_numpy_does(page: Page) -> None:
    rng = np.random.default_rng(2)
    scores = np.round(rng.random(500), 2)
    thresholds = [0.0, 1.0, 0.5, *rng.random(40).tolist()]
    sizes, ordered, histogram = page.evaluate(
        """async ([scores, thresholds]) => {
            const { Ranking } = await import("/scripts/list/ranking.js");
            const ranking = await Ranking.of(Float64Array.from([...scores, NaN]));
            const sizes = thresholds.map((threshold) => ranking.sizeAt(threshold));
            return [sizes, [...ranking.scores], ranking.histogram(10)];
        }""",
        [scores.tolist(), thresholds],
    )
    assert sizes == [int((scores >= threshold).sum()) for threshold in thresholds]
    assert ordered == sorted(scores.tolist(), reverse=True)
    assert sum(histogram) == 500


def test_a_file_that_differs_from_training_is_told_by_input(page: Page) -> None:
    rng = np.random.default_rng(4)
    X, _ = customers()
    alike = X.loc[rng.choice(len(X), 300)]
    hours = alike.assign(minutes_watched=alike["minutes_watched"] / 60)
    abroad = alike.assign(student_country="ZW")
    minutes = CONTRACT.features[1].seen.median
    found = page.evaluate(
        """async files => {
            const { contract } = await (await fetch("api/model")).json();
            const { shiftsOf } = await import("/scripts/list/resemblance.js");
            return Promise.all(files.map((columns) => shiftsOf(contract.features, columns)));
        }""",
        [[table[f.name].tolist() for f in CONTRACT.features] for table in (alike, hours, abroad, hours[:50])],
    )
    assert found[0] == []
    assert len(found[1]) == 1
    words = f"{number_text(minutes)} minutes or less in training. About [0-9]+ times lower"
    question = "are they hours rather than minutes[?]"
    said = found[1][0].replace("\u00a0", " ")  # between a number and its unit
    assert re.match(rf"Minutes watched: half are [\d.]+ minutes or less here, {words}: {question}", said)
    assert found[2] == ["Country: 100% have one that training never saw."]
    assert found[3] == []  # too few rows to tell


@pytest.mark.parametrize("mark", [None, ".", ","])
def test_a_cell_is_judged_as_the_service_judges_it(page: Page, mark: str | None) -> None:
    texts = [*random_texts("0123456789.,-", 300, 7), "", "lots", "US", "us", "KE", "XX", " DE ", "1e3", "1e999"]
    for feature in CONTRACT.features:
        bad = ColumnReader(CONTRACT, feature, mark).read(texts).bad
        taken = page.evaluate(
            """async ([name, texts, mark]) => {
                const { contract } = await (await fetch("api/model")).json();
                const { cellReader } = await import("/scripts/list/check-rows.js");
                const read = cellReader(contract.features.find((feature) => feature.name === name), mark);
                return texts.map((text) => "value" in read(text));
            }""",
            [feature.name, texts, mark],
        )
        assert {text for text, good, broken in zip(texts, taken, bad, strict=True) if good == broken} == set()


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        (["minutes", "customer_id"], 1),
        (["minutes", "CustomerId"], 1),
        (["member_no", "id"], 1),  # what is called an id comes before what may be one
        (["minutes", "CustNo"], 1),
        (["minutes", "member_no"], 1),
        (["minutes", "Account No."], 1),
        (["minutes", "KUNDEN-NR"], 1),
        (["minutes", "Kundennummer"], 1),
        (["minutes", "Kundennr"], 1),
        (["minutes", "memberNumber"], 1),
        (["minutes", "customer key"], 1),
        (["minutes", "casino"], -1),
        (["minutes", "monkey"], -1),
        (["exam_no", "email"], -1),  # an input of the model
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_column_that_names_the_customer_is_found(page: Page, heading: list[str], place: int) -> None:
    matches = [{"place": 0 if heading[0] in {"minutes", "exam_no"} else -1, "isDouble": False}]
    rows = [["1", "A1"], ["2", "A2"], ["3", "A3"]]
    assert call(page, "columns", "findId", [[heading, matches, rows]]) == [place]


def test_a_number_that_repeats_or_is_missing_names_no_customer(page: Page) -> None:
    twice, missing = [["A1"], ["A2"], [" A1 "]], [["A1"], [""], ["A3"]]
    calls = [[[name], [], rows] for name in ("member_no", "phone number") for rows in (twice, missing)]
    assert call(page, "columns", "findId", calls) == [-1, -1, -1, -1]
    assert call(page, "columns", "findId", [[["customer_id"], [], twice]]) == [0]
