#!/usr/bin/env bash
# Builds the static program and lays out the image's root with it; then, unless only the root is asked for, packs the image.
# The last line of standard output is the path of what was made.
#
#   build.sh [--root FOLDER]
#
#   MAILWARD_TARGET    the Rust target              (default: this machine's, with musl); for another architecture zig compiles C,
#                      in a Python environment in the user's cache
#   MAILWARD_COMMIT    what `mailward version` says (default: git's, where this is a checkout)
#   SOURCE_DATE_EPOCH  the time of the image        (default: that of git's commit)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=${MAILWARD_TARGET:-$(uname -m)-unknown-linux-musl}
folder=${CARGO_TARGET_DIR:-target}
export MAILWARD_COMMIT=${MAILWARD_COMMIT:-$(git rev-parse HEAD 2>/dev/null || true)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
version=$(awk -F'"' '/^version = / { print $2; exit }' Cargo.toml)

case $target in
  x86_64-*) architecture=amd64 ;;
  aarch64-*) architecture=arm64 ;;
  *) echo "build.sh: no image is made for $target" >&2; exit 1 ;;
esac
build=build
if [ "${target%%-*}" != "$(uname -m)" ]; then
  python=$(tools/python-environment.sh tools/image/zig zig "cargo-zigbuild and zig")
  PATH=$(dirname "$python"):$PATH
  build=zigbuild
elif [[ $(cc -dumpmachine) != *musl* ]] && ! command -v musl-gcc >/dev/null; then
  echo "build.sh: musl-gcc is missing; on Debian: apt-get install musl-tools" >&2
  exit 1
fi
if command -v rustup >/dev/null; then rustup target add "$target" >&2; fi

# C code of dependencies is compiled for this time as well: one that never changes, or each commit would build them all anew.
SOURCE_DATE_EPOCH=0 cargo "$build" --release --locked --bin mailward --target "$target" >&2
program=$folder/$target/release/mailward

if [ "${1:-}" = --root ]; then
  tools/image/root.sh "$program" "$target" "$2"
  echo "$2"
  exit 0
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tools/image/root.sh "$program" "$target" "$root/root"
archive=$folder/image/mailward-$version-$architecture.tar
tools/image/oci.sh "$root/root" "$architecture" "localhost/mailward:$version" "$archive"
echo "$archive"
