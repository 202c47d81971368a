#!/bin/sh
# Prints the path of a Chromium for the tests, and installs one where there is none. CHROMIUM overrides the search.
set -eu
cd "$(dirname "$0")/.."

say() { echo "browser: $*" >&2; }

# On Ubuntu a chromium-browser may be there that only tells to install a snap; it fails here.
works() { command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1; }

find_browser() {
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "$(bundled)"; do
    if [ -n "$candidate" ] && works "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}

# Where Playwright puts a Chromium of its own.
bundled() {
  .venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)' 2>/dev/null || true
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

with_apt() {
  command -v apt-get >/dev/null || return 1
  say "installing chromium with apt-get"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq >&2 && as_root apt-get install -qq -y --no-install-recommends chromium >&2
}

with_playwright() {
  say "installing chromium with Playwright"
  .venv/bin/python -m playwright install chromium >&2
}

find_browser && exit
{ with_apt && find_browser; } && exit
{ with_playwright && find_browser; } && exit
say "no Chromium could be installed; install one, or name it: CHROMIUM=/path/to/chrome make test"
exit 1
