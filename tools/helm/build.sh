#!/usr/bin/env bash
# Builds the pinned helm from the Go module beside this file, once, into a cache outside the repository.
# Standard output is one line: the path of helm. Everything else is said on standard error.
#
#   MAILWARD_CACHE  where to keep it (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
#   MAILWARD_HELM   a helm (3.17 or newer) to use instead of building one
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}
module=helm.sh/helm/v4

say() { printf '%s\n' "$*" >&2; }

if [ -n "${MAILWARD_HELM:-}" ]; then
  echo "$MAILWARD_HELM"
  exit 0
fi

version=$(awk -v m="$module" '$1 == m { print substr($2, 2); exit }' "$here/go.mod")
dir=$cache/helm-$version
program=$dir/helm

# A module build calls itself by its major version only.
compile() {
  local flags="-s -w -X $module/internal/version.version=v$version"
  (cd "$here" && CGO_ENABLED=0 GOWORK=off go build -mod=readonly -trimpath -ldflags "$flags" -o "$1" "$module/cmd/helm")
}

if [ ! -x "$program" ]; then
  if ! command -v go >/dev/null; then
    say "cannot build helm: Go is not installed. Install Go 1.26 or newer (https://go.dev/dl), or set MAILWARD_HELM."
    exit 1
  fi
  mkdir -p "$dir"
  trap 'rm -f "$dir"/.helm."$$"' EXIT
  # A second caller waits for the first instead of compiling the same again.
  if command -v flock >/dev/null; then
    exec 9>"$dir/.lock"
    flock 9
  fi
fi
if [ ! -x "$program" ]; then
  say "building helm $version: about a minute after the control plane, the first time only"
  started=$SECONDS
  # Built under another name and renamed, so that what is there is always whole.
  compile "$dir/.helm.$$"
  mv "$dir/.helm.$$" "$program"
  say "built helm in $((SECONDS - started)) s"
fi
echo "$program"
