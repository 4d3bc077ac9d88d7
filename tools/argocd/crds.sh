#!/usr/bin/env bash
# Prints the folder of the definitions that the pinned Argo CD ships: application-crd.yaml, applicationset-crd.yaml, appproject-crd.yaml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(GOWORK=off GOFLAGS=-mod=mod go mod download -json github.com/argoproj/argo-cd/v3 | awk -F '"' '$2 == "Dir" { print $4 }')
echo "$folder/manifests/crds"
