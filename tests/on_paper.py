"""A deployment on paper: infra/ evaluated for a stage, as azd would hand its values over."""

import json
import re
from pathlib import Path

from tests.bicep import Template, environment

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
MAIN = Template(INFRA / "main.bicep")
PARAMETERS = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
STAGES = ("dev", "prod")
SITE = "https://<defaultHostname of properties of Microsoft.Web/staticSites stapp-abcdefghijklm>"
API = "https://<defaultHostName of properties of Microsoft.Web/sites func-abcdefghijklm>"


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


def app_of(deployed):
    return deployed.one("Microsoft.Web/sites").body["properties"]


def settings_of(deployed):
    return deployed.one("Microsoft.Web/sites/config", "appsettings").body["properties"]
