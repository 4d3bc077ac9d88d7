#!/usr/bin/env bash
# The section of CHANGELOG.md about one version, without its heading: notes.sh VERSION.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
notes=$(awk -v heading="## $1" '/^## / { inside = ($0 == heading || index($0, heading " ") == 1); next } inside' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || { echo "notes.sh: CHANGELOG.md has no section \"## $1\"" >&2; exit 1; }
printf '%s\n' "$notes"
