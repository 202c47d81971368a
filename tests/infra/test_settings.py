"""The app's settings: every one that the code reads is set, and every one that is set is read."""

import re

import pytest

from predict.interface.settings import Settings
from tests.on_paper import ROOT, STAGES, deploy, settings_of

# Read by the host and the worker, not by the app: each is documented by Azure Functions.
PLATFORM_SETTINGS = {
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__blobServiceUri",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "PYTHON_THREADPOOL_THREAD_COUNT",
}
# What the code reads and a deployment leaves at its default.
DEFAULT_SETTINGS = {"MODEL_PATH", "WATCH_URL", "KEEP_ANSWERS_DAYS", "OUTCOME_DAYS"}
# Flex Consumption refuses them, or they break its deployment.
FORBIDDEN_SETTINGS = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_RUN_FROM_PACKAGE",
}


@pytest.fixture(params=STAGES)
def deployed(request):
    return deploy(request.param)


class Asked(dict[str, str]):
    """Variables that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def settings_read_by_the_code():
    asked = Asked()
    Settings.of(asked)
    return asked.names


def test_the_code_reads_its_settings_in_one_place():
    files = [ROOT / "function_app.py", *(ROOT / "handlers").glob("*.py"), *(ROOT / "predict").rglob("*.py")]
    reads = re.compile(r"os\.environ(?!\.setdefault)|getenv")
    assert [file.name for file in files for _ in reads.findall(file.read_text())] == ["serving.py"]


def test_every_setting_the_code_reads_is_set(deployed):
    assert settings_read_by_the_code() - DEFAULT_SETTINGS <= set(settings_of(deployed))


def test_every_setting_that_is_set_is_read(deployed):
    assert set(settings_of(deployed)) == PLATFORM_SETTINGS | (settings_read_by_the_code() - DEFAULT_SETTINGS)


def test_account_to_watch_is_named_with_the_identity_that_opens_it(deployed):
    assert not {"WATCH_URL", "AZURE_CLIENT_ID"} & set(settings_of(deployed))
    watched = settings_of(deploy(watch=True, keepAnswersDays=60))
    assert watched["WATCH_URL"].startswith("https://stwatch")
    assert watched["KEEP_ANSWERS_DAYS"] == "60"
    assert set(watched) - set(settings_of(deployed)) == {
        "WATCH_URL",
        "KEEP_ANSWERS_DAYS",
        "OUTCOME_DAYS",
        "AZURE_CLIENT_ID",
    }


def test_settings_are_texts_and_none_that_flex_refuses(deployed):
    settings = settings_of(deployed)
    assert all(isinstance(value, str) and value for value in settings.values())
    assert not FORBIDDEN_SETTINGS & set(settings)


def test_host_lets_in_what_every_endpoint_takes(deployed):
    """The host refuses with an empty 500: whatever may be meant for the app is the app's to refuse."""
    settings = settings_of(deployed)
    limits = Settings.of(settings).limits
    assert int(settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"]) > 64 * 2**20
    assert max(limits["csv_bytes"], limits["batch_bytes"], limits["body_bytes"]) < 16 * 2**20
    # 150 bytes a row are more than a customer's file has.
    assert limits["csv_bytes"] >= limits["csv_rows"] * 150
