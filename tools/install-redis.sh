#!/usr/bin/env bash
# Redis for the tests with Argo CD, from Debian's packages. The package starts no server that we use: each test runs its own on loopback.
set -euo pipefail
command -v apt-get >/dev/null || { echo "install-redis: no apt-get here: install Redis (redis-server) yourself" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
echo "installing Redis (redis-server)"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends redis-server >/dev/null
command -v redis-server
