"""Who may read the API's answers: the site and nobody else."""

import pytest

from tests import deployment
from tests.deployment import RIGHT, in_front_of

models, smoke, sound = deployment.models, deployment.smoke, deployment.sound


def test_missing_cors_fails_and_names_the_origin(smoke, models, tmp_path):
    with deployment.deployment(tmp_path, models[RIGHT], allowed="https://other.example") as (api, site):
        status, failures, lines = smoke(api, "--site", site)
    assert status == 1
    (failure,) = failures
    assert f"CORS: the preflight from {site}" in failure
    assert any("cors.allowedOrigins" in line for line in lines)


@pytest.mark.parametrize("allowed", ["*", "https://stranger.example"])
def test_cors_for_strangers_fails(smoke, sound, allowed):
    def change(method, path, status, headers, body):
        return status, headers | {"access-control-allow-origin": allowed}, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert f"any site may call the API ({allowed} is allowed)" in failure
