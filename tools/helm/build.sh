#!/usr/bin/env bash
# Builds the pinned helm from the Go module beside this file, once. Standard output is one line: its path.
#
#   MAILWARD_HELM   a helm (3.17 or newer) to use instead
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ -n "${MAILWARD_HELM:-}" ]; then
  echo "$MAILWARD_HELM"
  exit 0
fi
module=helm.sh/helm/v4
version=$(awk -v m="$module" '$1 == m { print substr($2, 2); exit }' "$here/go.mod")
# A module build calls itself by its major version only.
exec "$here/../go-program.sh" helm "$version" "$here" "$module/cmd/helm" \
  "-X $module/internal/version.version=v$version" ", or set MAILWARD_HELM"
