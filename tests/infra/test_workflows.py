"""The workflows: what they may do, what they run, that their scripts work. `make audit` adds actionlint and zizmor."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

from tests.bicep import environment
from tests.servers import ROOT

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
# GitHub's and Azure's own actions, by commit, since whoever can move a tag could change what is built; nobody else's.
TRUSTED = re.compile(r"(actions|github|Azure)/[\w-]+(/[\w-]+)?@[0-9a-f]{40}")


def load(path):
    document = yaml.safe_load(path.read_text())
    # YAML 1.1 reads the key `on` as true.
    document["on"] = document.pop(True)
    return document


WORKFLOWS = {path.stem: load(path) for path in FILES}
JOBS = [(workflow, name, job) for workflow, document in WORKFLOWS.items() for name, job in document["jobs"].items()]
STEPS = [(f"{workflow}.{name}", step) for workflow, name, job in JOBS for step in job.get("steps", [])]
RUNS = [(job, step["run"]) for job, step in STEPS if "run" in step]
DEPLOY = {step.get("name", step.get("uses")): step for job, step in STEPS if job == "deploy-environment.deploy"}


def test_workflows_are_those_of_the_documents():
    assert set(WORKFLOWS) == {"codeql", "deploy", "deploy-environment", "preview", "release", "test"}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_workflow_may_do_nothing_until_a_job_says_so(name):
    assert WORKFLOWS[name]["permissions"] == {}


@pytest.mark.parametrize(("workflow", "name", "job"), JOBS, ids=lambda value: value if isinstance(value, str) else "")
def test_job_says_what_it_may_do_and_for_how_long(workflow, name, job):
    assert job["permissions"]
    assert "write-all" not in str(job["permissions"])
    assert "uses" in job or 0 < job["timeout-minutes"] <= 60


def test_only_deployments_sign_in_to_azure():
    signing = {(workflow, name) for workflow, name, job in JOBS if "id-token" in job["permissions"]}
    deploying = {("deploy", "dev"), ("deploy", "prod"), ("deploy-environment", "deploy"), ("preview", "preview")}
    # A release signs with it, and has no environment that Azure knows.
    assert signing == deploying | {("release", "release")}
    assert "environment" not in WORKFLOWS["release"]["jobs"]["release"]


def test_nothing_a_pull_request_starts_may_write():
    for name, document in WORKFLOWS.items():
        if "pull_request" in document["on"] and name != "preview":
            rights = {right for job in document["jobs"].values() for right in job["permissions"].items()}
            assert rights <= {("contents", "read"), ("security-events", "write")}
    assert not any("pull_request_target" in document["on"] for document in WORKFLOWS.values())


def test_preview_signs_in_as_nobody_else_does_and_changes_nothing():
    job = WORKFLOWS["preview"]["jobs"]["preview"]
    assert job["environment"] == "preview"
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert "head.repo.full_name == github.repository" in job["if"]
    calls = re.findall(r"azd (provision|deploy|up|down)\b(.*)", job["steps"][-1]["run"])
    assert [(command, "--preview" in options) for command, options in calls] == [("provision", True)]


def test_no_secret_is_kept_anywhere():
    for path in FILES:
        assert not re.search(r"secrets\.|client-secret|AZURE_CREDENTIALS|publish-profile", path.read_text()), path.name


def test_actions_are_trusted_ones_or_files_of_this_folder():
    used = [step["uses"] for _, step in STEPS if "uses" in step] + [job["uses"] for _, _, job in JOBS if "uses" in job]
    for name in used:
        assert TRUSTED.fullmatch(name) or (ROOT / name).is_file(), name


def test_checkout_leaves_no_token_behind():
    checkouts = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) >= 5
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_expression_is_pasted_into_a_script():
    """An expression in a script is code injection; an environment variable is a value."""
    assert not [(job, run) for job, run in RUNS if "${{" in run]


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {target for _, run in RUNS for target in re.findall(r"\bmake ([a-z]+)", run)}
    assert called == {"test", "audit", "package"}
    assert called <= targets


def test_pull_request_is_tested_and_so_is_every_deployment():
    assert "pull_request" in WORKFLOWS["test"]["on"]
    jobs = WORKFLOWS["deploy"]["jobs"]
    assert WORKFLOWS["deploy"]["on"]["push"] == {"branches": ["main"]}
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert jobs["dev"]["needs"] == "test"
    assert jobs["prod"]["needs"] == "dev"


def test_each_stage_has_its_sizes_and_its_environment():
    stages = [job["with"]["stage"] for job in WORKFLOWS["deploy"]["jobs"].values() if "with" in job]
    assert stages == ["dev", "prod"]
    assert all((ROOT / "infra" / f"{stage}.env").is_file() for stage in stages)
    assert WORKFLOWS["deploy-environment"]["jobs"]["deploy"]["environment"] == "${{ inputs.stage }}"


def test_two_deployments_never_run_at_once():
    assert WORKFLOWS["deploy"]["concurrency"] == {"group": "deploy", "cancel-in-progress": False}


def test_deployed_package_is_the_tested_one():
    uploads = [step["with"] for _, step in STEPS if "upload-artifact" in step.get("uses", "")]
    (release,) = [upload for upload in uploads if upload["name"] == "release"]
    assert release["path"].split() == ["dist/api.zip", "predict/model.onnx", "static_site"]
    assert release["if-no-files-found"] == "error"
    downloads = [step["with"]["name"] for job, step in STEPS if "download-artifact" in step.get("uses", "")]
    assert downloads == ["release", "release", "sbom"]
    assert {upload["name"] for upload in uploads} == set(downloads)


RELEASE = {step.get("name", step.get("uses")): step for job, step in STEPS if job == "release.release"}


@pytest.mark.parametrize(("tag", "status"), [("right", 0), ("v0.9.9", 1)])
def test_release_has_the_version_s_tag_and_the_changelog_s_words(run_step, tag, status):
    """The version stands in pyproject.toml; what must repeat it is held against it."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert yaml.safe_load((ROOT / "azure.yaml").read_text())["metadata"]["template"].endswith(f"@{version}")
    for name in ("pyproject.toml", "CHANGELOG.md"):
        (run_step.work / name).write_text((ROOT / name).read_text())
    step = RELEASE["Compare the tag with the version, and take the changelog's words"]
    tag = f"v{version}" if tag == "right" else tag
    done, _ = run_step(step | {"run": f"GITHUB_REF_NAME={tag}\n{step['run']}"})
    assert done.returncode == status, done.stderr
    if status == 0:
        notes = (run_step.work / "notes.md").read_text()
        assert "- `POST /api/predict`" in notes
        assert "## " not in notes


def test_role_race_is_tried_again_and_other_failures_are_not():
    script = DEPLOY["Deploy the API"]["run"]
    assert "--from-package dist/api.zip" in script
    assert re.search(r"for attempt in 1 2 3", script)
    assert re.search(r"grep -qE '.*403.*' deploy\.log \|\| exit 1", script)
    # Without pipefail, tee would hide the failure.
    assert DEPLOY["Deploy the API"]["shell"] == "bash"


@pytest.fixture
def run_step(tmp_path):
    """Run a step's script as the runner does, with programs that write down how they were called."""
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    work = tmp_path / "work"
    work.mkdir()

    def program(name, script):
        path = programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {calls}\n{script}\n')
        path.chmod(0o755)

    def run(step, **scripts):
        for name, script in scripts.items():
            program(name, script)
        done = subprocess.run(
            [
                "bash",
                "--noprofile",
                "--norc",
                "-e",
                *(["-o", "pipefail"] if "shell" in step else []),
                "-c",
                step["run"],
            ],
            cwd=work,
            env={"PATH": f"{programs}:/usr/bin:/bin", "GITHUB_REPOSITORY": "o/r"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done, calls.read_text().splitlines() if calls.exists() else []

    run.work = work
    return run


def test_refused_deployment_is_tried_again_after_a_minute(run_step):
    azd = "[ -e tried ] && exit 0; touch tried; echo 'ERROR: 403 Forbidden'; exit 1"
    done, calls = run_step(DEPLOY["Deploy the API"], azd=azd, sleep="")
    assert done.returncode == 0, done.stderr
    deploy = "azd deploy api --from-package dist/api.zip --no-prompt"
    assert calls == [deploy, "sleep 60", deploy]


def test_deployment_that_is_always_refused_fails_in_the_end(run_step):
    done, calls = run_step(DEPLOY["Deploy the API"], azd="echo 'AuthorizationFailed'; exit 1", sleep="")
    assert done.returncode == 1
    assert sum(call.startswith("azd") for call in calls) == 3


def test_failed_smoke_test_is_not_tried_again(run_step):
    done, calls = run_step(DEPLOY["Deploy the API"], azd="echo 'The deployment does not work'; exit 1", sleep="")
    assert done.returncode == 1
    assert len(calls) == 1


def test_first_release_has_nothing_to_go_back_to_and_says_so(run_step):
    done, _ = run_step(DEPLOY["Find the last release that worked"], gh="")
    assert done.returncode == 1
    assert "there is nothing to go back to" in done.stdout


def test_going_back_deploys_the_previous_release(run_step):
    gh = "[ $2 = list ] && echo 42 && exit 0; mkdir -p previous/dist previous/static_site previous/predict; " + (
        "echo old > previous/dist/api.zip; echo old > previous/static_site/index.html"
    )
    done, calls = run_step(DEPLOY["Find the last release that worked"], gh=gh)
    assert done.returncode == 0, done.stderr
    assert calls[-1] == "gh run download 42 --repo o/r --name release --dir previous"
    for name in ("dist/api.zip", "static_site/index.html", "static_site/new.html"):
        (run_step.work / name).parent.mkdir(exist_ok=True)
        (run_step.work / name).write_text("new")
    done, calls = run_step(DEPLOY["Go back to it"], azd="cat dist/api.zip static_site/index.html")
    assert done.returncode == 0, done.stderr
    assert calls[-2:] == ["azd deploy api --from-package dist/api.zip --no-prompt", "azd deploy web --no-prompt"]
    assert done.stdout.split()[:2] == ["old", "old"]
    assert not (run_step.work / "static_site" / "new.html").exists()


def test_sizes_of_a_stage_are_set_one_by_one(run_step):
    script = DEPLOY["Choose the environment and its sizes"]
    (run_step.work / "infra").mkdir()
    (run_step.work / "infra" / "prod.env").write_text((ROOT / "infra" / "prod.env").read_text())
    script = script | {"run": f"STAGE=prod\n{script['run']}"}
    done, calls = run_step(script, azd="[ $2 = refresh ] && exit 1; exit 0")
    assert done.returncode == 0, done.stderr
    expected = [f"azd env set {name} {value}" for name, value in environment(ROOT / "infra" / "prod.env").items()]
    assert [call for call in calls if call.startswith("azd env set") and "ALERT_EMAIL" not in call] == expected
    assert "Nothing is deployed yet" in done.stdout


def test_failed_smoke_test_brings_the_last_good_release_back():
    azure = yaml.safe_load((ROOT / "azure.yaml").read_text())
    for service in azure["services"].values():
        assert "-m smoke" in service["hooks"]["postdeploy"]["posix"]["run"]
    names = list(DEPLOY)
    assert (
        names.index("Deploy the site") < names.index("Find the last release that worked") < names.index("Go back to it")
    )
    for name in ("Find the last release that worked", "Go back to it"):
        assert DEPLOY[name]["if"].startswith("failure() && (steps.api.conclusion == 'failure'")
    script = DEPLOY["Go back to it"]["run"]
    assert re.search(r"cp -R previous/\. \.\n.*azd deploy api --from-package dist/api\.zip.*\n.*azd deploy web", script)


def test_versions_of_dependencies_and_actions_are_kept_fresh():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"uv", "github-actions"}


def test_tools_of_the_audit_are_pinned():
    script = (ROOT / "infra" / "audit.sh").read_text()
    tools = re.findall(r"(?:^\s*|\()tool (?:--from )?(\w\S+)", script, re.MULTILINE)
    assert len(tools) >= 5
    assert all(re.fullmatch(r"[\w-]+(@|==)\d+(\.\d+)+", tool) for tool in tools), tools


def test_an_audit_of_packages_that_nobody_could_look_up_fails():
    (call,) = re.findall(r"^\s*tool pip-audit.*$", (ROOT / "infra" / "audit.sh").read_text(), re.MULTILINE)
    assert "--strict" in call.split()


CHECKOV = "Passed checks: 3, Failed checks: 0"


@pytest.mark.parametrize(
    "script",
    ["exit 1", f"echo '{CHECKOV}, Parsing errors: 1'", "exit 0", "echo 'Passed checks: 0, Failed checks: 0'"],
    ids=["failing", "unread", "silent", "nothing"],
)
def test_an_audit_of_files_that_are_not_read_fails(tmp_path, script):
    done = run_audit(tmp_path, script)
    assert done.returncode == 1
    assert "Workflows" not in done.stdout


@pytest.mark.parametrize(("components", "status"), [('"purl": "pkg:a"', 0), ("", 1)], ids=["one", "none"])
def test_a_bill_of_materials_without_any_fails(tmp_path, components, status):
    bill = f"echo '{components}' >dist/sbom.cdx.json"
    done = run_audit(tmp_path, f"case $* in *checkov*) echo '{CHECKOV}';; *cyclonedx*) {bill};; esac")
    assert done.returncode == status, done.stderr
    assert ("AUDIT_ONLINE=1" in done.stdout) == (status == 0)


def run_audit(folder, uv_script):
    """Run the audit of a folder of its own, where Python is content with everything."""
    for name in ("infra", "local", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "infra" / "audit.sh", folder / "infra")
    (folder / "local" / "browser.sh").touch()
    (folder / ".venv" / "bin" / "python").symlink_to(shutil.which("true"))
    uv = folder / "uv"
    uv.write_text(f"#!/bin/sh\n{uv_script}\n")
    uv.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "AUDIT_ONLINE"} | {"UV": str(uv)}
    audit = ["sh", folder / "infra" / "audit.sh"]
    return subprocess.run(audit, env=environment, capture_output=True, text=True, check=False)
