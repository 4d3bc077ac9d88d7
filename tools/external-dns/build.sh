#!/usr/bin/env bash
# Builds a program from the Go module beside this file, once: external-dns' webhook server, or what publishes DNSEndpoints with
# external-dns' own parts. Standard output is one line: its path.
#
#   build.sh webhook|publish
#
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(awk '{ for (i = 1; i < NF; i++) if ($i == "sigs.k8s.io/external-dns") { print substr($(i + 1), 2); exit } }' "$here/go.mod")
# Our own few lines count as well: changed ones are built anew.
version=$version-$(cksum <"$here/$1/main.go" | cut -d' ' -f1)
exec "$here/../go-program.sh" "external-dns-$1" "$version" "$here" "./$1" "" ""
