#!/usr/bin/env bash
# Builds the judge of what GitOps tools are given from the Go module beside this file, once. Standard output is one line: its path.
#
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(awk '$1 == "github.com/fluxcd/cli-utils" { print substr($2, 2); exit }' "$here/go.mod")
# Our own lines count as well: changed ones are built anew.
version=$version-$(cat "$here"/*.go "$here/go.mod" | cksum | cut -d' ' -f1)
exec "$here/../go-program.sh" gitops "$version" "$here" . "" ""
