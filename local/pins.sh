#!/bin/sh
# Writes both requirements files from pyproject.toml, with hashes; versions that still fit stay.
set -eu
cd "$(dirname "$0")/.."
# The one that setup took.
uv=.uv/bin/uv
[ -x "$uv" ] || uv=uv
compile() { "$uv" pip compile --universal --generate-hashes -q pyproject.toml "$@"; }
compile --group train --group dev -o requirements-dev.txt
compile -c requirements-dev.txt -o requirements.txt
