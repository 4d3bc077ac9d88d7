#!/usr/bin/env bash
# Packs a root folder as an OCI image archive, without a container engine. The same root gives the same bytes.
#
#   oci.sh ROOT ARCHITECTURE REFERENCE ARCHIVE [PROGRAM]     ARCHITECTURE: amd64 or arm64; REFERENCE: localhost/mailward:0.1.0;
#                                                            PROGRAM: what in ROOT is run (default: mailward)
#
#   SOURCE_DATE_EPOCH  the time of every file and of the image (default: 0)
#   MAILWARD_COMMIT    the commit, for the label
#   GZIP_LEVEL         1 for speed, 9 for size                   (default: 9)
set -euo pipefail

root=$1 architecture=$2 reference=$3 archive=$4 program=${5:-mailward}
epoch=${SOURCE_DATE_EPOCH:-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
blobs=$work/image/blobs/sha256
mkdir -p "$blobs"

digest_of() { sha256sum "$1" | cut -d' ' -f1; }
size_of() { wc -c <"$1" | tr -d ' '; }

pack() { # pack FOLDER TAR: nobody's files, in one order, at one time
  tar --create --file="$2" --directory="$1" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --format=ustar .
}

keep() { # keep FILE: moves it among the blobs and prints its digest
  local digest
  digest=$(digest_of "$1")
  mv "$1" "$blobs/$digest"
  echo "$digest"
}

descriptor() { # descriptor TYPE DIGEST [MORE]
  printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s%s}' "$1" "$2" "$(size_of "$blobs/$2")" "${3:-}"
}

pack "$root" "$work/layer"
uncompressed=$(digest_of "$work/layer")
gzip "-${GZIP_LEVEL:-9}" --no-name "$work/layer"
layer=$(keep "$work/layer.gz")

# Who runs it is a number, so that runAsNonRoot can be checked before it starts.
cat >"$work/config" <<EOF
{"created":"$(date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ)","architecture":"$architecture","os":"linux","config":{"User":"65532:65532","Entrypoint":["/$program"],"WorkingDir":"/","Labels":{"org.opencontainers.image.title":"$program","org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.version":"${reference##*:}","org.opencontainers.image.revision":"${MAILWARD_COMMIT:-unknown}"}},"rootfs":{"type":"layers","diff_ids":["sha256:$uncompressed"]}}
EOF
config=$(keep "$work/config")

printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}\n' \
  "$(descriptor config.v1+json "$config")" "$(descriptor layer.v1.tar+gzip "$layer")" >"$work/manifest"
manifest=$(keep "$work/manifest")

names=$(printf ',"platform":{"architecture":"%s","os":"linux"},"annotations":{"org.opencontainers.image.ref.name":"%s","io.containerd.image.name":"%s"}' \
  "$architecture" "${reference##*:}" "$reference")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}\n' \
  "$(descriptor manifest.v1+json "$manifest" "$names")" >"$work/image/index.json"
printf '{"imageLayoutVersion":"1.0.0"}\n' >"$work/image/oci-layout"

mkdir -p "$(dirname "$archive")"
pack "$work/image" "$archive"
