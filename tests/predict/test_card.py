from datetime import UTC, datetime

from predict.model.card import render_card
from predict.model.session import Model
from tests.made import result
from training.command.arguments import PROJECT


def test_card_says_what_the_file_says():
    card = render_card(result().model)
    metadata = result().model.metadata
    for sentence in (*metadata.contract.good_for, *metadata.contract.not_good_for, metadata.provenance.about):
        assert sentence in card
    assert f"| ROC AUC | {metadata.evaluation.metrics['roc_auc']:.3f} |" in card
    assert metadata.provenance.data_sha256 in card
    assert all(f"{name}={value}" in card for name, value in metadata.provenance.hyperparameters.items())
    assert metadata.provenance.hyperparameters == result().searched.trial.params
    assert datetime.now(UTC).strftime("%Y-%m-%d") not in card


def test_card_is_that_of_the_committed_model():
    card = render_card(Model.load(PROJECT / "predict" / "model.onnx"))
    assert (PROJECT / "MODEL_CARD.md").read_text("utf-8") == card, "run: python -m training site"
