#!/usr/bin/env bash
# Builds a program from the Go module in a folder, once, into a cache outside the repository, and prints its path.
# For the build scripts beside those modules; everything but the path is said on standard error.
#
#   go-program.sh NAME VERSION FOLDER PACKAGE LINKER-FLAGS HINT
#
#   MAILWARD_CACHE  where to keep it (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
set -euo pipefail

name=$1 version=$2 folder=$3 package=$4 flags=$5 hint=$6
dir=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}/$name-$version
program=$dir/$name

say() { printf '%s\n' "$*" >&2; }

if [ ! -x "$program" ]; then
  if ! command -v go >/dev/null; then
    say "cannot build $name: Go is not installed. Install Go 1.26 or newer (https://go.dev/dl)$hint."
    exit 1
  fi
  mkdir -p "$dir"
  trap 'rm -f "$dir"/."$name"."$$"' EXIT
  # A second caller waits for the first instead of compiling the same again.
  if command -v flock >/dev/null; then
    exec 9>"$dir/.lock"
    flock 9
  fi
fi
if [ ! -x "$program" ]; then
  say "building $name $version: a minute or some, the first time only"
  started=$SECONDS
  # Built under another name and renamed, so that what is there is always whole.
  (cd "$folder" && CGO_ENABLED=0 GOWORK=off go build -mod=readonly -trimpath -ldflags "-s -w $flags" -o "$dir/.$name.$$" "$package")
  mv "$dir/.$name.$$" "$program"
  say "built $name in $((SECONDS - started)) s"
fi
echo "$program"
