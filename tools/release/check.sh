#!/usr/bin/env bash
# Whether a tag may become a release: check.sh TAG. The tag, the workspace's version, the chart's two, a section of the change log and
# the objects that it can store must agree; what does not is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=${1#v}
wrong=0
same() {
  [ "$2" = "$version" ] || { echo "check.sh: $1 says ${2:-nothing}, the tag says $version" >&2; wrong=1; }
}
same Cargo.toml "$(awk -F'"' '/^version = / { print $2; exit }' Cargo.toml)"
same "charts/mailward/Chart.yaml, version," "$(awk '/^version:/ { print $2 }' charts/mailward/Chart.yaml)"
same "charts/mailward/Chart.yaml, appVersion," "$(awk '/^appVersion:/ { gsub(/"/, "", $2); print $2 }' charts/mailward/Chart.yaml)"
[ -d "tests/stored/v$version" ] || { echo "check.sh: tests/stored/v$version is missing: what this release stores" >&2; wrong=1; }
tools/release/notes.sh "$version" >/dev/null || wrong=1
exit "$wrong"
