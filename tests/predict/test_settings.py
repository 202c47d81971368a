import pytest

from predict.interface.settings import Settings
from predict.model.session import Model


def test_defaults_serve_the_model_of_the_package():
    settings = Settings.of({})
    assert Model.load(settings.model_path).contract.features
    assert (settings.site_url, settings.bulk_auth_level) == ("/", "function")
    assert Settings.of({"MODEL_PATH": "", "MAX_CSV_ROWS": "", "BULK_AUTH_LEVEL": ""}) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("MAX_BATCH_ROWS", "MAX_CSV_ROWS") for value in ("0", "-1", "1e3", "1.5", "many")),
        ("BULK_AUTH_LEVEL", "nobody"),
        ("KEEP_ANSWERS_DAYS", "-1"),
        ("KEEP_ANSWERS_DAYS", "30"),  # no more than OUTCOME_DAYS
        ("OUTCOME_DAYS", "soon"),
    ],
)
def test_setting_that_cannot_be_right_is_named(name, value):
    with pytest.raises(ValueError, match=name) as caught:
        Settings.of({name: value})
    assert value not in str(caught.value)


def test_auth_level_is_read_in_any_case():
    assert Settings.of({"BULK_AUTH_LEVEL": "Anonymous"}).bulk_auth_level == "anonymous"


def test_no_batch_is_allowed_more_bytes_than_the_largest_file():
    limits = Settings.of({"MAX_BATCH_ROWS": "50000", "MAX_CSV_ROWS": "10"}).limits
    assert limits["batch_bytes"] == limits["csv_bytes"] < 16 * 1024 * 1024
    assert limits["csv_rows_with_reasons"] == limits["csv_rows"] == 10
    assert Settings.of({}).limits["batch_bytes"] > 1000 * 1000
