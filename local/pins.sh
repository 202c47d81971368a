#!/bin/sh
# Writes both requirements files from pyproject.toml, with hashes; versions that still fit stay.
set -eu
cd "$(dirname "$0")/.."
# The uv that setup took.
PATH="$PWD/.uv/bin:$PATH"
compile() { uv pip compile --universal --generate-hashes -q pyproject.toml "$@"; }
compile --group train --group dev -o requirements-dev.txt
compile -c requirements-dev.txt -o requirements.txt
