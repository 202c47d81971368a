"""The account of the watch: what is in it, who may do what with it, how long things stay."""

import pytest

from tests.on_paper import ROOT, STAGES, deploy

CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
READER, CONTRIBUTOR = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


def roles_of(deployed, principal="<principalId"):
    return {
        (role.body["scope"].body["name"], role.body["properties"]["roleDefinitionId"].rpartition("/")[2])
        for role in deployed.all("Microsoft.Authorization/roleAssignments")
        if role.body["scope"].type == CONTAINERS and role.body["properties"]["principalId"].startswith(principal)
    }


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_of_it_is_there_unless_it_is_wanted(stage):
    deployed = deploy(stage)
    assert len(deployed.all("Microsoft.Storage/storageAccounts")) == 1
    assert not deployed.all("Microsoft.Storage/storageAccounts/managementPolicies")
    assert len(deployed.all("Microsoft.Insights/scheduledQueryRules")) == 2
    assert deployed.outputs["WATCH_URL"] == ""


def test_app_reads_models_and_writes_the_rest_and_a_publisher_writes_models_alone():
    written = {(name, CONTRIBUTOR) for name in ("counts", "answers", "outcomes", "doing", "salt")}
    deployed = deploy(watch=True, publisherId="ada")
    assert roles_of(deployed) == {("models", READER), *written}
    assert roles_of(deployed, "ada") == {("models", CONTRIBUTOR)}
    assert roles_of(deploy(watch=True), "ada") == set()


def test_answers_are_deleted_after_the_days_that_are_promised():
    def rules(days):
        policy = deploy(watch=True, keepAnswersDays=days).one("Microsoft.Storage/storageAccounts/managementPolicies")
        definitions = {rule["name"]: rule["definition"] for rule in policy.body["properties"]["policy"]["rules"]}
        return {
            name: (rule["filters"]["prefixMatch"], *rule["actions"]["baseBlob"]["delete"].values())
            for name, rule in definitions.items()
        }

    assert rules(0) == {"parts": (["counts/parts/"], 30), "answers": (["answers/", "outcomes/"], 1)}
    assert rules(60)["answers"] == (["answers/", "outcomes/"], 60)
    services = deploy(watch=True).all("Microsoft.Storage/storageAccounts/blobServices")
    retention = [s.body["properties"]["deleteRetentionPolicy"]["enabled"] for s in services if not s.existing]
    assert sorted(retention) == [False, True]  # that of the host keeps what was deleted


def test_retraining_may_read_customers_and_write_models_and_is_there_only_with_an_image():
    assert not deploy(watch=True).all("Microsoft.App/jobs")
    assert not deploy(retrainImage="registry.example/retrain@sha256:0").all("Microsoft.App/jobs")
    deployed = deploy(watch=True, retrainImage="registry.example/retrain@sha256:0", publisherId="ada")
    own = "<principalId of properties of Microsoft.ManagedIdentity/userAssignedIdentities id-caj-"
    assert roles_of(deployed, own) == {("models", CONTRIBUTOR), ("training", READER)}
    assert roles_of(deployed, "ada") == {("models", CONTRIBUTOR), ("training", CONTRIBUTOR)}
    job = deployed.one("Microsoft.App/jobs").body["properties"]
    assert job["configuration"]["scheduleTriggerConfig"]["cronExpression"] == "0 3 * * 0"
    (container,) = job["template"]["containers"]
    assert {variable["name"] for variable in container["env"]} == {"AZURE_CLIENT_ID", "WATCH_URL"}


def test_alert_waits_for_what_the_function_writes():
    rule = deploy(watch=True).one("Microsoft.Insights/scheduledQueryRules", "drift").body["properties"]
    words = rule["criteria"]["allOf"][0]["query"].split('"')[1]
    assert f'log.warning("{words} ' in (ROOT / "function_app.py").read_text()
