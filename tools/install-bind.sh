#!/usr/bin/env bash
# BIND for the tests, from Debian's packages. The package starts no server that we use: each test runs its own on loopback.
set -euo pipefail
command -v apt-get >/dev/null || { echo "install-bind: no apt-get here: install BIND 9 (named, dig, nsupdate) yourself" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
echo "installing BIND (bind9, bind9-utils, bind9-dnsutils)"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends bind9 bind9-utils bind9-dnsutils >/dev/null
command -v named
