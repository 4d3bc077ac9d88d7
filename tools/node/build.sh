#!/usr/bin/env bash
# Builds one program of the end-to-end test's node from the pinned Go modules, once. Standard output is one line: its path.
#
#   build.sh PROGRAM     one of the names that `build.sh --list` prints
#
#   MAILWARD_CACHE  see ../go-program.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# In an order that shares what was compiled.
programs=(kube-scheduler kubelet kube-proxy pause pebble coredns cert-manager-controller cert-manager-solver traefik)
kubernetes=$here/../kube/kubernetes cluster=$here/cluster

pinned() { awk -v m="$1" '$1 == m { print substr($2, 2); exit }' "$2/go.mod"; }

# Without these a module build calls itself v0.0.0-master.
of_kubernetes() {
  local version package=k8s.io/component-base/version
  version=$(pinned k8s.io/kubernetes "$kubernetes")
  local flags="-X $package.gitVersion=v$version -X $package.gitMajor=${version%%.*} -X $package.gitMinor=$(cut -d. -f2 <<<"$version")"
  exec "$here/../go-program.sh" "$1" "$version" "$kubernetes" "k8s.io/kubernetes/cmd/$1" "$flags" ""
}

# Our own few lines count as well: changed ones are built anew.
of_cluster() { # of_cluster PROGRAM FOLDER VERSION
  exec "$here/../go-program.sh" "$1" "$3-$(cksum <"$cluster/$2/main.go" | cut -d' ' -f1)" "$cluster" "./$2" "" ""
}

case ${1:-} in
  --list) printf '%s\n' "${programs[@]}" ;;
  kube-scheduler | kubelet | kube-proxy) of_kubernetes "$1" ;;
  pause) of_cluster pause pause 1 ;;
  pebble)
    module=github.com/letsencrypt/pebble/v2
    exec "$here/../go-program.sh" pebble "$(pinned $module "$cluster")" "$cluster" $module/cmd/pebble "" ""
    ;;
  coredns) of_cluster coredns coredns "$(pinned github.com/coredns/coredns "$cluster")" ;;
  cert-manager-controller) of_cluster "$1" controller "$(pinned github.com/cert-manager/cert-manager "$cluster")" ;;
  cert-manager-solver) of_cluster "$1" solver "$(pinned github.com/cert-manager/cert-manager "$cluster")" ;;
  traefik) exec "$here/traefik/build.sh" ;;
  *)
    echo "build.sh: no program is called '${1:-}'; there are: ${programs[*]}" >&2
    exit 2
    ;;
esac
