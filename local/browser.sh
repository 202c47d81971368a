#!/bin/sh
# Prints the path of a browser for the tests, chromium or firefox, and installs one where there is none.
# CHROMIUM and FIREFOX override the search.
set -eu
cd "$(dirname "$0")/.."
browser=${1:-chromium}

say() { echo "browser: $*" >&2; }
. local/apt.sh

# On Ubuntu a chromium-browser or firefox may be there that only tells to install a snap; it fails here.
# Firefox as a snap does not see the profile that a test gives it.
works() {
  path=$(command -v "$1") && "$1" --version >/dev/null 2>&1 &&
    { [ "$browser" != firefox ] || ! grep -qs /snap/bin/ "$path"; }
}

first_that_works() {
  for candidate; do
    if [ -n "$candidate" ] && works "$candidate"; then echo "$path"; return; fi
  done
  return 1
}

# The headless shell first: it draws no window around the page, and needs a third of the time.
find_chromium() {
  first_that_works "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome \
    google-chrome-stable "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" || first_that_works "$(bundled)"
}

find_firefox() {
  first_that_works "${FIREFOX:-}" firefox-esr firefox /Applications/Firefox.app/Contents/MacOS/firefox
}

# Where Playwright puts a Chromium of its own.
bundled() {
  .venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)' 2>/dev/null || true
}

with_playwright() {
  say "installing chromium with Playwright"
  .venv/bin/python -m playwright install chromium >&2
}

if [ "$browser" = firefox ]; then
  find_firefox && exit
  { apt_install firefox-esr && find_firefox; } && exit
  say "no Firefox could be installed, so its tests are skipped; to run them: FIREFOX=/path/to/firefox make test"
else
  find_chromium && exit
  { apt_install chromium-headless-shell && find_chromium; } && exit
  { apt_install chromium && find_chromium; } && exit
  { with_playwright && find_chromium; } && exit
  say "no Chromium could be installed; install one, or name it: CHROMIUM=/path/to/chrome make test"
fi
exit 1
