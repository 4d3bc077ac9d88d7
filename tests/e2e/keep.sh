#!/usr/bin/env bash
# Puts the output of a run into the page that keeps the last one, between its fences.
#
#   keep.sh OUTPUT PAGE
set -euo pipefail
output=$1 page=$2
{
  sed '/^```text$/q' "$page"
  echo "$(uname -m), $(nproc) cores, $(awk '/^MemTotal/ { print int($2 / 1048576) }' /proc/meminfo) GiB, kernel $(uname -r), $(. /etc/os-release && echo "$PRETTY_NAME"); commit $(git rev-parse --short HEAD)"
  cat "$output"
  echo '```'
} >"$page.new"
mv "$page.new" "$page"
