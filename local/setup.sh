#!/bin/sh
# Makes .venv: Python 3.13 and the packages of requirements-dev.txt, by hash. Does nothing where that is done already.
# Needs uv, or any Python 3 to get uv with.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
stamp=.venv/.synced

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }
. local/apt.sh

# A folder that was moved is set up again: the scripts in .venv/bin name the interpreter by its full path.
state() { pwd; cat requirements-dev.txt; }
if [ -x .venv/bin/python ] && state | cmp -s - "$stamp"; then exit 0; fi

recent() {
  version=$("$1" --version 2>/dev/null) &&
    echo "$version" | awk '{ split($2, v, "."); ok = $1 == "uv" && (v[1] + 0 > 0 || v[2] + 0 >= 8) } END { exit !ok }'
}

# From /, because the .python-version here would make pyenv's python3 look for a 3.13 that may not be installed.
has_venv() { (cd / && python3 -m venv "$root/.uv" >/dev/null 2>&1); }
has_pip() { rm -rf .uv && (cd / && python3 -m pip --version >/dev/null 2>&1); }

# pip of an old Python may be too old for uv's wheel, and then can renew itself.
with_pip() { "$@" 'uv>=0.8' >&2 || { "$@" --upgrade pip >&2 && "$@" 'uv>=0.8' >&2; }; }

install_uv() {
  export PIP_DISABLE_PIP_VERSION_CHECK=1
  if [ -x .uv/bin/python ]; then with_pip .uv/bin/python -m pip install -q && return; fi
  if has_pip; then (cd / && with_pip python3 -m pip install -q --target "$root/.uv") && return; fi
  rm -rf .uv
  return 1
}

find_uv() {
  for candidate in .uv/bin/uv uv; do
    if command -v "$candidate" >/dev/null && recent "$candidate"; then uv=$candidate; return; fi
  done
  command -v python3 >/dev/null || fail "neither uv nor python3 is here; install one of them and run this again."
  say "installing uv into .uv"
  has_venv || has_pip || {
    say "python3 has neither venv nor pip"
    apt_install python3-venv && has_venv
  } || fail "uv could not be installed; install uv, or python3-venv (Debian, Ubuntu), and run this again."
  install_uv || fail "uv could not be fetched, as the lines above say; mend the network, or install uv, and run this again."
  uv=.uv/bin/uv
}

# uv brings its own certificates; behind a company's proxy the system's are the right ones. What the first attempt says
# is of use only where the second fails, too.
online() {
  said=$("$uv" "$@" 2>&1) && return
  say "trying again with the system's certificates"
  UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 "$uv" "$@" >&2 && return
  echo "$said" >&2
  return 1
}

# pyenv's own folders first: its python3.13 on PATH refuses to run where pyenv is not told to use it.
make_venv() {
  for versions in "${PYENV_ROOT:-${HOME:-}/.pyenv}" "$(eval echo "~$(id -un)")/.pyenv"; do
    for python in "$versions"/versions/3.13*/bin/python3.13; do
      if [ -x "$python" ] && "$uv" venv -q --python "$python" .venv >&2; then return; fi
    done
  done
  online venv -q --python 3.13 .venv
}

find_uv
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
  say "making .venv with Python 3.13"
  rm -rf .venv
  make_venv || fail "$uv made no .venv, as the lines above say; install Python 3.13, or another uv, and run this again."
fi
say "installing the packages of requirements-dev.txt"
online pip sync -q --require-hashes --python .venv/bin/python requirements-dev.txt ||
  fail "the packages could not be installed; the lines above say why."
state >"$stamp"
