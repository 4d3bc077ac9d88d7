#!/usr/bin/env bash
# Builds the pinned etcd, kube-apiserver, kube-controller-manager and kubectl from the Go modules beside this file.
# The programs are kept in a cache outside the repository, in a directory named by version, and built once.
# Standard output is one line: the directory that holds the four. Everything else is said on standard error.
#
#   MAILWARD_CACHE      where to keep them             (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
#   KUBEBUILDER_ASSETS  a directory with kube-apiserver, etcd and kubectl to use instead of building those
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}
programs=(kube-apiserver kube-controller-manager etcd kubectl)

say() { printf '%s\n' "$*" >&2; }

# pinned MODULE FOLDER: the version of MODULE in FOLDER's go.mod, without its "v"
pinned() { awk -v m="$1" '{ sub(/^require /, ""); sub(/^[ \t]+/, "") } $1 == m && $2 ~ /^v/ { print substr($2, 2); exit }' "$here/$2/go.mod"; }

kube=$(pinned k8s.io/kubernetes kubernetes)
etcd=$(pinned go.etcd.io/etcd/server/v3 etcd)
dir=$cache/kube-$kube

version_of() { if [ "$1" = etcd ]; then echo "$etcd"; else echo "$kube"; fi; }

effort_of() {
  case $1 in
    kube-apiserver) echo "about five minutes on two cores, the first time only" ;;
    *) echo "about a minute" ;;
  esac
}

# Without these a module build calls itself v0.0.0-master, and clients refuse or warn.
kube_version_flags() {
  local package=k8s.io/component-base/version rest=${kube#*.}
  echo "-X $package.gitVersion=v$kube -X $package.gitMajor=${kube%%.*} -X $package.gitMinor=${rest%%.*}"
}

# compile PROGRAM OUTPUT
compile() {
  local folder=kubernetes package=k8s.io/kubernetes/cmd/$1 flags="-s -w"
  if [ "$1" = etcd ]; then folder=etcd package=go.etcd.io/etcd/server/v3; else flags="$flags $(kube_version_flags)"; fi
  (cd "$here/$folder" && CGO_ENABLED=0 GOWORK=off go build -mod=readonly -trimpath -ldflags "$flags" -o "$2" "$package")
}

# Built under another name and renamed, so that a program in the directory is always a whole one.
build() { # build PROGRAM NUMBER TOTAL
  [ -x "$dir/$1" ] && return 0
  if ! command -v go >/dev/null; then
    say "cannot build $1: Go is not installed. Install Go 1.26 or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS."
    exit 1
  fi
  say "building $1 $(version_of "$1") ($2 of $3): $(effort_of "$1")"
  local started=$SECONDS
  compile "$1" "$dir/.$1.$$"
  mv "$dir/.$1.$$" "$dir/$1"
  say "built $1 in $((SECONDS - started)) s"
}

build_all() { # build_all PROGRAM...
  local number=0 program
  for program in "$@"; do
    number=$((number + 1))
    build "$program" "$number" "$#"
  done
}

complete() { # complete FOLDER PROGRAM...
  local folder=$1 program
  shift
  for program in "$@"; do [ -x "$folder/$program" ] || return 1; done
}

# Ready-made assets seldom hold a controller-manager: then ours stands beside links to theirs.
use_assets() {
  local assets=$1 joined=$dir/with-assets program
  build_all kube-controller-manager
  mkdir -p "$joined"
  for program in kube-apiserver etcd kubectl; do ln -sfn "$assets/$program" "$joined/$program"; done
  ln -sfn "$dir/kube-controller-manager" "$joined/kube-controller-manager"
  dir=$joined
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ] && complete "$KUBEBUILDER_ASSETS" "${programs[@]}"; then
  echo "$KUBEBUILDER_ASSETS"
  exit 0
fi

mkdir -p "$dir"
trap 'rm -f "$dir"/.*."$$"' EXIT
# A second caller waits for the first instead of compiling the same again.
if ! complete "$dir" "${programs[@]}" && command -v flock >/dev/null; then
  exec 9>"$dir/.lock"
  flock -n 9 || { say "another build of these programs is running; waiting for it"; flock 9; }
fi
if [ -n "${KUBEBUILDER_ASSETS:-}" ] && complete "$KUBEBUILDER_ASSETS" kube-apiserver etcd kubectl; then
  use_assets "$KUBEBUILDER_ASSETS"
else
  build_all "${programs[@]}"
fi
echo "$dir"
