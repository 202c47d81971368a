import re
from copy import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.made import result
from training.evaluation.exploration import explore
from training.evaluation.out_of_fold import OutOfFold
from training.report.data_charts import category_chart, histogram_chart
from training.report.model_charts import precision_recall_chart, roc_chart
from training.report.svg import draw_svg


def parsed(svg):
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_charts_are_well_formed_and_take_the_pages_colours():
    svg = roc_chart(list(result().searched.families.items()), result().searched.trial.family)
    parsed(svg)
    assert "var(--yes)" in svg
    assert not re.search(r"#0[1-6]0[2-7]0[3-8]", svg)
    assert svg == roc_chart(list(result().searched.families.items()), result().searched.trial.family)


def test_the_legend_leaves_the_curve_of_a_good_model_free():
    """Its curve runs along the upper right corner."""
    y, rows = np.tile(np.array([0, 1, 0, 1, 0], np.int8), 40), np.arange(200)
    svg = precision_recall_chart([("Family", OutOfFold(y, 0.1 + 0.8 * y, rows % 5, rows))], "Family")
    height = float(re.search(r'viewBox="0 0 \S+ (\S+)"', svg)[1])
    assert float(re.search(r' y="([^"]+)"[^>]*>Family<', svg)[1]) > height / 2


def test_charts_of_several_columns_share_no_id():
    table, features, target = result().table, result().schema.features, result().schema.target
    found = explore(table, features)
    drawings = [histogram_chart(facts, table, target) for facts in found.numbers]
    countries = found.categories["student_country"]
    drawings += [category_chart(replace(features[-1], name=name), countries, target) for name in ("country", "city")]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawings]
    assert len(set.union(*ids)) == sum(map(len, ids))


@pytest.mark.parametrize("label", ["$x_1^2$ in $", 'less < "more" & \\1 \\d', "日本語", "a_{b}"])
def test_a_label_is_shown_as_it_is(label):
    table, features, target = result().table, result().schema.features, result().schema.target
    found = explore(table, features).categories["student_country"]
    svg = category_chart(replace(features[-1], label=label), found, target)
    assert parsed(svg).attrib["aria-label"] == f"Rate of {target.people} by {label}"

    def draw(ax):
        ax.set(xlabel=label)
        ax.plot(np.arange(3))

    texts = ["".join(text.itertext()) for text in parsed(draw_svg("a", draw, "")).iter() if text.tag.endswith("text")]
    assert label in texts
