#!/usr/bin/env bash
# Prints the folder of the definitions, standard channel, that the pinned Gateway API ships.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(GOWORK=off GOFLAGS=-mod=mod go mod download -json sigs.k8s.io/gateway-api | awk -F '"' '$2 == "Dir" { print $4 }')
echo "$folder/config/crd/standard"
