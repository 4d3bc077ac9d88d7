#!/usr/bin/env bash
# A PowerDNS that adds and removes single values (4.9.12 or newer), for the tests: that of Debian 13 with its libraries, which apt
# fetches and checks into a folder outside the repository, once. Nothing is installed and no root is needed.
# Standard output is one line: the path of a program that starts it.
#
#   MAILWARD_PDNS   a pdns_server of yours instead, where there is no apt
#   MAILWARD_CACHE  where to keep it (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
set -euo pipefail

release=trixie # It has 4.9 for as long as it lives, the first number of all that know EXTEND and PRUNE.
dir=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}/pdns-$release
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '%s\n' "newer-pdns: $*" >&2; }
give_up() { say "$*: name a pdns_server of 4.9.12, 5.0.2 or newer in MAILWARD_PDNS"; exit 1; }

# apt with sources, lists and a status of its own: to it nothing is installed, so every library comes along.
private_apt() {
  apt-get -qq -o Dir::Etc::SourceList="$new/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null -o Dir::State="$new/apt" \
    -o Dir::State::Status="$new/apt/status" -o Dir::Cache="$new/apt" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@" >&2
}

fetch() {
  command -v apt-get >/dev/null || give_up "no apt-get here"
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | awk '/\/debian\/$/ && !mirror { mirror = $0 } END { print mirror }')
  [ -n "$mirror" ] || give_up "apt knows no mirror of Debian"
  [ -e "$keyring" ] || give_up "$keyring is missing"
  mkdir -p "$new/apt/lists/partial" "$new/apt/archives/partial"
  : >"$new/apt/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$release" >"$new/sources.list"
  private_apt update
  private_apt install --download-only --no-install-recommends --yes pdns-server pdns-backend-sqlite3
  for package in "$new"/apt/archives/*.deb; do
    dpkg-deb --extract "$package" "$new"
  done
  rm -rf "$new/apt"
}

# The libraries of this machine are older, so it runs with its own, loader included.
write_launcher() {
  local libraries
  libraries=$(cd "$new" && echo usr/lib/*-linux-gnu)
  cat >"$new/pdns_server" <<END
#!/bin/sh
here=\$(dirname "\$0")
libraries=\$here/$libraries
exec "\$libraries"/ld-linux-*.so.* --library-path "\$libraries" "\$here/usr/sbin/pdns_server" --module-dir="\$libraries/pdns" "\$@"
END
  chmod +x "$new/pdns_server"
  # Not into a pipe that closes at the first line: who writes the second one would fail.
  local says
  says=$("$new/pdns_server" --version 2>&1) || true
  case $says in
    *'PowerDNS Authoritative Server'*) ;;
    *) give_up "what was fetched does not start: $says" ;;
  esac
}

if [ -n "${MAILWARD_PDNS:-}" ]; then
  echo "$MAILWARD_PDNS"
  exit
fi
if [ ! -x "$dir/pdns_server" ]; then
  mkdir -p "$(dirname "$dir")"
  # A second caller waits for the first instead of fetching the same again.
  if command -v flock >/dev/null; then
    exec 9>"$dir.lock"
    flock 9
  fi
fi
if [ ! -x "$dir/pdns_server" ]; then
  say "fetching PowerDNS of Debian $release: half a minute, the first time only"
  new=$dir.$$
  trap 'rm -rf "$new"' EXIT
  fetch
  write_launcher
  # What is there is always whole.
  rm -rf "$dir"
  mv "$new" "$dir"
fi
echo "$dir/pdns_server"
