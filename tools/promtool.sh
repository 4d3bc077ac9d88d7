#!/usr/bin/env bash
# promtool, which reads alert rules, expressions and metrics as Prometheus does: the one on PATH, or that of Debian's or Ubuntu's
# package `prometheus`, which apt fetches and checks into a folder outside the repository, once. Nothing is installed, so no server
# starts, and no root is needed. Standard output is one line: its path.
#
#   MAILWARD_PROMTOOL   a promtool (of Prometheus 2.42 or newer) to use instead
#   MAILWARD_CACHE      where to keep it (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
set -euo pipefail

dir=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}/promtool

say() { printf '%s\n' "promtool: $*" >&2; }
give_up() { say "$*: install promtool of Prometheus 2.42 or newer, or name one in MAILWARD_PROMTOOL"; exit 1; }

# apt with the machine's sources and lists of its own: on a fresh machine there are none, and only root may fetch those.
private_apt() {
  (cd "$new" && apt-get -qq -o Dir::State="$new/apt" -o Dir::Cache="$new/apt" -o APT::Sandbox::User=root \
    -o Acquire::Languages=none "$@" >&2)
}

fetch() {
  command -v apt-get >/dev/null || give_up "no apt-get here"
  mkdir -p "$new/apt/lists/partial" "$new/apt/archives/partial"
  private_apt update
  private_apt download prometheus
  dpkg-deb --fsys-tarfile "$new"/prometheus_*.deb | tar -x -C "$new" ./usr/bin/promtool
  local says
  says=$("$new/usr/bin/promtool" --version 2>&1) || give_up "what was fetched does not start: $says"
}

if [ -n "${MAILWARD_PROMTOOL:-}" ]; then
  echo "$MAILWARD_PROMTOOL"
  exit
fi
if command -v promtool; then
  exit
fi
if [ ! -x "$dir/promtool" ]; then
  mkdir -p "$dir"
  # A second caller waits for the first instead of fetching the same again.
  if command -v flock >/dev/null; then
    exec 9>"$dir/.lock"
    flock 9
  fi
fi
if [ ! -x "$dir/promtool" ]; then
  say "fetching the package prometheus: half a minute, the first time only"
  new=$dir/.new.$$
  trap 'rm -rf "$new"' EXIT
  fetch
  # What is there is always whole.
  mv "$new/usr/bin/promtool" "$dir/promtool"
fi
echo "$dir/promtool"
