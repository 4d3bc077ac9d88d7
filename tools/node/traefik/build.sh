#!/usr/bin/env bash
# Builds the pinned Traefik from the Go module beside this file, once. Standard output is one line: its path.
#
# Its ACME library has 180 DNS providers, half of all packages and of no use here: it is built with a copy of that library in which
# no_dns_providers.go.txt stands for them. go.mod and go.sum name no more than that needs.
#
#   MAILWARD_CACHE  see ../../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
traefik=github.com/traefik/traefik/v3 acme=github.com/go-acme/lego/v4
pinned() { awk -v m="$1" '$1 == m { print substr($2, 2); exit }' "$here/go.mod"; }
version=$(pinned "$traefik")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

# Go replaces no single file of a module, only a module.
trim() {
  local source
  source=$(cd "$here" && GOWORK=off go mod download -json "$acme@v$(pinned "$acme")" | awk -F'"' '$2 == "Dir" { print $4 }')
  cp -r --no-preserve=mode "$source" "$work/acme"
  rm -r "$work/acme/providers/dns"
  mkdir "$work/acme/providers/dns"
  cp "$here/no_dns_providers.go.txt" "$work/acme/providers/dns/none.go"
  cp "$here/go.mod" "$here/go.sum" "$work/"
  (cd "$work" && GOWORK=off go mod edit -replace "$acme=$work/acme")
}

if command -v go >/dev/null && [ ! -x "${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}/traefik-$version/traefik" ]; then trim; fi
GOFLAGS="${GOFLAGS:-} -modfile=$work/go.mod" "$here/../../go-program.sh" traefik "$version" "$here" "$traefik/cmd/traefik" \
  "-X $traefik/pkg/version.Version=$version" ""
