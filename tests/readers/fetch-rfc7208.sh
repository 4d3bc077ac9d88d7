#!/bin/sh
# Puts the RFC 7208 test suite (openspf, release 2014.04, 203 cases) where the tests of mail-records read it.
#
# The suite travels inside the source distribution of pyspf. It is fetched, never committed, and fetched only once.
# RFC7208_DIR: where it goes, default target/rfc7208 at the root of this repository.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
dir=${RFC7208_DIR:-$root/target/rfc7208}
suite=$dir/rfc7208-tests.yml
version=2.0.14
sha256=901f561a6e2b1c1590a40a61b1ac7601226fd7045a7aae591a4d25421358d6f9

if [ -s "$suite" ] && echo "$sha256  $suite" | sha256sum --check --status; then
    exit 0
fi

mkdir -p "$dir"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# No wheel carries the tests, hence the source distribution.
python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$scratch" "pyspf==$version"
tar -xzf "$scratch/pyspf-$version.tar.gz" -C "$scratch"
cp "$scratch/pyspf-$version/test/rfc7208-tests.yml" "$suite"
echo "$sha256  $suite" | sha256sum --check --quiet
