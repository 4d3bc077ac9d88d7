#!/usr/bin/env bash
# What each provider adds to the program: crates, and octets of a release build with that provider alone. Prints the rows of the table in
# docs/adr/0023. Builds the program once for each provider, with the profile that is released: an hour on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

row() {
  local name=$1 program crates
  shift
  program=$(cargo build --quiet --release --bin mailward --message-format json "$@" | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
  crates=$(cargo tree --edges normal,build --prefix none --no-dedupe "$@" | awk '{print $1, $2}' | sort -u | wc -l)
  printf '| %s | %d | %.1f MiB |\n' "$name" "$crates" "$(stat --format %s "$program" | awk '{print $1 / 1048576}')"
}

row 'none' --no-default-features
for provider in $(sed -n 's/^default = \[\(.*\)\]/\1/p' Cargo.toml | tr -d '",'); do
  row "\`$provider\` alone" --no-default-features --features "$provider"
done
row 'all (default)'
