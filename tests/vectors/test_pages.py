"""The pages read every vector as it is meant: the list's files, and the form's fields. All in one load of the page."""

import base64
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import visit
from tests.vectors.vectors import CONTRACT_FILE, Vector, files, typed

READ = """async ([features, files, texts]) => {
    const names = ["columns", "check-rows", "csv-writer", "source", "table"];
    const load = (name) => import(`/scripts/${name}.js`);
    const [columns, rows, writer, source, tables] = await Promise.all(names.map((name) => load(`list/${name}`)));
    const { checkNumber } = await load("numbers");
    const labels = new Map(features.map(({ name, label }) => [label, name]));
    const known = features.map((feature) => ({ ...feature, seen: {} }));

    async function read(data) {
        const text = await source.readText(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]));
        const table = await tables.readTable("file.csv", text, known, 100_000);
        const matches = columns.matchColumns(known, table.heading);
        if (matches.some(({ isDouble }) => isDouble)) return { refuse: "duplicate_column" };
        if (matches.some(({ place }) => place < 0)) return { refuse: "missing" };
        const places = matches.map(({ place }) => place);
        const { mark, unclear } = await rows.readMark(table, known, places);
        if (unclear.length > 0) return { ask: unclear.map(({ name }) => name) };
        const { good, bad, columns: values } = await rows.checkRows(table, known, places, mark);
        const customers = table.rows.map((_, number) => {
            const place = good.indexOf(number);
            if (place >= 0) return Object.fromEntries(known.map(({ name }, index) => [name, values[index][place]]));
            const problems = bad.get(number).map(({ label, code }) => [labels.get(label) ?? "", code]);
            return { problem: Object.fromEntries(problems) };
        });
        const note = table.heading.indexOf("note");
        const out = table.rows.map((row) => writer.writeRecord([row[note] ?? "", ""], ","));
        return { rows: customers, lines: table.lines, out };
    }

    const found = [];
    for (const data of files) {
        found.push(await read(data).catch(({ code, message }) => ({ refuse: code, message })));
    }
    return [found, texts.map((text) => checkNumber(text, null, { kind: "number" }))];
}"""


@pytest.fixture(scope="module")
def answers(browser: Browser, site: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the list makes of each file, and the form of each text, by the vector's id."""
    data = [base64.b64encode(vector.data).decode() for vector in files()]
    texts = [vector["text"] for vector in typed()]
    with visit(browser, site) as visitor:
        found, read = visitor.open("list.html").evaluate(READ, [CONTRACT_FILE["features"], data, texts])
    return (
        {vector.id: answer for vector, answer in zip(files(), found, strict=True)},
        {vector["id"]: answer for vector, answer in zip(typed(), read, strict=True)},
    )


@pytest.mark.parametrize("vector", files(), ids=lambda vector: vector.id)
def test_the_list_reads_a_file_as_it_is_meant(answers: tuple[dict[str, Any], Any], vector: Vector) -> None:
    answer = answers[0][vector.id]
    expected = {key: value for key, value in vector.expect.items() if key != "out"}
    assert {key: answer.get(key) for key in expected} == expected
    if vector.lines:
        assert answer["lines"] == vector.lines
    if vector.line:
        assert f"line {vector.line} " in answer["message"].lower()
    if "out" in vector.expect:
        quoted = [f'"{cell.replace('"', '""')}"' for cell in vector.expect["out"]]
        assert [line.removesuffix(",\r\n") for line in answer["out"]] in (vector.expect["out"], quoted)


@pytest.mark.parametrize("vector", typed(), ids=lambda vector: vector["id"])
def test_the_form_reads_a_field_as_it_is_meant(answers: tuple[Any, dict[str, Any]], vector: dict[str, Any]) -> None:
    answer = answers[1][vector["id"]]
    number, fault = vector["expect"].get("number"), vector["expect"].get("fault")
    assert answer == ({"code": fault} if fault else {"value": number})
