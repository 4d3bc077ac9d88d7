#!/usr/bin/env bash
# Prints the folder of the definitions that the pinned cert-manager ships.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/cluster"
folder=$(GOWORK=off GOFLAGS=-mod=mod go mod download -json github.com/cert-manager/cert-manager | awk -F '"' '$2 == "Dir" { print $4 }')
echo "$folder/deploy/crds"
