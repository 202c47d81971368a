"""What `azd up` would deploy: the Bicep files parsed, evaluated on paper, and held against the code they serve."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from predict.settings import Settings
from tests.bicep import BicepError, Template, environment

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
FILES = sorted(INFRA.rglob("*.bicep"))
MAIN = Template(INFRA / "main.bicep")
PARAMETERS = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
SITE = "https://<defaultHostname of properties of Microsoft.Web/staticSites stapp-abcdefghijklm>"
API = "https://<defaultHostName of properties of Microsoft.Web/sites func-abcdefghijklm>"

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
DEFAULT_SETTINGS = {"MODEL_PATH"}
# Flex Consumption refuses them, or they break its deployment.
FORBIDDEN_SETTINGS = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_RUN_FROM_PACKAGE",
}


def azd_values(variables):
    """Fill main.parameters.json as azd does: `${NAME=default}`, then numbers and booleans by the parameter's type."""

    def substitute(match):
        return variables.get(match["name"]) or match["default"] or ""

    values = {}
    for name, entry in PARAMETERS.items():
        text = re.sub(r"\$\{(?P<name>\w+)(=(?P<default>[^}]*))?\}", substitute, entry["value"])
        type_ = MAIN.declarations["parameter"][name].named_children[1].text.decode()
        values[name] = {"string": str, "int": int, "bool": lambda word: {"true": True, "false": False}[word]}[type_](
            text
        )
    return values


def deploy(stage="dev", **changes):
    own = {"AZURE_ENV_NAME": "shop", "AZURE_LOCATION": "westeurope"}
    return MAIN.evaluate(azd_values(own | environment(INFRA / f"{stage}.env")) | changes)


@pytest.fixture(params=["dev", "prod"])
def deployed(request):
    return deploy(request.param)


def app_of(deployed):
    return deployed.one("Microsoft.Web/sites").body["properties"]


def settings_of(deployed):
    return deployed.one("Microsoft.Web/sites/config", "appsettings").body["properties"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_parses(path):
    assert Template(path).syntax_errors() == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_and_output_is_described(path):
    template = Template(path)
    for kind in ("parameter", "output"):
        for name in template.declarations[kind]:
            assert "description" in template.decorators[f"{kind} {name}"], f"{kind} {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_declared_in_vain_and_every_name_exists(path):
    template = Template(path)
    used, declared = template.names_used(), template.declarations
    existing = {name for name, node in declared["resource"].items() if any(c.type == "existing" for c in node.children)}
    assert set(declared["parameter"]) | set(declared["variable"]) | existing <= used
    assert used <= {name for kind in declared if kind != "output" for name in declared[kind]} | {"id"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_api_versions_are_pinned_and_stable(path):
    types = re.findall(r"^\s*resource \w+ '([^']+/[^']+)'", path.read_text(), re.MULTILINE)
    for type_ in types:
        assert re.fullmatch(r"[\w.]+(/\w+)+@20\d\d-\d\d-\d\d", type_), type_


def test_modules_are_files_of_this_folder():
    paths = re.findall(r"^module \w+ '([^']+)'", (INFRA / "main.bicep").read_text(), re.MULTILINE)
    assert {INFRA / path for path in paths} == set((INFRA / "modules").glob("*.bicep"))


def test_no_address_of_a_cloud_is_written_down():
    for path in FILES:
        assert not re.search(r"windows\.net|azure\.com|azurewebsites|microsoftonline", path.read_text()), path.name


def test_parameter_file_names_every_parameter_once_by_a_variable():
    declared = set(MAIN.declarations["parameter"])
    assert set(PARAMETERS) == declared - {"thisMonth"}
    assert all(re.fullmatch(r"\$\{[A-Z_]+(=[^}]*)?\}", entry["value"]) for entry in PARAMETERS.values())


def test_the_fallbacks_are_the_values_of_dev():
    fallbacks = dict(re.fullmatch(r"\$\{(\w+)=?(.*)\}", entry["value"]).groups() for entry in PARAMETERS.values())
    assert {name: value for name, value in fallbacks.items() if value} == environment(INFRA / "dev.env")


def test_prod_sets_only_what_is_read_and_leaves_nothing_of_dev_out():
    read = {re.match(r"\$\{(\w+)", entry["value"])[1] for entry in PARAMETERS.values()}
    dev, prod = set(environment(INFRA / "dev.env")), set(environment(INFRA / "prod.env"))
    assert dev <= prod <= read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("maximumInstanceCount", 39),
        ("maximumInstanceCount", 1001),
        ("httpConcurrency", 0),
        ("staticSiteLocation", "northeurope"),
        ("bulkAuthLevel", "admin"),
        ("environmentName", ""),
        ("linkBackend", "false"),
        ("alwaysReadyInstances", -1),
        ("noSuchParameter", 1),
    ],
)
def test_bad_parameter_is_refused(name, value):
    with pytest.raises(BicepError):
        deploy(**{name: value})


def test_everything_carries_the_tag_of_its_environment(deployed):
    untagged = {"Microsoft.Authorization/roleAssignments", "Microsoft.Consumption/budgets"}
    for resource in deployed.resources:
        is_child = resource.type.count("/") > 1
        if not (resource.existing or is_child or resource.type in untagged):
            assert resource.body["tags"]["azd-env-name"] == "shop", resource.type


def test_each_service_of_azd_finds_its_resource(deployed):
    services = yaml.safe_load((ROOT / "azure.yaml").read_text())["services"]
    tags = [r.body["tags"].get("azd-service-name") for r in deployed.resources if "tags" in r.body]
    assert sorted(tag for tag in tags if tag) == sorted(services)


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


def test_no_key_or_connection_string_with_a_key_is_made():
    for path in FILES:
        assert not re.search(r"\blist(Keys|Secrets|\w*Sas)\b|AccountKey|\.listKeys", path.read_text(), re.IGNORECASE)


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
    files = [ROOT / "function_app.py", *(ROOT / "predict").glob("*.py")]
    assert [file.name for file in files for _ in re.findall(r"os\.environ|getenv", file.read_text())] == ["function_app.py"]


def test_every_setting_the_code_reads_is_set(deployed):
    assert settings_read_by_the_code() - DEFAULT_SETTINGS <= set(settings_of(deployed))


def test_every_setting_that_is_set_is_read(deployed):
    assert set(settings_of(deployed)) == PLATFORM_SETTINGS | (settings_read_by_the_code() - DEFAULT_SETTINGS)


def test_settings_are_texts_and_none_that_flex_refuses(deployed):
    settings = settings_of(deployed)
    assert all(isinstance(value, str) and value for value in settings.values())
    assert not FORBIDDEN_SETTINGS & set(settings)


def test_host_lets_in_what_every_endpoint_takes(deployed):
    """At the limit itself the host refuses, without a word: the app's own is below, and says what it is."""
    settings = settings_of(deployed)
    limits = Settings.of(settings).limits
    assert (
        int(settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"])
        == 16 * 2**20
        > max(limits["csv_bytes"], limits["batch_bytes"], limits["body_bytes"])
    )
    # 150 bytes a row are more than a customer's file has.
    assert limits["csv_bytes"] >= limits["csv_rows"] * 150


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


def test_outputs_hold_no_secret(deployed):
    assert not any(re.search("key|secret|password|connection", name, re.IGNORECASE) for name in deployed.outputs)


def test_every_suppressed_check_says_why():
    for path in FILES:
        for line in re.findall(r"checkov:skip.*", path.read_text()):
            assert re.fullmatch(r"checkov:skip=CKV\w*_AZURE_\d+:[A-Z].{30,}\.", line), line


def test_azd_hooks_have_both_shells_and_call_modules_that_exist():
    document = yaml.safe_load((ROOT / "azure.yaml").read_text())
    hooks = [*document["hooks"].items()] + [
        hook for service in document["services"].values() for hook in service["hooks"].items()
    ]
    for name, hook in hooks:
        assert hook["posix"]["shell"] == "sh", name
        assert hook["windows"]["shell"] == "pwsh", name
        for module in re.findall(r"-m ([\w.]+)", hook["posix"]["run"] + "\n" + hook["windows"]["run"]):
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


def test_azd_up_provisions_and_then_deploys_the_built_package():
    document = yaml.safe_load((ROOT / "azure.yaml").read_text())
    steps = [step["azd"] for step in document["workflows"]["up"]["steps"]]
    assert steps == ["provision", "deploy api --from-package dist/api.zip", "deploy web"]
    assert document["services"]["api"]["remoteBuild"] is False
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", document["name"])


def test_hooks_read_only_what_the_deployment_puts_out():
    variables = set(re.findall(r"\$(?:env:)?([A-Z_]{3,})\b", (ROOT / "azure.yaml").read_text()))
    assert variables == {"API_URL", "SITE_URL", "BULK_AUTH_LEVEL"}
    assert variables <= set(deploy().outputs)


DOCUMENTS = [INFRA / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_only_what_exists(path):
    """Links, modules, make targets and settings."""
    text = path.read_text()
    for link in re.findall(r"\]\(([^)#:\s]+)\)", text.replace("\n", " ")):
        assert (path.parent / link).exists(), link
    for module in re.findall(r"python3? -m ([\w.]+)", text):
        assert (ROOT / module.replace(".", "/")).is_dir() or (ROOT / f"{module.replace('.', '/')}.py").is_file(), module
    for target in re.findall(r"`make (\w+)`", text):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target
    parameters = {re.match(r"\$\{(\w+)", entry["value"])[1] for entry in PARAMETERS.values()}
    known = parameters | set(deploy().outputs) | set(settings_of(deploy()))
    known |= {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)[=`]", text)) <= known


def test_every_setting_stands_in_the_readme():
    readme = (INFRA / "README.md").read_text()
    named = {re.match(r"\$\{(\w+)", entry["value"])[1] for entry in PARAMETERS.values()}
    own = {"AZURE_ENV_NAME", "AZURE_LOCATION", "BUDGET_START_DATE"}
    assert {name for name in named - own if f"`{name}`" not in readme} == set()


def test_roles_a_workflow_may_give_are_those_of_the_template(deployed):
    condition = (INFRA / "roles.condition").read_text()
    given = {
        r.body["properties"]["roleDefinitionId"].rpartition("/")[2]
        for r in deployed.all("Microsoft.Authorization/roleAssignments")
    }
    assert set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", condition)) == given
    assert condition.count("(") == condition.count(")")
