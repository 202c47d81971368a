from copy import replace
from datetime import UTC, datetime

from predict.contract import Agreement
from predict.model.card import explanation_text, render_card
from predict.model.metadata import INTERVAL_WORDS
from predict.model.session import Model
from tests.factories import sample_metadata
from tests.made import result
from training.command.arguments import PROJECT


def test_card_says_what_the_file_says():
    card = render_card(result().model)
    metadata = result().model.metadata
    for sentence in (*metadata.contract.good_for, *metadata.contract.not_good_for, metadata.provenance.about):
        assert sentence in card
    assert f"| ROC AUC | {metadata.evaluation.metrics['roc_auc']:.3f} |" in card
    assert INTERVAL_WORDS in card
    assert metadata.provenance.data_sha256 in card
    assert all(f"{name}={value}" in card for name, value in metadata.provenance.hyperparameters.items())
    assert metadata.provenance.hyperparameters == result().searched.trial.params
    assert datetime.now(UTC).strftime("%Y-%m-%d") not in card


def test_card_is_that_of_the_committed_model():
    card = render_card(Model.load(PROJECT / "predict" / "model.onnx"))
    assert (PROJECT / "MODEL_CARD.md").read_text("utf-8") == card, "run: python -m training site"


def test_explanations_say_what_is_exact_and_how_far_they_agree():
    metadata = sample_metadata()
    assert explanation_text(metadata) == "Contributions are exact Shapley values, against 1 background customers."
    agreement = Agreement(customers=20, same_strongest=19, notable=80, wrong_signs=0, error=0.0023)
    contract = replace(metadata.contract, exact_inputs=4, agreement=agreement)
    text = explanation_text(replace(metadata, contract=contract))
    assert "exact for the 4 strongest inputs of a customer; the other 2 share what they add together" in text
    assert "the strongest input agrees for 19, 0 of 80 contributions above one point" in text
    assert "the typical error is 0.23 points" in text
