#!/usr/bin/env bash
# Packs one program of `build.sh` as an image archive, once: that program and nothing else, called localhost/PROGRAM:e2e.
# Standard output is one line: the archive's path, beside the program's.
#
#   image.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1
program=$("$here/build.sh" "$name")
archive=${program%/*}/image.tar
case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "image.sh: no image is made for $(uname -m)" >&2; exit 1 ;;
esac

if [ ! -e "$archive" ]; then
  root=$(mktemp -d)
  trap 'rm -rf "$root" "$archive.$$"' EXIT
  cp "$program" "$root/$name"
  # Nobody transfers it, so it need not be small.
  GZIP_LEVEL=1 "$here/../image/oci.sh" "$root" "$architecture" "localhost/$name:e2e" "$archive.$$" "$name"
  mv "$archive.$$" "$archive"
fi
echo "$archive"
