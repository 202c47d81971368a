import re
from copy import replace
from html import escape
from html.parser import HTMLParser

import pytest
from sklearn.metrics import confusion_matrix

from predict.contract import Target
from predict.model.metadata import INTERVAL_WORDS
from predict.model.session import Model
from tests.browser import NARROW
from tests.engines import new_context
from tests.made import result
from training.evaluation.out_of_fold import decide
from training.report import report_data
from training.report.report import render_report


@pytest.fixture(scope="module")
def report():
    return render_report(result())


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.open, self.tags, self.references = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in {"src", "href", "xlink:href"}:
                self.references.append(value)


ALARM, NOTE = "Do not use its scores.", "leaks.csv: not used, because the schema does not know it: 'id'."


@pytest.fixture(scope="module")
def of_churn():
    """Render the report of another target, with an alarm and a note."""
    target = Target("churn", "Will churn", "Will not churn", verb="churn", noun="churn", person="churner")
    made = result()
    metadata = replace(made.model.metadata, contract=replace(made.model.contract, target=target))
    model = Model(metadata, made.model.hash, made.model._session)
    schema = replace(made.schema, target=target)
    return render_report(replace(made, schema=schema, model=model, notes=(NOTE, ALARM), alarms=(ALARM,)))


def test_report_speaks_in_the_words_of_the_target(of_churn):
    report = of_churn
    assert "<h1>Will this customer churn?</h1>" in report
    assert "% who churn" in report
    assert "Rate of churners by Steps" in report
    said = re.sub(r"customer-purchase|<style>.*?</style>", "", report, flags=re.DOTALL)
    assert not re.search(r".{40}(purchas|buy|bought).{40}", said, re.IGNORECASE)


def test_report_stands_alone_and_ids_are_its_own(report):
    page = Page()
    page.feed(report)
    assert len(page.ids) == len(set(page.ids))
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert all(reference.startswith("#") for reference in page.references)
    assert {reference[1:] for reference in page.references} <= set(page.ids)
    assert not re.search(r"url\((?!#)", report)
    assert page.tags.count("svg") >= 5 * 3 + 9


def test_report_holds_the_numbers_of_the_file(report):
    evaluation = result().model.metadata.evaluation
    for name, value in evaluation.metrics.items():
        low, high = evaluation.intervals[name]
        assert f"{value:.4f}</td><td>{low:.4f} to {high:.4f}" in report
    counts = confusion_matrix(result().scored.y, decide(result().scored, result().settings.objective), labels=[0, 1])
    assert all(f">{count:,}<small>" in report for count in counts.ravel())
    assert INTERVAL_WORDS in report
    assert result().model.hash in report
    assert f"{result().parity.rows:,} rows" in report
    assert f"{result().parity.max_difference:.1e}" in report
    for entry in result().entries:
        assert entry.name in report
    assert f"{evaluation.profit['total']:,.0f} in all" in report


def test_report_says_how_long_each_step_took_and_prints_its_summary(report):
    words = result().stopwatch.words
    assert re.search(r"\(reading .* s, searching .* s, fitting .* s, explaining .* s, checking .* s, comp.* s\)", words)
    assert words in report
    assert len(re.findall(r'class="?(?:scroll )?summary', report)) == 6
    assert "@media print" in report


def test_of_many_inputs_those_that_rank_best_are_drawn(monkeypatch):
    monkeypatch.setattr(report_data, "MOST_INPUTS", 1)
    data = report_data.render_data(result())
    best = result().powers[0].feature.label
    assert "Charts: the 1 of 6 columns that rank best." in data
    assert re.findall("<h4>(.*?)</h4>", data) == [best]


def test_alarms_stand_at_the_top_and_other_notes_with_the_data(of_churn):
    assert f'<p class="warning">{ALARM}</p>' in of_churn
    assert of_churn.count(ALARM) == 1
    assert f"<li>{escape(NOTE)}</li>" in of_churn


def test_captions_are_whole_on_a_phone_where_their_tables_are_wider(browser, report):
    with new_context(browser, viewport=NARROW) as context:
        page = context.new_page()
        page.set_content(report)
        captions, tables = (
            page.locator(of).evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
            for of in ("caption", "table:has(caption)")
        )
    assert max(tables) > NARROW["width"] >= max(captions)
