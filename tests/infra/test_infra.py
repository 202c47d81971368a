"""What `azd up` would deploy: the Bicep files evaluated on paper, and held against what they promise."""

import re
import tomllib

import pytest

from tests.bicep import Template
from tests.bicep_values import text_of
from tests.on_paper import API, INFRA, MAIN, ROOT, SITE, STAGES, app_of, deploy, settings_of


@pytest.fixture(params=STAGES)
def deployed(request):
    return deploy(request.param)


def test_everything_carries_the_tag_of_its_environment(deployed):
    untagged = {"Microsoft.Authorization/roleAssignments", "Microsoft.Consumption/budgets"}
    for resource in deployed.resources:
        is_child = resource.type.count("/") > 1
        if not (resource.existing or is_child or resource.type in untagged):
            assert resource.body["tags"]["azd-env-name"] == "shop", resource.type


def test_storage_takes_identities_only_and_shows_nothing_to_the_public(deployed):
    storage = deployed.one("Microsoft.Storage/storageAccounts").body["properties"]
    assert storage["allowSharedKeyAccess"] is False
    assert storage["allowBlobPublicAccess"] is False
    assert storage["allowCrossTenantReplication"] is False
    assert storage["minimumTlsVersion"] == "TLS1_2"
    assert storage["supportsHttpsTrafficOnly"] is True
    for container in deployed.all("Microsoft.Storage/storageAccounts/blobServices/containers"):
        assert container.body["properties"]["publicAccess"] == "None"


def test_app_is_reached_by_https_only(deployed):
    app = app_of(deployed)
    assert app["httpsOnly"] is True
    assert app["siteConfig"]["minTlsVersion"] == app["siteConfig"]["scmMinTlsVersion"] == "1.2"
    assert app["siteConfig"]["ftpsState"] == "Disabled"


def test_no_password_deploys(deployed):
    policies = deployed.all("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    assert {policy.body["name"]: policy.body["properties"] for policy in policies} == {
        "ftp": {"allow": False},
        "scm": {"allow": False},
    }


def test_telemetry_refuses_instrumentation_keys(deployed):
    assert deployed.one("Microsoft.Insights/components").body["properties"]["DisableLocalAuth"] is True
    workspace = deployed.one("Microsoft.OperationalInsights/workspaces").body["properties"]
    assert workspace["features"]["disableLocalAuth"] is True


def test_cors_names_the_site_and_nobody_else(deployed):
    cors = app_of(deployed)["siteConfig"]["cors"]
    assert cors == {"allowedOrigins": [SITE], "supportCredentials": False}


def test_further_origins_stand_beside_the_site():
    cors = app_of(deploy(extraOrigins="https://a.example,https://b.example"))["siteConfig"]["cors"]
    assert cors["allowedOrigins"] == [SITE, "https://a.example", "https://b.example"]


def test_identity_may_write_blobs_and_telemetry_and_nothing_else(deployed):
    roles = deployed.all("Microsoft.Authorization/roleAssignments")
    given = {(r.body["scope"].type, r.body["properties"]["roleDefinitionId"].rpartition("/")[2]) for r in roles}
    assert given == {
        ("Microsoft.Storage/storageAccounts", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),  # Storage Blob Data Owner
        ("Microsoft.Insights/components", "3913510d-42f4-4e42-8a64-420c390055eb"),  # Monitoring Metrics Publisher
    }
    for role in roles:
        assert role.body["properties"]["principalType"] == "ServicePrincipal"
        assert "principalId" in role.body["properties"]["principalId"]
        assert role.body["name"].startswith("<guid of")


def test_python_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = app_of(deploy())["functionAppConfig"]["runtime"]["version"]
    major, minor = version.split(".")
    assert project["requires-python"] == f">={version},<{major}.{int(minor) + 1}"
    assert (ROOT / ".python-version").read_text().strip() == version


def test_flex_plan_and_its_caps():
    deployed = deploy("prod", alwaysReadyInstances=2, maximumInstanceCount=50, httpConcurrency=6)
    assert deployed.one("Microsoft.Web/serverfarms").body["sku"]["name"] == "FC1"
    scale = app_of(deployed)["functionAppConfig"]["scaleAndConcurrency"]
    assert scale["instanceMemoryMB"] == 2048
    assert scale["maximumInstanceCount"] == 50
    assert scale["alwaysReady"] == [{"name": "http", "instanceCount": 2}]
    assert scale["triggers"] == {"http": {"perInstanceConcurrency": 6}}
    assert settings_of(deployed)["PYTHON_THREADPOOL_THREAD_COUNT"] == "6"


def test_dev_keeps_no_instance_ready():
    assert app_of(deploy("dev"))["functionAppConfig"]["scaleAndConcurrency"]["alwaysReady"] == []


def test_site_is_free_and_the_pages_call_the_app(deployed):
    assert deployed.one("Microsoft.Web/staticSites").body["sku"]["name"] == "Free"
    assert deployed.outputs["API_URL"] == API
    assert deployed.outputs["SITE_URL"] == SITE == settings_of(deployed)["SITE_URL"]
    assert not deployed.all("Microsoft.Web/staticSites/linkedBackends")


def test_linked_backend_answers_under_the_site():
    deployed = deploy(linkBackend=True)
    assert deployed.one("Microsoft.Web/staticSites").body["sku"]["name"] == "Standard"
    link = deployed.one("Microsoft.Web/staticSites/linkedBackends").body["properties"]
    assert link["backendResourceId"] == deployed.one("Microsoft.Web/sites").id
    assert deployed.outputs["API_URL"] == SITE


def test_outputs_hold_no_secret(deployed):
    assert not any(re.search("key|secret|password|connection", name, re.IGNORECASE) for name in deployed.outputs)


def test_what_would_change_can_be_told_before_anything_exists():
    """A module that takes another's output is left out of `azd provision --preview` (what-if-short-circuiting)."""
    taken = {
        name: set(re.findall(r"\w+\.outputs\.(\w+)", text_of(node)))
        for name, node in MAIN.declarations["module"].items()
    }
    assert {name: outputs for name, outputs in taken.items() if outputs} == {
        "roles": {"principalId"},
        "watchAccount": {"principalId"},
    }


def test_a_module_waits_for_whoever_makes_what_it_reads():
    files = {
        name: Template(INFRA / re.search(r"'(modules/\w+\.bicep)'", text_of(node))[1])
        for name, node in MAIN.declarations["module"].items()
    }
    made, read = {}, {}
    for name, template in files.items():
        for node in template.declarations["resource"].values():
            type_ = text_of(node.named_children[1]).strip("'").partition("@")[0]
            if any(child.type == "existing" for child in node.children):
                read.setdefault(name, set()).add(type_)
            else:
                made.setdefault(type_, set()).add(name)
        if "module" in template.declarations:
            made.setdefault("Microsoft.Storage/storageAccounts/blobServices/containers", set()).add(name)
    assert len(read) >= 6
    for name, types in read.items():
        assert all(made[type_] & MAIN.dependencies(name) for type_ in types), name


def test_three_zones_hold_plan_and_storage(deployed):
    assert deployed.one("Microsoft.Web/serverfarms").body["properties"]["zoneRedundant"] is False
    assert deployed.one("Microsoft.Storage/storageAccounts").body["sku"]["name"] == "Standard_LRS"
    spread = deploy(zoneRedundant=True)
    assert spread.one("Microsoft.Web/serverfarms").body["properties"]["zoneRedundant"] is True
    assert spread.one("Microsoft.Storage/storageAccounts").body["sku"]["name"] == "Standard_ZRS"


def test_private_network_is_the_only_way_to_the_storage(deployed):
    assert not deployed.all("Microsoft.Network/virtualNetworks")
    assert app_of(deployed)["virtualNetworkSubnetId"] is None
    private = deploy(privateNetwork=True)
    storage = private.one("Microsoft.Storage/storageAccounts")
    assert storage.body["properties"]["publicNetworkAccess"] == "Disabled"
    network = private.one("Microsoft.Network/virtualNetworks").body
    assert app_of(private)["virtualNetworkSubnetId"] == (
        f"<id of Microsoft.Network/virtualNetworks/subnets {network['name']}/app>"
    )
    assert [subnet["name"] for subnet in network["properties"]["subnets"]] == ["app", "endpoints"]
    (connection,) = private.one("Microsoft.Network/privateEndpoints").body["properties"][
        "privateLinkServiceConnections"
    ]
    assert connection["properties"] == {"privateLinkServiceId": storage.id, "groupIds": ["blob"]}


def test_budget_has_a_name_that_a_budget_may_have():
    """azd allows a dot in the environment's name; a budget does not."""
    name = deploy(environmentName="shop.dev").one("Microsoft.Consumption/budgets").body["name"]
    assert re.fullmatch(r"[\w-]{1,63}", name)
