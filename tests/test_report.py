import re
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from tests.made import result
from training.card import render_card, stale_card, write_card
from training.charts import roc_chart
from training.eda import explore, group_rates, has_heavy_tail
from training.evaluate import decide
from training.report import render_report
from training.slices import slice_up


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
    assert result().model.hash in report
    assert f"{result().parity.rows:,} rows" in report
    assert f"{result().parity.max_difference:.1e}" in report
    for entry in result().entries:
        assert entry.name in report
    assert f"{evaluation.profit['total']:,.0f} in all" in report


def test_alarms_stand_at_the_top_and_other_notes_with_the_data():
    alarm, note = "Do not use its scores.", "leaks.csv: not used, because the schema does not know it: 'id'."
    report = render_report(replace(result(), notes=(note, alarm), alarms=(alarm,)))
    assert f'<p class="warning">{alarm}</p>' in report
    assert report.count(alarm) == 1
    assert f"<li>{escape(note)}</li>" in report


def test_charts_are_well_formed_and_take_the_pages_colours():
    svg = roc_chart(list(result().searched.families.items()), result().searched.trial.family)
    ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert "var(--yes)" in svg
    assert not re.search(r"#0[1-6]0[2-7]0[3-8]", svg)
    assert svg == roc_chart(list(result().searched.families.items()), result().searched.trial.family)


def test_exploration_counts_as_pandas_does():
    table, features = result().table, result().schema.features
    found = explore(table, features)
    assert found.n_duplicates == int(table.X.duplicated().sum())
    frame = table.X[[facts.feature.name for facts in found.numbers]].assign(y=table.y)
    np.testing.assert_allclose(found.pearson, frame.corr())
    np.testing.assert_allclose(found.spearman, frame.corr(method="spearman"))
    for facts in found.numbers:
        assert facts.rates.counts.sum() == len(table.y)
        assert (facts.rates.counts @ facts.rates.rate) == pytest.approx(table.y.sum())
    (country,) = found.categories.values()
    assert country.n_missing == (table.X["student_country"] == "").sum()
    assert country.rates.counts.sum() == len(table.y)
    overall = table.y.mean()
    assert (np.abs(country.shrunken - overall) <= np.abs(country.rates.rate - overall) + 1e-12).all()


def test_a_heavy_tail_is_seen_and_a_bell_is_not():
    rng = np.random.default_rng(0)
    assert has_heavy_tail(np.exp(rng.normal(0, 2, 1000)))
    assert not has_heavy_tail(rng.normal(100, 10, 1000))
    assert not has_heavy_tail(np.zeros(10))


def test_rates_by_bin_are_counted_by_hand():
    rates = group_rates(["a", "b", "empty"], np.array([0, 0, 1, 1, 1]), np.array([1, 0, 1, 1, 0], dtype=np.int8))
    assert rates.counts.tolist() == [2, 3, 0]
    assert rates.rate.tolist() == pytest.approx([0.5, 2 / 3, 0.0])


def test_slices_cover_every_row_and_mark_the_one_that_does_worse():
    table, scored = result().table, result().scored
    decided = decide(scored, result().settings.objective)
    days = [part for part in slice_up(table, scored, decided, result().schema.features[:1]) if part.n_rows]
    assert sum(part.n_rows for part in days) >= len(table.y) - 50
    broken = np.where(table.X["days_on_platform"] > 300, 0.5, scored.probability)
    worse = type(scored)(scored.y, broken, scored.fold, scored.groups)
    *_, last = slice_up(table, worse, broken >= 0.9, result().schema.features[:1])
    assert {"ranks less well", "says too much"} <= set(last.warnings)


def test_card_says_what_the_file_says(tmp_path):
    card = render_card(result().model)
    metadata = result().model.metadata
    for sentence in (*metadata.contract.good_for, *metadata.contract.not_good_for, metadata.provenance.about):
        assert sentence in card
    assert f"| ROC AUC | {metadata.evaluation.metrics['roc_auc']:.3f} |" in card
    assert metadata.provenance.data_sha256 in card
    path = tmp_path / "MODEL_CARD.md"
    assert stale_card(result().model, path)
    write_card(result().model, path)
    assert not stale_card(result().model, path)
    assert datetime.now(UTC).strftime("%Y-%m-%d") not in card
