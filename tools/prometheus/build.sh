#!/usr/bin/env bash
# Builds the checker of alert rules from the Go module beside this file, once. Standard output is one line: its path.
#
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(awk '$1 == "github.com/prometheus/prometheus" { print substr($2, 2); exit }' "$here/go.mod")
# Our own few lines count as well: changed ones are built anew.
version=$version-$(cksum <"$here/main.go" | cut -d' ' -f1)
exec "$here/../go-program.sh" prometheus-rules "$version" "$here" . "" ""
