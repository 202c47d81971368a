"""Who is told of what: alerts, the test from outside, the budget."""

import re

import pytest

from tests.on_paper import API, PARAMETERS, ROOT, STAGES, deploy


@pytest.fixture(params=STAGES)
def deployed(request):
    return deploy(request.param, watch=True)


def test_prod_is_watched_from_outside_and_dev_is_not():
    assert not deploy("dev").all("Microsoft.Insights/webtests")
    deployed = deploy("prod")
    test = deployed.one("Microsoft.Insights/webtests")
    assert test.body["properties"]["Request"]["RequestUrl"] == f"{API}/api/health"
    assert len(test.body["properties"]["Locations"]) == 3
    alert = deployed.one("Microsoft.Insights/metricAlerts").body["properties"]
    assert alert["criteria"]["webTestId"] == test.id
    assert alert["criteria"]["failedLocationCount"] == 2


def test_every_alert_tells_the_action_group_and_stands_in_the_runbook(deployed):
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    group = deployed.one("Microsoft.Insights/actionGroups").id
    rules = deployed.all("Microsoft.Insights/scheduledQueryRules")
    for rule in rules:
        assert rule.body["properties"]["actions"] == {"actionGroups": [group]}
    alerts = [*rules, *deployed.all("Microsoft.Insights/metricAlerts")]
    assert len(alerts) >= 2
    for alert in alerts:
        title = re.search(r'Runbook: "(.+)"\.', alert.body["properties"]["description"])[1]
        assert f"## {title}\n" in runbook


def test_latency_alert_names_a_function_that_exists(deployed):
    query = deployed.one("Microsoft.Insights/scheduledQueryRules", "latency").body["properties"]["criteria"]["allOf"][0]
    name = re.search(r'name == "(\w+)"', query["query"])[1]
    assert re.search(
        rf"^async def {name}\(req: func\.HttpRequest\)", (ROOT / "function_app.py").read_text(), re.MULTILINE
    )


def test_mail_goes_to_the_operator_when_one_is_named():
    assert deploy().one("Microsoft.Insights/actionGroups").body["properties"]["emailReceivers"] == []
    group = deploy(alertEmail="ops@shop.example").one("Microsoft.Insights/actionGroups").body["properties"]
    assert [receiver["emailAddress"] for receiver in group["emailReceivers"]] == ["ops@shop.example"]


def test_budget_keeps_the_start_it_was_created_with():
    first = deploy()
    start = first.outputs["BUDGET_START_DATE"]
    assert first.one("Microsoft.Consumption/budgets").body["properties"]["timePeriod"] == {"startDate": start}
    later = deploy(budgetStartDate="2025-11-01", thisMonth="2026-03-01")
    assert later.one("Microsoft.Consumption/budgets").body["properties"]["timePeriod"] == {"startDate": "2025-11-01"}
    assert later.outputs["BUDGET_START_DATE"] == "2025-11-01"
    # azd keeps an output under its own name; the parameter file must read that name.
    assert PARAMETERS["budgetStartDate"]["value"] == "${BUDGET_START_DATE=}"


def test_no_budget_of_nothing():
    assert not deploy(budgetAmount=0).all("Microsoft.Consumption/budgets")
