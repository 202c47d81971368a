"""The scripts' own functions, called in the browser, held to what the service says of the same values."""

import json
import re
from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import category

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from predict.errors import Fault
from predict.pages.field import render_field
from predict.pages.form import words_for
from predict.requests.category import read_category
from predict.requests.date import read_days
from predict.requests.number import Unclear, read_number
from predict.text import clean, fold, fold_heading
from predict.words import chance_and_threshold, comparison, number_text, percent_text, quantity_text
from tests.browser import visit
from tests.factories import kinds_contract
from tests.fitted import metadata_of

ROOT = Path(__file__).parents[2]
CONTRACT = metadata_of("HistGradientBoostingClassifier").contract
SITE = ROOT / "static_site"
SCRIPTS = SITE / "scripts"
IMPORT = re.compile(r'(?:\bfrom|\bimport\()\s*"(\.[^"]+)"')


def imports_of(script: Path) -> list[Path]:
    code = re.sub(r"/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)  # comments import types
    return [(script.parent / address).resolve() for address in IMPORT.findall(code)]


def test_every_import_is_of_a_module_that_is_there_and_uses_its_extension() -> None:
    for script in SCRIPTS.rglob("*.js"):
        for path in imports_of(script):
            assert path.is_file(), f"{script.name} imports {path}"


def test_every_module_is_reached_from_a_page() -> None:
    pages = " ".join(page.read_text("utf-8") for page in SITE.glob("*.html"))
    waiting = [SITE / address for address in re.findall(r'src="(scripts/[a-z/-]+\.js)"', pages)]
    reached: set[Path] = set()
    while waiting:
        script = waiting.pop()
        if script not in reached:
            reached.add(script)
            waiting += imports_of(script)
    assert reached == set(SCRIPTS.rglob("*.js"))


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with visit(browser, site) as visitor:
        yield visitor.open()


def call(page: Page, module: str, function: str, values: list[Any]) -> list[Any]:
    """Return what a function of a module makes of each value; a list is a list of arguments."""
    # One long text crosses over many times faster than a list of a hundred thousand.
    made = f"JSON.parse(values).map((value) => m.{function}(...[value].flat()))"
    answer = page.evaluate(f"(values) => import('/scripts/{module}.js').then((m) => {made})", json.dumps(values))
    return list(answer)


@pytest.mark.parametrize("mark", [None, ".", ","])
def test_any_text_is_read_as_the_service_reads_it(page: Page, mark: str | None) -> None:
    rng = np.random.default_rng(5)
    texts = ["".join(rng.choice(list("0123456789,.' +-−e\u00a0\u200e\ufeff"), rng.integers(1, 9))) for _ in range(4000)]
    read = call(page, "numbers", "readNumber", [[text, mark] for text in texts])
    expected = [read_number(text, mark) for text in texts]
    assert read == ["unclear" if number is Unclear.NUMBER else number for number in expected]
    assert sum(number is not None for number in read) > 400


def test_any_date_is_read_as_the_service_reads_it(page: Page) -> None:
    rng = np.random.default_rng(6)
    parts = [
        [f"{n:0{width}}" for n in (rng.integers(0, top), rng.integers(0, 14), rng.integers(0, 33))]
        for top in (3, 2100)
        for width in (1, 2, 4)
        for _ in range(300)
    ]
    texts = [str(rng.choice(["-", "/", "."])).join(part) + str(rng.choice(["", " ", " 10:00"])) for part in parts]
    texts += ["/".join(reversed(part)) for part in parts]
    for order in ("", "dmy", "mdy"):
        read = call(page, "dates", "readDays", [[text, "2024-03-01", order] for text in texts])
        assert read == [read_days(text, "2024-03-01", order) for text in texts]
        assert sum(days is not None for days in read) > 100


@pytest.mark.parametrize("order", ["", "dmy", "mdy"])
def test_form_and_list_read_dates_in_the_order_of_the_contract(page: Page, order: str) -> None:
    *_, joined, _ = kinds_contract().features
    joined = replace(joined, date_order=order)
    assert ("data-date-order" in render_field(joined, "field-1", "", None)) == bool(order)
    texts = ["2.1.2024", "28/3/2023", "1-15-2024", "2024-02-01"]
    found = page.evaluate(
        """async ([feature, texts]) => {
            const [{ readFields }, { check }, { cellReader }] = await Promise.all(
                ["fields", "validation", "list/check-rows"].map((name) => import(`/scripts/${name}.js`)));
            const form = document.getElementById("customer-form").cloneNode(true);
            const { minimum, maximum, reference, date_order: dateOrder } = feature;
            Object.assign(form.querySelector(".field").dataset, { minimum, maximum, reference, dateOrder });
            const [field] = readFields(form);
            const typed = (text) => { field.control.value = text; return check(field); };
            return [typed, cellReader(feature, null)].map((read) => texts.map((text) => read(text).value ?? null));
        }""",
        [asdict(joined), texts],
    )
    assert found == [[read_days(text, joined.reference, order) for text in texts]] * 2


def test_a_category_is_read_as_the_service_reads_it(page: Page) -> None:
    texts = ["yes", "TRUE", " 1.0", "0", "f", "maybe", "", "Côte d'Ivoire", "uk", "Atlantis", "(other)", "?", "*"]
    for feature in kinds_contract().features[-3:]:
        if feature.is_category:
            script = "([f, texts]) => import('/scripts/categories.js').then(m => texts.map(m.categoryReader(f)))"
            read = page.evaluate(script, [asdict(feature), texts])
            assert read == [read_category(feature, text) for text in texts]


@pytest.mark.parametrize(("name", "form"), [("foldHeading", fold_heading), ("fold", fold)])
def test_what_is_one_name_to_the_service_is_one_to_the_page(page: Page, name: str, form: Callable[[str], str]) -> None:
    # Letters that are newer than Python's tables may have cases in the browser.
    letters = [chr(number) for number in range(0x10000) if category(chr(number)) not in {"Cn", "Co", "Cs"}]
    texts = [*(f"a{letter}b" for letter in letters), *(f"1{letter}2" for letter in letters)]
    folded = call(page, "text", name, [[text] for text in texts])
    # Which of the spellings stands for them all may differ.
    pairs = set(zip(folded, map(form, texts), strict=True))
    assert len(pairs) == len({mine for mine, _ in pairs}) == len({service for _, service in pairs})


def test_the_same_blanks_do_not_count(page: Page) -> None:
    texts = [f"{letter}a{letter} b" for letter in map(chr, range(0xD800))]
    assert call(page, "text", "clean", [[text] for text in texts]) == [clean(text) for text in texts]


def test_percentages_and_numbers_are_written_as_the_service_writes_them(page: Page) -> None:
    rng = np.random.default_rng(7)
    shares = [0, 1, 0.125, 0.0995, 0.00099, 0.9995, *rng.random(500).tolist(), *(rng.random(500) ** 6).tolist()]
    assert call(page, "words", "percentText", shares) == [percent_text(share) for share in shares]
    assert call(page, "words", "percentText", [[-0.0057, 2], [-1e-9, 2]]) == ["−0.57%", "0.00%"]
    numbers = [
        0,
        -1e-9,
        0.005,
        1.005,
        1e12 + 0.78,
        *(10.0 ** rng.uniform(-8, 1, 500)),
        *np.round(rng.normal(0, 1e4, 500), 3).tolist(),
    ]
    assert call(page, "words", "numberText", numbers) == [number_text(number) for number in numbers]
    quantities = [[6, "exams"], [1, "exams"], [1200.5, "min"], [3, ""]]
    unbroken = [quantity_text(*quantity, "\N{NO-BREAK SPACE}") for quantity in quantities]
    assert call(page, "words", "quantityText", quantities) == unbroken
    pairs = [[share, threshold] for share in shares[:300] for threshold in (0.3, 0.0841, share + 1e-5)]
    texts = [tuple(both.values()) for both in call(page, "words", "chanceAndThreshold", pairs)]
    assert texts == [chance_and_threshold(*pair) for pair in pairs]
    assert call(page, "words", "comparison", pairs) == [comparison(*pair) for pair in pairs]


def test_inputs_that_are_named_together_have_no_value(page: Page) -> None:
    effects = [
        {"label": "Visits", "value": "3", "share": 0.1},
        {"label": "9 others together", "value": "", "share": 0.2},
        {"label": "Plan", "value": "team", "share": -0.1},
    ]
    texts = ["Raised most by 9 others together and visits (3).", "Lowered most by plan (team)."]
    assert call(page, "words", "reasonsText", [[effects, 1], [effects, -1]]) == texts


def test_faults_have_the_words_of_the_services_own_pages(page: Page) -> None:
    codes = (
        "missing",
        "wrong_type",
        "not_finite",
        "unclear_number",
        "not_whole",
        "too_small",
        "too_large",
        "outside_range",
    )
    faults = [Fault(f.name, code, "as it is", 1) for f in CONTRACT.features for code in codes if not f.is_category]
    country = CONTRACT.features[-1].name
    faults += [Fault(country, code, "as it is") for code in ("missing", "unknown_category", "wrong_type", "not_given")]
    said = page.evaluate(
        """async faults => {
            const [{ readFields }, { wordsFor }] = await Promise.all(
                [import('/scripts/fields.js'), import('/scripts/validation.js')]);
            const fields = readFields(document.getElementById('customer-form'));
            return faults.map(fault => wordsFor(fields.find(({ name }) => name === fault.field)
                ?? fields.find(({ kind }) => kind === 'category'), fault));
        }""",
        [fault.to_dict() for fault in faults],
    )
    assert said == [words_for(CONTRACT, fault) for fault in faults]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("de", ["Germany"]),
        ("united", ["United Kingdom", "United States", "United Arab Emirates"]),
        ("COTE D'IV", ["Côte d’Ivoire"]),
        ("turkiye", ["Türkiye"]),
        ("ivory", ["Côte d’Ivoire"]),
        ("kingdom", ["United Kingdom"]),
        ("land", ["Finland", "Ireland", "Netherlands", "Poland", "Switzerland"]),
        ("xyz", []),
    ],
)
def test_options_are_found_by_name_code_word_and_other_name(page: Page, query: str, found: list[str]) -> None:
    labels = page.evaluate(
        """async query => {
            const { loadNames, matches, readOptions } = await import('/scripts/categories.js');
            const select = document.querySelector('select');
            const options = readOptions(select, await loadNames(select.name));
            return matches(options, query).map(({ label }) => label);
        }""",
        query,
    )
    assert sorted(labels[: len(found)]) == sorted(found)
    assert bool(labels) == bool(found)
