#!/usr/bin/env bash
# PowerDNS for the tests, from Debian's packages. The package starts no server that we use: each test runs its own on loopback.
set -euo pipefail
command -v apt-get >/dev/null || { echo "install-pdns: no apt-get here: install PowerDNS (pdns_server with its SQLite backend, sqlite3) yourself" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
echo "installing PowerDNS (pdns-server, pdns-backend-sqlite3, sqlite3)"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends pdns-server pdns-backend-sqlite3 sqlite3 >/dev/null
PATH=$PATH:/usr/sbin command -v pdns_server
