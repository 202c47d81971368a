"""The job that scores large files: there only when wanted, with the rights it needs, by the command of the trainer."""

from pathlib import Path

import pytest

from tests.on_paper import STAGES, deploy
from training.command.arguments import parse_arguments
from training.command.cloud import Address

IMAGE = "registry.example/jobs@sha256:0"
BLOBS, SENDS, TAKES = (
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
)


@pytest.fixture
def deployed():
    return deploy(scoreImage=IMAGE, scorerId="ada")


def roles(deployed, of):
    return {
        (role.body["scope"].body["name"], role.body["properties"]["roleDefinitionId"].rpartition("/")[2])
        for role in deployed.all("Microsoft.Authorization/roleAssignments")
        if of in role.body["properties"]["principalId"]
    }


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_of_it_is_there_unless_it_is_wanted(stage):
    deployed = deploy(stage)
    for kind in ("App/jobs", "App/managedEnvironments", "EventGrid/systemTopics"):
        assert not deployed.all(f"Microsoft.{kind}")
    assert len(deployed.all("Microsoft.Storage/storageAccounts")) == 1
    assert deployed.outputs["SCORE_FOLDER"] == ""


def test_each_may_do_its_part_and_no_more(deployed):
    assert roles(deployed, "userAssignedIdentities id-caj-score-") == {
        ("bulk", BLOBS),
        ("arrived", TAKES),
        ("arrived-poison", SENDS),
    }
    assert roles(deployed, "systemTopics") == {("arrived", SENDS)}
    assert roles(deployed, "ada") == {("bulk", BLOBS)}
    assert roles(deploy(scoreImage=IMAGE), "ada") == set()


def test_files_are_reached_by_identity_alone_and_deleted_after_thirty_days(deployed):
    account = next(a for a in deployed.all("Microsoft.Storage/storageAccounts") if "bulk" in a.body["name"])
    assert account.body["properties"]["allowSharedKeyAccess"] is False
    assert account.body["properties"]["allowBlobPublicAccess"] is False
    (rule,) = deployed.one("Microsoft.Storage/storageAccounts/managementPolicies").body["properties"]["policy"]["rules"]
    assert rule["definition"]["filters"]["prefixMatch"] == ["bulk/"]
    assert [*rule["definition"]["actions"]["baseBlob"]["delete"].values()] == [30]


def test_a_file_in_the_folder_starts_the_trainers_own_command(deployed):
    job = deployed.one("Microsoft.App/jobs").body["properties"]
    (container,) = job["template"]["containers"]
    assert container["command"] == ["python", "-m", "training", "score"]
    arguments = parse_arguments(["score", *container["args"]])
    assert (arguments.source, arguments.out) == (Address("az://bulk", "in/"), Address("az://bulk", "out/"))
    assert arguments.rejects == Address("az://bulk", "out/rejected/")
    assert Path(arguments.queue).name.endswith(">arrived")
    (event,) = deployed.all("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    event = event.body["properties"]
    assert event["filter"]["subjectBeginsWith"] == "/blobServices/default/containers/bulk/blobs/in/"
    assert event["deliveryWithResourceIdentity"]["destination"]["properties"]["queueName"] == "arrived"
    scale = job["configuration"]["eventTriggerConfig"]["scale"]
    assert (scale["minExecutions"], scale["maxExecutions"]) == (0, 2)
    assert scale["rules"][0]["metadata"]["queueName"] == "arrived"
    assert {variable["name"] for variable in container["env"]} == {"AZURE_CLIENT_ID", "AZURE_STORAGE_ACCOUNT_NAME"}


def test_both_jobs_share_one_environment():
    deployed = deploy(scoreImage=IMAGE, retrainImage=IMAGE, watch=True)
    environment = deployed.one("Microsoft.App/managedEnvironments").id
    jobs = deployed.all("Microsoft.App/jobs")
    assert [job.body["properties"]["environmentId"] for job in jobs] == [environment] * 2
