#!/usr/bin/env bash
# Builds the pinned Argo CD from the Go module beside this file, once. Standard output is one line: its path. Each of its
# servers is this program by another name (argocd-repo-server, say).
#
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
module=github.com/argoproj/argo-cd/v3
version=$(awk -v m="$module" '$1 == m && $2 ~ /^v/ { print substr($2, 2); exit }' "$here/go.mod")
exec "$here/../go-program.sh" argocd "$version" "$here" "$module/cmd" \
  "-X $module/common.version=$version" "" "about six minutes on two cores"
