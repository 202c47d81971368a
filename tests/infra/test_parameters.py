"""The parameters: what azd hands over for each stage is what the template takes."""

import re

import pytest

from tests.bicep import BicepError, environment
from tests.on_paper import INFRA, MAIN, PARAMETERS, deploy


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
