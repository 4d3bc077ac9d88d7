#!/usr/bin/env bash
# The program with each provider alone, and with none that writes: each builds without a warning.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check() {
  echo "features: $*"
  cargo clippy --quiet --package mailward --lib --bins "$@" -- --deny warnings
}

check --no-default-features
for provider in $(sed -n 's/^default = \[\(.*\)\]/\1/p' Cargo.toml | tr -d '",'); do
  check --no-default-features --features "$provider"
done
