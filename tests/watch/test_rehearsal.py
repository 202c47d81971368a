from datetime import UTC, datetime

import pytest

from predict.interface.settings import Settings
from predict.model.session import Model
from tests.servers import ROOT
from watch.doing import lines
from watch.errors import WatchError
from watch.ledger import Ledger
from watch.rehearsal import rehearse

MODEL = Model.load(ROOT / "predict" / "model.onnx")


@pytest.mark.usefixtures("models", "parts", "answers", "outcomes", "said")
def test_rehearsal_shows_a_model_that_does_as_in_training_and_says_that_nobody_is_real(account):
    count = rehearse(account, MODEL, datetime.now(UTC), within=30)
    document = Ledger(Settings.of({"WATCH_URL": account, "KEEP_ANSWERS_DAYS": "90"}), MODEL).refresh()
    assert next(lines(document)) == "A rehearsal: these customers are made up."
    (model,) = document["models"]
    assert (model["sentence"], model["rows"]) == ("The customers are as in training.", count * 31 // 60)
    assert model["outcomes"]["count"] == count * 30 // 60
    assert not model["outcomes"]["is_off"]


def test_only_an_emulator_is_filled():
    with pytest.raises(WatchError, match="emulator"):
        rehearse("https://account.blob.core.windows.net", MODEL, datetime.now(UTC), within=30)
