#!/usr/bin/env bash
# Prints the path of the DNSEndpoint definition that the pinned external-dns ships.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(GOWORK=off GOFLAGS=-mod=mod go mod download -json sigs.k8s.io/external-dns | awk -F '"' '$2 == "Dir" { print $4 }')
echo "$folder/config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml"
