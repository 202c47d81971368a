"""azd and the documents: what they name exists, and is what the template deploys."""

import re

import pytest
import yaml

from tests.on_paper import INFRA, PARAMETERS, ROOT, STAGES, deploy, settings_of


@pytest.fixture(params=STAGES)
def deployed(request):
    return deploy(request.param)


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


def test_hooks_for_windows_run_in_its_old_powershell_too_and_fail_where_a_command_fails():
    """PowerShell 5, which azd takes where there is no pwsh, has no `&&`."""
    for script in re.findall(r"shell: pwsh\n\s+run: (.*)", (ROOT / "azure.yaml").read_text()):
        assert "&&" not in script
        assert script.count("python -m") <= script.count("$LASTEXITCODE"), script


def test_azd_up_provisions_and_then_deploys_the_built_package():
    document = yaml.safe_load((ROOT / "azure.yaml").read_text())
    steps = [step["azd"] for step in document["workflows"]["up"]["steps"]]
    assert steps == ["provision", "deploy api --from-package dist/api.zip", "deploy web"]
    assert document["services"]["api"]["remoteBuild"] is False
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", document["name"])


def test_hooks_read_only_what_the_deployment_puts_out():
    variables = set(re.findall(r"\$(?:env:)?([A-Z_]{3,})\b", (ROOT / "azure.yaml").read_text()))
    # PowerShell's own.
    variables.discard("LASTEXITCODE")
    assert variables == {"API_URL", "SITE_URL", "BULK_AUTH_LEVEL"}
    assert variables <= set(deploy().outputs)


def test_each_service_of_azd_finds_its_resource(deployed):
    services = yaml.safe_load((ROOT / "azure.yaml").read_text())["services"]
    tags = [r.body["tags"].get("azd-service-name") for r in deployed.resources if "tags" in r.body]
    assert sorted(tag for tag in tags if tag) == sorted(services)


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
    known |= {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID", "AZURE_PREVIEW"}
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)[=`]", text)) <= known


def test_every_setting_stands_in_the_readme():
    readme = (INFRA / "README.md").read_text()
    named = {re.match(r"\$\{(\w+)", entry["value"])[1] for entry in PARAMETERS.values()}
    own = {"AZURE_ENV_NAME", "AZURE_LOCATION", "BUDGET_START_DATE"}
    assert {name for name in named - own if f"`{name}`" not in readme} == set()


def test_roles_a_workflow_may_give_are_those_of_the_template():
    condition = (INFRA / "roles.condition").read_text()
    given = {
        r.body["properties"]["roleDefinitionId"].rpartition("/")[2]
        for r in deploy(watch=True, scoreImage="registry.example/jobs@sha256:0").all(
            "Microsoft.Authorization/roleAssignments"
        )
    }
    assert set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", condition)) == given
    assert condition.count("(") == condition.count(")")
