# Read by setup.sh and browser.sh: installs a package of Debian or Ubuntu, as root.

as_root() {
  if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi
}

apt() { as_root DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -o DPkg::Lock::Timeout=120 "$@"; }

# `install` waits for another apt-get by itself; `update` has no option for that.
apt_update() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    said=$(apt update 2>&1) && return
    case $said in *"Could not get lock"*) ;; *) break ;; esac
    say "waiting for another apt-get"
    sleep 10
  done
  echo "$said" >&2
  return 1
}

apt_install() {
  command -v apt-get >/dev/null || return 1
  say "installing $1 with apt-get"
  apt_update && apt install -y --no-install-recommends "$1" >&2
}
