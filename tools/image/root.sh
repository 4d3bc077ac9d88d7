#!/usr/bin/env bash
# Lays out the image's root: the program, the certificates it trusts, the licences and the SBOM. Nothing else is in the image.
# The Dockerfile and oci.sh use the same.
#
#   root.sh PROGRAM TARGET FOLDER     PROGRAM built for TARGET; FOLDER must not exist
#
#   MAILWARD_CA_CERTIFICATES  the PEM file of CA certificates (default: that of Debian and Alpine)
set -euo pipefail

program=$1 target=$2 root=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
certificates=${MAILWARD_CA_CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt}

if [ -e "$root" ]; then
  echo "root.sh: $root is there already" >&2
  exit 1
fi
mkdir -p "$root/etc/ssl/certs" "$root/licenses"
install -m 0755 "$program" "$root/mailward"
install -m 0644 "$certificates" "$root/etc/ssl/certs/ca-certificates.crt"
install -m 0644 "$here/../../LICENSE" "$root/licenses/LICENSE"
"$here/materials.py" "$target" "$root/licenses"
