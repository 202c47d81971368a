from datetime import UTC, datetime

from predict.model import Model
from tests.made import result
from training.arguments import PROJECT
from training.card import render_card, stale_card, write_card


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


def test_card_is_that_of_the_committed_model():
    assert not stale_card(Model.load(PROJECT / "predict" / "model.onnx"), PROJECT / "MODEL_CARD.md"), (
        "run: python -m training site"
    )
