import json
import re
from copy import replace
from html.parser import HTMLParser

import pytest

from predict.model.metadata import INTERVAL_WORDS, Evaluation, Metadata, WorsePart
from tests.factories import contract_365, metadata_for, sample_metadata
from training.pages.model_page import model_regions

MARKUP = "<script>alert(1)</script>"


def text_of(markup: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[assignment,method-assign]
    parser.feed(markup)
    return " ".join(" ".join(parts).split())


def bare(metadata: Metadata) -> Metadata:
    """Return metadata of a model of which nothing was measured."""
    return replace(metadata, evaluation=Evaluation("not evaluated", 0, 0, {}))


def test_the_tiles_say_what_was_measured_and_against_what() -> None:
    words = text_of(model_regions(sample_metadata(), "5" * 64)["model-quality"])
    assert "On 4,000 customers the model had not seen, 360 of them buyers" in words
    assert "Ranks a buyer above a non-buyer 82% How often a buyer has a higher score" in words
    assert "than a non-buyer. ROC AUC 0.820 (95% interval 0.790 to 0.850); by chance 0.5." in words
    assert INTERVAL_WORDS in words
    assert INTERVAL_WORDS not in text_of(model_regions(bare(sample_metadata()), "5" * 64)["model-quality"])
    assert "0 is perfect. Always saying 9%: 0.082." in words
    assert "Average precision" not in words  # not among the metrics


def test_the_rule_to_beat_is_named_where_it_was_measured() -> None:
    metadata = sample_metadata()
    ruled = replace(metadata.evaluation, rule="Minutes of 100 or more", rule_metrics={"f1": 0.5})
    words = text_of(model_regions(replace(metadata, evaluation=ruled), "5" * 64)["model-quality"])
    assert "is “Minutes of 100 or more”. It reaches an F1 of 0.50, the model 0.58." in words


def test_inputs_are_listed_with_what_training_saw() -> None:
    regions = model_regions(metadata_for(contract_365()), "5" * 64)
    rows = [text_of(row) for row in re.findall("<tr>.*?</tr>", regions["model-inputs"])]
    assert rows[:3] == [
        "Student country student_country one of 32",
        "Days on platform days_on_platform integer 0 31 160 250 379",
        "Minutes watched minutes_watched number 0 2.4 10 50 2600",
    ]


def test_input_that_is_a_date_is_told_as_one() -> None:
    contract = contract_365()
    days = replace(contract.features[1], reference="2024-03-01", unit="days before 2024-03-01")
    dated = replace(contract, features=(contract.features[0], days, *contract.features[2:]))
    words = text_of(model_regions(metadata_for(dated), "5" * 64)["model-inputs"])
    assert "days_on_platform date or days before 2024-03-01 0 31" in words


def test_precision_and_recall_are_explained_in_the_words_of_the_target() -> None:
    metadata = sample_metadata()
    target = replace(metadata.contract.target, verb="answer yes", person="positive")
    words = model_regions(replace(metadata, contract=replace(metadata.contract, target=target)), "5" * 64)
    assert "contacted who answer yes. Recall: share of all positives who" in words["model-precision-recall"]


def test_facts_say_where_the_model_comes_from() -> None:
    metadata = sample_metadata()
    profit = {"contact_cost": 1.0, "purchase_value": 20.0, "per_customer": 0.9, "total": 3635.0, "contacted": 325.0}
    metadata = replace(
        metadata,
        evaluation=replace(metadata.evaluation, profit=profit),
        provenance=replace(metadata.provenance, about="Customers of 2025.", leaks=("refund_count",)),
    )
    words = text_of(model_regions(metadata, "a" * 64)["model-facts"])
    for text in (
        "Version 1.0.0",
        "Method Gradient boosted trees",
        "Training data 20,000 customers, 1,800 buyers (9%)",
        "About the data Customers of 2025.",
        "Threshold 30%: Best F1 on out-of-fold probabilities.",
        "contacting 325 of 4,000 comes to 3,635, where a contact costs 1 and a purchase brings 20",
        "exact Shapley values, against 1 background customers",
        "21,000 rows compared, largest difference 1e-07",
        "Close to the answer refund_count",
        "SHA-256 aaaaaaaaaaaa…",
    ):
        assert text in words


def test_money_that_nobody_gave_is_an_assumption() -> None:
    metadata = sample_metadata()
    profit = {"contact_cost": 1.0, "purchase_value": 10.0, "per_customer": 0.4, "total": 1655.0, "contacted": 325.0}
    metadata = replace(metadata, evaluation=replace(metadata.evaluation, profit=profit))
    assert (
        "What it is worth Assumed: a contact costs 1 and a purchase brings 10. Then contacting 325 of 4,000 comes to "
        "1,655. Enter yours at the threshold above."
    ) in text_of(model_regions(metadata, "5" * 64)["model-facts"])


def test_few_categories_are_listed_and_many_counted() -> None:
    metadata = sample_metadata()
    codes = {f"code-{i}": f"Plan {i}" for i in range(9)}
    for count, words in ((8, "one of 8 " + ", ".join(list(codes.values())[:8])), (9, "one of 9")):
        features = (
            *metadata.contract.features[:-1],
            replace(metadata.contract.features[-1], values=dict(list(codes.items())[:count])),
        )
        several = replace(metadata, contract=replace(metadata.contract, features=features))
        assert text_of(model_regions(several, "5" * 64)["model-inputs"]).endswith(f"Country student_country {words}")


def test_parts_for_whom_it_is_worse_are_listed_or_said_to_be_none() -> None:
    metadata = sample_metadata()
    worse = WorsePart("Country", MARKUP, 80, 8, 0.2, None, ("scores too high",))
    for parts, words in (
        ((), "In none of 21 groups of customers is the model worse than its scores say."),
        ((worse,), "Country: <script>alert(1)</script> scores too high 80 10% 20% –"),
    ):
        evaluation = replace(metadata.evaluation, n_parts=21, worse=parts)
        region = model_regions(replace(metadata, evaluation=evaluation), "5" * 64)["model-worse"]
        assert words in text_of(region)
        assert MARKUP not in region


def test_the_numbers_of_a_threshold_are_those_of_its_counts() -> None:
    words = text_of(model_regions(sample_metadata(), "5" * 64)["model-thresholds"])
    assert "30% 325 8.1% 61% 55% 3.5% 6.8×" in words


def test_uses_are_the_contracts_or_general_ones() -> None:
    metadata = sample_metadata()
    assert "Proof that more of an input causes the answer" in model_regions(metadata, "5" * 64)["model-uses"]
    own = replace(metadata, contract=replace(metadata.contract, good_for=("This.",), not_good_for=("That.",)))
    words = text_of(model_regions(own, "5" * 64)["model-uses"])
    assert words == "Good for This. Not good for That."


@pytest.mark.parametrize("metadata", [bare(sample_metadata()), sample_metadata()], ids=["bare", "measured"])
def test_what_was_not_measured_is_said_so_and_not_drawn(metadata: Metadata) -> None:
    regions = model_regions(metadata, "5" * 64)
    for name in ("model-calibration", "model-importance", "model-precision-recall", "model-roc", "model-gains"):
        assert ("Not measured for this model." in regions[name]) == (metadata.evaluation.n_rows == 0)
    assert ("data-curve" in regions["model-quality"]) == (metadata.evaluation.n_rows > 0)


def test_every_text_is_escaped() -> None:
    metadata = sample_metadata()
    contract = replace(
        metadata.contract,
        version=MARKUP,
        estimator=MARKUP,
        threshold_rule=MARKUP,
        good_for=(MARKUP,),
        features=tuple(replace(feature, label=MARKUP) for feature in metadata.contract.features),
    )
    evaluation = replace(metadata.evaluation, method=MARKUP, rule=MARKUP, rule_metrics={"f1": 0.1})
    provenance = replace(metadata.provenance, about=MARKUP, data=MARKUP, leaks=(MARKUP,))
    regions = model_regions(
        replace(metadata, contract=contract, evaluation=evaluation, provenance=provenance), "5" * 64
    )
    assert MARKUP not in "".join(regions.values())


def test_the_charts_data_is_json_without_noise() -> None:
    regions = model_regions(sample_metadata(), "5" * 64)
    points = re.search(r'data-points="([^"]*)"', regions["model-calibration"])
    assert points
    assert json.loads(points[1]) == [[0.05, 0.04, 0.0337, 0.0474], [0.6, 0.62, 0.5859, 0.653]]
